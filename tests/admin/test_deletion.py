"""The pages of a deletion: who sees them, what refuses it, and the reason for deleting a colleague's draft."""

import pytest
from django.test import Client

from tests import factories as make
from tests.copies import make_member
from tests.forms import address
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db
REASON = 'name="reason"'


@pytest.fixture
def people():
    names = {"zhao": EDITORS, "sun": EDITORS, "qian": REVIEWERS}
    return {name: make_member(group, username=name) for name, group in names.items()}


@pytest.fixture
def clients(people):
    found = {}
    for name, user in people.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


@pytest.fixture
def draft(people):
    entry = make.make_milestone(title="赵的草稿")
    record_revision(entry, by=people["zhao"])
    return entry


def page_of(client, draft):
    return client.get(address("delete", draft.pk))


def delete_selected(client, draft, **typed):
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk]}
    return client.post(address("changelist"), chosen | typed, follow=True)


def test_a_colleague_neither_finds_the_link_nor_deletes(clients, draft):
    assert 'class="deletelink"' not in clients["sun"].get(address("change", draft.pk)).content.decode()
    assert 'class="deletelink"' in clients["zhao"].get(address("change", draft.pk)).content.decode()
    assert page_of(clients["sun"], draft).status_code == 403
    answer = clients["sun"].post(address("delete", draft.pk), {"post": "yes", "reason": "不要"})
    assert answer.status_code == 403
    delete_selected(clients["sun"], draft, post="yes", reason="不要")
    assert Milestone.objects.exists()


def test_its_author_is_asked_no_reason(clients, draft):
    assert REASON not in page_of(clients["zhao"], draft).content.decode()
    clients["zhao"].post(address("delete", draft.pk), {"post": "yes"})
    assert not Milestone.objects.exists()


def test_a_reviewer_says_why(clients, draft):
    assert REASON in page_of(clients["qian"], draft).content.decode()
    answer = clients["qian"].post(address("delete", draft.pk), {"post": "yes", "reason": ""})
    assert "errorlist" in answer.content.decode()
    assert Milestone.objects.exists()
    clients["qian"].post(address("delete", draft.pk), {"post": "yes", "reason": "重复"})
    assert not Milestone.objects.exists()
    assert Revision.objects.get(action="deleted").comment == "重复"


def test_a_reviewer_says_why_of_many(clients, draft):
    assert REASON in delete_selected(clients["qian"], draft).content.decode()
    answer = delete_selected(clients["qian"], draft, post="yes")
    assert "errorlist" in answer.content.decode()
    assert Milestone.objects.exists()
    delete_selected(clients["qian"], draft, post="yes", reason="重复")
    assert not Milestone.objects.exists()
    assert Revision.objects.get(action="deleted").comment == "重复"


def test_what_waits_for_a_reviewer_is_not_deleted(clients, people, draft):
    perform_transition(draft, "submit", by=people["zhao"])
    answer = page_of(clients["zhao"], draft)
    assert answer.status_code == 403
    assert "recall" in answer.content.decode()
    delete_selected(clients["qian"], draft, post="yes", reason="重复")
    assert Milestone.objects.exists()


def test_a_deletion_from_a_popup_closes_it(clients, draft):
    answer = clients["zhao"].post(address("delete", draft.pk), {"post": "yes", "_popup": "1"})
    assert answer.context_data["popup_response_data"]
    assert not Milestone.objects.exists()
