"""The states of each working copy of a record, of which one may be begun over another that is scheduled."""

import pytest
from django.utils import timezone

from tests.copies import DAY, do, let_its_time_come, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import make_editor
from timeline.editing.copy_states import former_numbers, states_of
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.editing.working_copies import (
    discard_working_copy,
    find_scheduled_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_editor()


@pytest.fixture
def entry(by):
    """Revision 1 is public, 2 its working copy, 3 that copy scheduled, 4 another over it."""
    entry = make_revised(by, title="将公开")
    schedule(entry, by)
    save_working_copy(entry, whole(entry) | {"title": "之后再改"}, by=by)
    return entry


def former(entry):
    return former_numbers(Milestone, entry.pk)


def test_two_copies_have_their_own_states(entry, by, django_assert_num_queries):
    do(entry, "submit", by)
    do(entry, "reschedule", by, public_from=timezone.now() + 2 * DAY)
    do(entry, "send_back", by, comment="再查")
    scheduled, copy = find_scheduled_copy(entry), find_working_copy(entry)
    with django_assert_num_queries(1):
        assert states_of(scheduled) == [2, 3, 6]
    assert states_of(copy) == [4, 5, 7]
    with django_assert_num_queries(1):
        assert former(entry) == {2: 1, 3: 2, 4: 3, 5: 4, 6: 3, 7: 5}


def test_what_was_called_off_ends_below_another(entry, by):
    do(entry, "withdraw", by, comment="不发了")
    do(entry, "submit", by)
    assert states_of(find_working_copy(entry)) == [4, 6]
    assert former(entry)[5] == 3


def test_one_that_was_called_off_alone_goes_on(by):
    entry = make_revised(by)
    schedule(entry, by)
    do(entry, "withdraw", by, comment="不发了")
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=by)
    assert states_of(find_working_copy(entry)) == [2, 3, 4, 5]


def test_the_copy_over_one_whose_time_has_come_goes_on(entry, by):
    let_its_time_come(entry)
    publish_due_copies()
    do(entry, "submit", by)
    assert states_of(find_working_copy(entry)) == [4, 6]
    assert former(entry)[5] == 1


def test_after_the_end_of_a_copy_another_begins(entry, by):
    discard_working_copy(entry, by=by, comment="不改了")
    assert states_of(find_working_copy(entry)) == [2, 3]
    do(entry, "publish_now", by)
    save_working_copy(entry, whole(entry) | {"title": "另一稿"}, by=by)
    assert states_of(find_working_copy(entry)) == [7]
    revisions = Revision.objects.for_record(entry).by_number()
    assert [one.action for one in revisions][4:] == ["discarded", "revised", "saved"]
    assert former(entry) == {2: 1, 3: 2, 4: 3, 5: 1, 6: 5, 7: 6}
