"""Assignment: of what is in review, to those who may publish, told by mail, until the review ends."""

import pytest
from django.core.exceptions import ValidationError

from tests.copies import do, make_revised
from tests.factories import make_chronicle, make_citation, make_milestone
from tests.mails import make_staff
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.assignments import assign, find_assignment, may_assign, possible_reviewers
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import discard_working_copy
from timeline.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def editors():
    return make_staff("editor", "colleague", groups=[EDITORS])


@pytest.fixture
def reviewers():
    return make_staff("reviewer", "other", groups=[REVIEWERS])


@pytest.fixture
def submitted(editors):
    record = make_milestone(title="光网启用")
    make_citation(record)
    record_revision(record, by=editors[0])
    perform_transition(record, "submit", by=editors[0])
    return type(record).objects.get(pk=record.pk)


def assignee(record):
    found = find_assignment(record)
    return found.user if found else None


def test_a_reviewer_assigns_reassigns_and_unassigns(submitted, reviewers):
    reviewer, other = reviewers
    assign(submitted, other, by=reviewer)
    assert assignee(submitted) == other
    assign(submitted, reviewer, by=other)
    assert assignee(submitted) == reviewer
    assign(submitted, None, by=reviewer)
    assert assignee(submitted) is None


def test_the_submitter_proposes_and_a_colleague_does_not(submitted, editors, reviewers):
    editor, colleague = editors
    assign(submitted, reviewers[0], by=editor)
    assert assignee(submitted) == reviewers[0]
    assert not may_assign(submitted, colleague)
    with pytest.raises(ValidationError):
        assign(submitted, reviewers[1], by=colleague)


def test_only_who_may_publish_is_assigned_something(submitted, editors, reviewers):
    assert possible_reviewers() == sorted(reviewers, key=str)
    with pytest.raises(ValidationError):
        assign(submitted, editors[1], by=reviewers[0])


def test_what_is_not_in_review_is_assigned_to_nobody(reviewers):
    for record in (make_milestone(), make_milestone(published=True)):
        with pytest.raises(ValidationError):
            assign(record, reviewers[0], by=reviewers[0])


@pytest.mark.usefixtures("mail_on")
def test_whoever_it_is_assigned_to_is_told_once(
    submitted, reviewers, mailoutbox, django_capture_on_commit_callbacks
):
    make_chronicle(title="智慧宁波")
    reviewer, other = reviewers
    with django_capture_on_commit_callbacks(execute=True):
        assign(submitted, other, by=reviewer)
        assign(submitted, other, by=reviewer)
        assign(submitted, reviewer, by=reviewer)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["other@example.org"], "请您审核：光网启用")


def test_an_assignment_ends_with_the_review(submitted, editors, reviewers):
    reviewer, other = reviewers
    assign(submitted, other, by=reviewer)
    perform_transition(submitted, "send_back", by=other, comment="缺摘要")
    # Submitted again, it comes to the same person.
    perform_transition(submitted, "submit", by=editors[0])
    assert assignee(submitted) == other
    perform_transition(submitted, "publish", by=other)
    assert not Assignment.objects.exists()


def test_what_was_recalled_comes_to_the_same_reviewer_again(submitted, editors, reviewers):
    reviewer, other = reviewers
    assign(submitted, other, by=reviewer)
    perform_transition(submitted, "recall", by=editors[0])
    perform_transition(submitted, "submit", by=editors[0])
    assert assignee(submitted) == other
    entry = make_revised(by=editors[0])
    do(entry, "submit", by=editors[0])
    assign(entry, other, by=reviewer)
    do(entry, "recall", by=editors[0])
    do(entry, "submit", by=editors[0])
    assert assignee(entry) == other


def test_an_assignment_ends_when_it_is_published_discarded_or_deleted(submitted, editors, reviewers):
    reviewer, other = reviewers
    assign(submitted, other, by=reviewer)
    delete_draft(submitted, by=reviewer)
    assert not Assignment.objects.exists()
    for end in (
        lambda entry: do(entry, "publish", by=reviewer),
        lambda entry: discard_working_copy(entry, by=reviewer, comment="重复"),
    ):
        entry = make_revised(by=editors[0])
        do(entry, "submit", by=editors[0])
        assign(entry, other, by=reviewer)
        assert assignee(entry) == other
        end(entry)
        assert not Assignment.objects.exists()
