"""Entries counted by phase, kind and year, as a count by hand would give."""

import datetime
from collections import Counter

import pytest

from tests import factories as make
from tests.made import MadeChronicle
from timeline.models import Entry, Phase, Policy
from timeline.public.counts import count_entries, noun_of

pytestmark = pytest.mark.django_db


def test_entries_are_counted_by_one_query_as_by_hand(django_assert_num_queries):
    MadeChronicle().add(200)
    phases = list(Phase.objects.all())
    first = phases[0].sort_earliest
    with django_assert_num_queries(1):
        counts = count_entries(Entry.objects.published(), phases)
    expected = Counter(
        (
            entry.phase_id,
            bool(entry.phase_id is None and entry.sort_earliest and entry.sort_earliest < first),
            entry.kind,
            entry.sort_earliest.year if entry.sort_earliest else None,
        )
        for entry in Entry.objects.all()
    )
    assert {count[:4]: count.size for count in counts} == expected
    assert any(count.is_before for count in counts)


@pytest.mark.parametrize(
    ("date", "year", "last_year"),
    [("2013", 2013, 2013), ("2013/2015", 2013, 2015), ("2013/..", 2013, 2014), ("0001", 1, 1), ("", None, 0)],
)
def test_a_count_tells_the_years_over_which_dates_extend(date, year, last_year):
    make.make_milestone(date=date, published=True)
    make.make_milestone(date="2013")
    (count,) = count_entries(Entry.objects.published(), [])
    assert (count.phase_id, count.is_before, count.year, count.last_year) == (None, False, year, last_year)
    assert (count.kind, count.size) == ("milestone", 1)


def test_without_a_phase_an_entry_begins_before_the_first_or_not():
    phase = make.make_phase(period="2011-06/2015")
    for date in ("2011-05", "2011-07"):
        make.make_milestone(date=date, phase=None, published=True)
    Entry.objects.update(phase=None)
    counts = count_entries(Entry.objects.published(), [phase])
    assert [(count.is_before, count.year) for count in sorted(counts)] == [(False, 2011), (True, 2011)]
    assert phase.sort_earliest == datetime.date(2011, 6, 1)


def test_the_label_of_a_number_is_plural_unless_it_is_one(english):
    assert [noun_of(Policy, size) for size in (0, 1, 17)] == ["Policies", "Policy", "Policies"]
    assert noun_of(Phase, 3) == "Phases"
