"""What is scheduled with something that names it follows when that is moved or called off."""

import pytest
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, do, make_revised, schedule
from tests.editing.entries import whole
from timeline.editing.answers import Refused, Saved
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.revisions import record_revision
from timeline.editing.saving import Edit, save
from timeline.editing.working_copies import discard_working_copy, save_working_copy
from timeline.rows.tables import table_of
from timeline.workflow import Status, TransitionNotAllowedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def all_is_sound():
    yield
    assert list(violations()) == []


@pytest.fixture
def reviewer():
    return make.make_editor()


@pytest.fixture
def tomorrow():
    return timezone.now() + DAY


def scheduled_with(by, at, *topics):
    entry = make.make_milestone(topics=[*topics])
    make.make_citation(entry)
    record_revision(entry, by=make.make_user())
    entry.publish(by=by, public_from=at)
    return entry


def copy_naming(topic, by, at):
    """A public entry whose scheduled working copy names the topic."""
    entry = make_revised(by)
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=by)
    schedule(entry, by, at)
    return entry


def state(record):
    record.refresh_from_db()
    return record.status, record.published_at


@pytest.fixture
def drafts():
    """A topic that names a phase."""
    topic, phase = make.make_topic(published=False), make.make_phase(published=False)
    topic.phases.add(phase)
    return topic, phase


def test_what_is_moved_to_a_later_time_takes_along_what_came_with_it(reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow, drafts[0])
    entry.reschedule(by=reviewer, public_from=tomorrow + DAY)
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow + DAY)] * 2


def test_what_is_called_off_leaves_no_draft_that_becomes_public_by_itself(reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow, drafts[0])
    entry.withdraw(by=reviewer, comment="改期")
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2
    last = drafts[0].revisions.applied().last()
    assert (last.action, last.comment) == ("withdrawn", "改期")


def test_what_something_else_names_is_public_with_the_first_of_them(reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow, drafts[0])
    scheduled_with(reviewer, tomorrow + DAY, drafts[0])
    entry.reschedule(by=reviewer, public_from=tomorrow + 2 * DAY)
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow + DAY)] * 2
    entry.withdraw(by=reviewer, comment="改期")
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow + DAY)] * 2


def test_what_was_scheduled_for_a_time_of_its_own_stays(reviewer, tomorrow, drafts):
    topic, phase = drafts
    topic.publish(by=reviewer, public_from=tomorrow)
    entry = scheduled_with(reviewer, tomorrow + DAY, topic)
    entry.withdraw(by=reviewer, comment="改期")
    assert state(topic) == state(phase) == (Status.PUBLISHED, tomorrow)


def test_a_scheduled_working_copy_takes_along_what_came_with_it(reviewer, tomorrow, drafts):
    entry = copy_naming(drafts[0], reviewer, tomorrow)
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow)] * 2
    do(entry, "reschedule", reviewer, public_from=tomorrow + DAY)
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow + DAY)] * 2
    do(entry, "withdraw", reviewer, comment="改期")
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2


def test_a_scheduled_working_copy_that_is_discarded_leaves_no_draft_behind(reviewer, tomorrow, drafts):
    entry = copy_naming(drafts[0], reviewer, tomorrow)
    discard_working_copy(entry, by=reviewer, comment="重复")
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2


def test_a_working_copy_whose_entry_is_withdrawn_leaves_no_draft_behind(reviewer, tomorrow, drafts):
    entry = copy_naming(drafts[0], reviewer, tomorrow)
    entry.withdraw(by=reviewer, comment="有误")
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2


def test_what_a_scheduled_working_copy_names_is_not_withdrawn(reviewer, tomorrow):
    topic = make.make_topic()
    entry = copy_naming(topic, reviewer, tomorrow)
    with pytest.raises(TransitionNotAllowedError, match="原题"):
        topic.withdraw(by=reviewer, comment="有误")
    do(entry, "withdraw", reviewer, comment="改期")
    topic.withdraw(by=reviewer, comment="有误")
    assert state(topic)[0] == Status.WITHDRAWN


def test_what_is_public_by_now_stays_public(reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow, drafts[0])
    entry.publish_now(by=reviewer)
    entry.refresh_from_db()
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, entry.published_at)] * 2
    entry.withdraw(by=reviewer, comment="有误")
    assert [state(one)[0] for one in drafts] == [Status.PUBLISHED] * 2


def test_what_came_along_is_not_moved_behind_what_names_it(reviewer, tomorrow, drafts):
    topic, phase = drafts
    scheduled_with(reviewer, tomorrow, topic)
    for one in drafts:
        with pytest.raises(TransitionNotAllowedError, match="cannot become public later"):
            one.reschedule(by=reviewer, public_from=tomorrow + DAY)
        assert state(one) == (Status.PUBLISHED, tomorrow)
    phase.publish_now(by=reviewer)
    assert phase.is_public


def test_what_a_scheduled_working_copy_names_is_not_moved_behind_it(reviewer, tomorrow, drafts):
    copy_naming(drafts[0], reviewer, tomorrow)
    with pytest.raises(TransitionNotAllowedError, match="cannot become public later"):
        drafts[0].reschedule(by=reviewer, public_from=tomorrow + DAY)
    assert state(drafts[0]) == (Status.PUBLISHED, tomorrow)


def test_calling_off_a_scheduled_record_leaves_no_draft_of_its_scheduled_copy_behind(
    reviewer, tomorrow, drafts
):
    entry = scheduled_with(reviewer, tomorrow)
    save_working_copy(entry, whole(entry) | {"topics": [drafts[0].slug]}, by=reviewer)
    schedule(entry, reviewer, tomorrow + DAY)
    assert [state(one) for one in drafts] == [(Status.PUBLISHED, tomorrow + DAY)] * 2
    entry.withdraw(by=reviewer, comment="改期")
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2


def changed_by_form(entry, row, by):
    table = table_of(type(entry))
    return save(table, entry.pk, base=whole(entry), row=row, edit=Edit(by=by))


def changed_by_working_copy(entry, row, by):
    save_working_copy(entry, row, by=by)
    return do(entry, "publish", by)


@pytest.mark.parametrize("change", [changed_by_form, changed_by_working_copy])
def test_what_a_scheduled_record_no_longer_names_is_a_draft_again(change, reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow, drafts[0])
    assert isinstance(change(entry, whole(entry) | {"topics": []}, reviewer), Saved)
    assert state(entry) == (Status.PUBLISHED, tomorrow)
    assert [state(one) for one in drafts] == [(Status.DRAFT, None)] * 2
    comment = drafts[0].revisions.applied().last().comment
    assert comment == "Nothing public or scheduled names it any more."


def test_a_change_of_what_is_scheduled_is_not_scheduled_before_it(reviewer, tomorrow, drafts):
    entry = scheduled_with(reviewer, tomorrow + DAY)
    save_working_copy(entry, whole(entry) | {"topics": [drafts[0].slug]}, by=reviewer)
    answer = perform_copy_transition(entry, "publish", by=reviewer, public_from=tomorrow)
    assert isinstance(answer, Refused)
    assert "It is public itself only from" in answer.reasons[0]
    assert state(drafts[0]) == (Status.DRAFT, None)
    schedule(entry, reviewer, tomorrow + DAY)
    assert state(drafts[0]) == (Status.PUBLISHED, tomorrow + DAY)
