"""The entries of a list are loaded together, and only if one of them is read."""

import pytest

from tests import factories as make
from timeline.models import Entry
from timeline.public.cards import listed_entries, positions_of
from timeline.public.chronology import by_year

pytestmark = pytest.mark.django_db


def test_the_entries_of_a_list_are_loaded_together_when_one_is_read(django_assert_num_queries):
    first = make.make_policy(date="2011", title="甲", published=True)
    last = make.make_goal(date="2013", title="乙", published=True)
    public = Entry.objects.published().chronological()
    with django_assert_num_queries(1):
        listed = listed_entries(positions_of(public), public)
        assert [(year.number, [entry.pk for entry in year.entries]) for year in by_year(listed)] == [
            (2011, [first.pk]),
            (2013, [last.pk]),
        ]
    with django_assert_num_queries(1):
        assert [entry.loaded.title for entry in listed] == ["甲", "乙"]


def test_an_entry_that_was_withdrawn_since_its_position_was_kept_is_left_out():
    policy = make.make_policy(date="2011", published=True)
    positions = positions_of(Entry.objects.published())
    policy.withdraw(by=make.make_editor(), comment="误登")
    (listed,) = listed_entries(positions, Entry.objects.published())
    assert listed.loaded is None
