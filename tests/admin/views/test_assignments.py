"""The page of an assignment: reviewers and the submitter choose who reviews, and the form says who does."""

import uuid

import pytest
from django.urls import reverse

from tests.copies import do, make_member, make_revised
from tests.factories import make_milestone, make_topic
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.assignments import assign, find_assignment
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(EDITORS, last_name="王", first_name="小明")


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS, last_name="李", first_name="华")


def submitted(editor, make=make_milestone, **kw):
    record = make(**kw)
    record_revision(record, by=editor)
    perform_transition(record, "submit", by=editor)
    return record


def page_of(record):
    return reverse(f"admin:timeline_{record._meta.model_name}_assign", args=[record.pk])


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_a_submission_is_assigned_reassigned_and_unassigned(client, editor, reviewer, who):
    record = submitted(editor, make_topic, published=False)
    other = make_member(REVIEWERS, last_name="赵", first_name="敏")
    client.force_login({"editor": editor, "reviewer": reviewer}[who])
    page = client.get(page_of(record)).content.decode()
    assert "李华" in page
    assert "王小明</option>" not in page
    for user in (reviewer, other):
        client.post(page_of(record), {"user": user.pk})
        assert find_assignment(record).user == user
        page = client.get(reverse("admin:timeline_topic_change", args=[record.pk])).content.decode()
        assert f"已分派给{user.last_name}{user.first_name}" in page
    client.post(page_of(record), {"user": ""})
    assert find_assignment(record) is None


def test_the_page_of_a_working_copy_says_who_reviews_it(client, editor, reviewer):
    entry = make_revised(by=editor)
    do(entry, "submit", by=editor)
    client.force_login(reviewer)
    address = reverse("admin:timeline_milestone_working_copy", args=[entry.pk])
    assert page_of(entry) in client.get(address).content.decode()
    client.post(page_of(entry), {"user": reviewer.pk})
    assert "已分派给李华" in client.get(address).content.decode()


def test_a_colleague_assigns_nothing_and_what_is_not_in_review_is_not_assigned(client, editor, reviewer):
    record = submitted(editor)
    client.force_login(make_member(EDITORS))
    assert client.get(page_of(record)).status_code == 403
    assert client.post(page_of(record), {"user": reviewer.pk}).status_code == 403
    client.force_login(reviewer)
    draft = make_milestone()
    answer = client.post(page_of(draft), {"user": reviewer.pk}, follow=True)
    assert "它目前不在审核中" in answer.content.decode()
    assert find_assignment(draft) is None


def test_the_lists_say_to_whom_it_is_assigned(client, editor, reviewer):
    record = submitted(editor)
    entry = make_revised(by=editor)
    do(entry, "submit", by=editor)
    for one in (record, entry):
        assign(one, reviewer, by=editor)
    client.force_login(reviewer)
    page = client.get(reverse("admin:timeline_milestone_changelist")).content.decode()
    assert page.count("已分派给李华") == 2


def test_an_assignment_that_was_saved_is_no_unsaved_draft_of_the_browser(client, editor, reviewer):
    record = submitted(editor)
    client.force_login(reviewer)
    token = uuid.uuid4()
    answer = client.post(page_of(record), {"user": reviewer.pk, "_token": token, "_draft": "1"})
    assert f"saved-form-{token}" in answer.cookies
