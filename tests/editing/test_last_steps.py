"""What somebody who comes too late is told: who did what, and when."""

import datetime

import pytest
from django.utils import timezone

from tests.copies import DAY, do, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import make_citation, make_editor, make_milestone
from timeline.editing.answers import Refused
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.last_steps import check_transition, describe_step, publication_since
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Revision
from timeline.workflow import TRANSITIONS, TransitionNotAllowedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
AHEAD = datetime.datetime(2099, 1, 5, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture
def zhang():
    return make_editor(username="zhang")


@pytest.fixture
def draft(zhang):
    entry = make_milestone(title="草稿", date="2013")
    make_citation(entry)
    record_revision(entry, by=zhang)
    return entry


def test_whoever_publishes_what_another_has_scheduled_is_told_for_when(draft, zhang):
    perform_listed_transition(Milestone, draft.pk, "publish", by=zhang, public_from=AHEAD)
    answer = perform_listed_transition(Milestone, draft.pk, "publish", by=make_editor())
    assert isinstance(answer, Refused)
    (reason,) = answer.reasons
    assert "zhang" in reason
    assert "scheduled its publication" in reason
    assert "2099" in reason
    assert "only “" not in reason


def test_without_any_step_the_status_is_told(draft):
    with pytest.raises(TransitionNotAllowedError, match="only “"):
        check_transition(TRANSITIONS["recall"], draft)


def test_of_a_working_copy_only_its_own_steps_are_told(zhang):
    entry = make_revised(zhang)
    schedule(entry, zhang)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=zhang)
    with pytest.raises(TransitionNotAllowedError, match="only “"):
        check_transition(TRANSITIONS["recall"], entry, find_working_copy(entry))
    do(entry, "submit", zhang)
    do(entry, "reschedule", zhang, public_from=timezone.now() + 2 * DAY)
    answer = perform_copy_transition(entry, "submit", by=zhang)
    assert isinstance(answer, Refused)
    assert "submitted" in answer.reasons[0]


def test_a_publication_at_once_has_no_other_time(draft, zhang):
    draft.publish(by=zhang)
    step = Revision.objects.for_record(draft).steps().last()
    assert describe_step(step).endswith(": published")


def test_what_others_published_since_is_found_and_ones_own_is_not(draft, zhang):
    number = Revision.objects.for_record(draft).last().number
    assert publication_since(draft, number, make_editor()) is None
    draft.publish(by=zhang)
    assert publication_since(draft, number, zhang) is None
    assert publication_since(draft, number, make_editor()).action == "published"
