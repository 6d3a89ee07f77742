"""The pages of a deletion: who sees them, what refuses it, and the reason for deleting a colleague's draft."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tests import factories as make
from tests.copies import DAY, make_member
from tests.forms import address
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.models import Milestone, Revision, Topic

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


def address_of_list(record):
    return reverse(f"admin:timeline_{record._meta.model_name}_changelist")


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


def refusal_of(client, record):
    """What the page of a deletion of several says of a record, after its title."""
    chosen = {"action": "delete_selected", "_selected_action": [record.pk]}
    page = client.post(address_of_list(record), chosen)
    (line,) = texts_in_list(page.content.decode(), "refused")
    return html.unescape(line).removeprefix(record.title)[1:].strip()


def test_what_was_public_is_withdrawn_by_whoever_may(clients):
    public = make.make_policy(title="公开的", published=True)
    ended = make.make_policy(title="撤回的", published=True)
    ended.withdraw(by=make.make_user(), comment="有误")
    ahead = make.make_policy(title="定时的")
    make.make_citation(ahead)
    ahead.publish(by=make.make_user(), public_from=timezone.now() + DAY)
    for name in ("zhao", "sun"):
        assert [refusal_of(clients[name], one) for one in (public, ended, ahead)] == [
            _("What was public is not deleted: a reviewer withdraws it instead."),
            _("It was public, and is withdrawn: its page says so and stays."),
            _("It is scheduled: a reviewer calls that off first."),
        ]
    assert [refusal_of(clients["qian"], one) for one in (public, ended, ahead)] == [
        _("What was public is not deleted: withdraw it instead."),
        _("It was public, and is withdrawn: its page says so and stays."),
        _("It is scheduled: call that off first."),
    ]


def test_the_page_of_one_says_the_same_and_offers_only_what_the_user_may(clients):
    public = make.make_milestone(title="公开的", published=True)
    said = {name: page_of(clients[name], public).content.decode() for name in ("zhao", "qian")}
    assert _("What was public is not deleted: a reviewer withdraws it instead.") in said["zhao"]
    assert ("verb/withdraw" in said["zhao"], "verb/withdraw" in said["qian"]) == (False, True)


def test_what_waits_is_recalled_or_sent_back_by_whoever_may(clients, people, draft):
    perform_transition(draft, "submit", by=people["zhao"])
    nobodys = make.make_milestone(title="没有修改历史的")
    nobodys.submit(by=people["sun"])
    Revision.objects.for_record(nobodys).delete()
    assert refusal_of(clients["zhao"], draft) == _("It waits for a reviewer: recall it first.")
    assert refusal_of(clients["qian"], draft) == _("It waits for a reviewer: send it back first.")
    assert refusal_of(clients["sun"], draft) == _("Who began or submitted it deletes it, or a reviewer.")
    assert refusal_of(clients["sun"], nobodys) == _("It waits for a reviewer, who sends it back first.")
    own = make.make_milestone(title="审核员自己的")
    record_revision(own, by=people["qian"])
    own.submit(by=people["qian"])
    assert refusal_of(clients["qian"], own) == _("It waits for a reviewer: recall it or send it back first.")


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


def draft_topic(title):
    return make.make_topic(title=title, published=False)


def texts_in_list(page, name):
    """The lines of a list, without their links."""
    found = re.search(rf'<ul class="{name}">(.*?)</ul>', page, re.S)
    lines = re.findall(r"<li>(.*?)</li>", found[1], re.S) if found else []
    return [re.sub("<[^>]+>", "", line).strip() for line in lines]


def test_what_was_public_is_refused_for_that_and_not_for_a_permission(clients, client, people):
    policy = make.make_policy(title="公开的政策", published=True)
    make.make_goal(title="目标", declared_by=policy, published=True)
    chosen = {"action": "delete_selected", "_selected_action": [policy.pk]}
    for name in clients:
        answer = clients[name].post(address_of_list(policy), chosen)
        said = answer.content.decode()
        assert [line.partition(":")[0].partition("：")[0] for line in texts_in_list(said, "refused")] == [
            "公开的政策"
        ]
        assert 'name="post"' not in said
        assert not answer.context["perms_lacking"]


def test_those_that_may_go_are_deleted_and_the_others_stay_with_their_reasons(clients, people):
    free, named = draft_topic("自由的"), draft_topic("被引用的")
    other = draft_topic("别人的")
    for topic in (free, named):
        record_revision(topic, by=people["zhao"])
    record_revision(other, by=people["sun"])
    make.make_milestone(title="引用者", topics=[named])
    chosen = {"action": "delete_selected", "_selected_action": [free.pk, named.pk, other.pk]}
    said = clients["zhao"].post(address_of_list(free), chosen).content.decode()
    refused = said.partition('<ul class="refused">')[2].partition("</section>")[0]
    for words in ("被引用的", "引用者", "别人的", _("Others refer to it. Take it out there first:")):
        assert words in refused
    assert "自由的" not in refused
    sent = re.findall(r'name="_selected_action" value="(\d+)"', said)
    assert sent == [str(free.pk)]
    # Whatever is sent, the others stay, and are told of.
    answer = clients["zhao"].post(address_of_list(free), chosen | {"post": "yes"}, follow=True)
    assert {*Topic.objects.values_list("title", flat=True)} == {"被引用的", "别人的"}
    assert "别人的" in answer.content.decode().partition("messagelist")[2].partition("</ul>")[0]


def test_a_refused_deletion_leads_back_to_its_list(clients, draft):
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk]}
    list_ = address("changelist") + "?status__exact=draft"
    said = clients["sun"].post(list_, chosen).content.decode()
    assert texts_in_list(said, "refused")
    assert f'class="button" href="{list_}"' in said


def test_a_deletion_is_called_off_without_javascript(clients, draft):
    said = page_of(clients["zhao"], draft).content.decode()
    assert f'<a href="{address("change", draft.pk)}" class="button cancel-link">' in said
    said = delete_selected(clients["zhao"], draft).content.decode()
    assert f'<a href="{address("changelist")}" class="button cancel-link">' in said


def test_the_number_of_what_is_deleted_is_told_only_of_several(clients, people, draft):
    other = make.make_milestone(title="另一条")
    record_revision(other, by=people["zhao"])
    assert "summary-of-deletion" not in page_of(clients["zhao"], draft).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk, other.pk]}
    said = clients["zhao"].post(address("changelist"), chosen).content.decode()
    assert len(texts_in_list(said, "summary-of-deletion")) == 1


def test_a_reference_prevents_a_deletion_on_a_page_that_leads_back(clients, people):
    topic = draft_topic("被引用的")
    record_revision(topic, by=people["zhao"])
    make.make_milestone(title="引用者", topics=[topic])
    form = reverse("admin:timeline_topic_change", args=[topic.pk])
    said = clients["zhao"].get(reverse("admin:timeline_topic_delete", args=[topic.pk])).content.decode()
    assert "引用者" in said
    assert f'<a class="button cancel-link" href="{form}">' in said


def test_what_waits_for_a_reviewer_has_no_link_to_delete_it(clients, draft, people):
    draft.submit(by=people["zhao"])
    assert 'class="deletelink"' not in clients["zhao"].get(address("change", draft.pk)).content.decode()
    draft.recall(by=people["zhao"])
    assert 'class="deletelink"' in clients["zhao"].get(address("change", draft.pk)).content.decode()
