"""Which entries are named: the order, and the rows in which no name covers another."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.public.pictures.axis import PLOT, Axis
from timeline.public.pictures.naming import (
    AIR,
    DOT,
    STORY,
    Candidate,
    best_of_columns,
    in_naming_order,
    pack,
)

AXIS = Axis.over([2010, 2023])


def candidate(key, year=2010, score=0, relations=0, width=6.5, day=None, track="policy", axis=AXIS):
    """A candidate dated to a day of this year if one is given, else to the year."""
    date = datetime.date(year, *(day or (1, 1)))
    begin = axis.at(date)
    end = begin if day else axis.after(datetime.date(year, 12, 31))
    return Candidate(
        key,
        track,
        axis.column_of(year),
        begin,
        end,
        bool(day),
        width,
        score,
        relations,
        date,
        f"s{key:05}",
    )


def keys(found):
    return [one.key for one in found]


def test_the_story_comes_first_then_the_best_of_every_column_before_any_second():
    found = [
        candidate(1, 2010, score=5),
        candidate(2, 2010, score=4),
        candidate(3, 2012, score=1),
        candidate(4, 2013, score=STORY),
        candidate(5, 2013, score=STORY + 3),
        candidate(6, 2013, score=9),
    ]
    assert keys(in_naming_order(found, set())) == [5, 4, 1, 3, 2, 6]


def test_equal_scores_are_ordered_by_relations_then_date_then_slug():
    found = [
        candidate(4, score=1),
        candidate(3, score=1),
        candidate(2, score=1, day=(3, 1)),
        candidate(1, score=1, relations=2),
    ]
    found = [
        one if one.is_dot else candidate(one.key, score=1, relations=one.relations) for one in reversed(found)
    ]
    assert keys(in_naming_order(found, set())) == [1, 3, 4, 2]


def test_what_counts_for_nothing_is_named_only_as_the_best_of_its_column_in_any_track():
    policy, other = candidate(1, 2012), candidate(2, 2012, relations=1, track="milestone")
    best = {found[0].key for found in best_of_columns([policy, other]).values()}
    assert best == {2}
    assert in_naming_order([policy], best) == []
    assert keys(in_naming_order([other], best)) == [2]


def test_no_more_are_named_than_a_third_of_the_rows_has_columns():
    found = [candidate(year, year, score=1, width=1) for year in range(2010, 2024)]
    assert len(pack(found, 2, AXIS)) == 9
    axis = Axis.over([2010, 2015])
    days = [
        candidate(month, 2010 + month % 6, score=1, width=0.1, day=(month, 1), axis=axis)
        for month in range(1, 13)
    ]
    assert len(pack(days, 2, axis)) == 4


def test_a_name_that_would_pass_the_right_edge_stands_to_the_left_of_its_mark():
    (day,) = pack([candidate(1, 2023, width=9, day=(11, 1))], 1, AXIS)
    (year,) = pack([candidate(1, 2023, width=9)], 1, AXIS)
    (early,) = pack([candidate(1, 2011, width=9)], 1, AXIS)
    assert (day.is_before_mark, year.is_before_mark, early.is_before_mark) == (True, True, False)


def test_what_has_no_room_in_any_row_is_not_named():
    found = [candidate(key, 2012, score=10 - key, width=9) for key in range(5)]
    assert [(one.candidate.key, one.row) for one in pack(found, 3, AXIS)] == [(0, 0), (1, 1), (2, 2)]


def extent(one, axis):
    begin = one.candidate.begin * axis.unit
    width = one.candidate.width + (DOT if one.candidate.is_dot else 0)
    if one.is_before_mark:
        end = begin + DOT if one.candidate.is_dot else one.candidate.end * axis.unit
        return end - width, end
    return begin, begin + width


lengths = st.sampled_from([0.8, 3.25, 6.5, 9.75])


@given(
    st.lists(st.tuples(st.integers(1984, 2023), st.booleans(), lengths, st.integers(0, 5)), max_size=60),
    st.sampled_from([2, 3]),
    st.sampled_from([range(2010, 2011), range(2010, 2024), range(1984, 2024)]),
)
def test_names_in_a_row_never_touch_and_never_leave_the_plot(given, rows, years):
    axis = Axis.over(years)
    found = [
        candidate(
            number, max(year, years[0]), score=score, width=width, day=(5, 6) if is_day else None, axis=axis
        )
        for number, (year, is_day, width, score) in enumerate(given)
    ]
    placed = pack(in_naming_order(found, set(keys(found))), rows, axis)
    assert len(placed) <= max(2, rows * axis.slots // 3)
    for row in range(rows):
        taken = sorted(extent(one, axis) for one in placed if one.row == row)
        assert all(left >= -0.001 and right <= PLOT + DOT for left, right in taken)
        for (_left, right), (left, _right) in zip(taken, taken[1:], strict=False):
            assert right + AIR * axis.unit <= left + 0.2


@pytest.mark.parametrize("size", [3, 10_000])
def test_the_same_entries_in_any_order_get_the_same_names(size):
    chance = random.Random(1)
    found = [
        candidate(key, chance.randrange(2010, 2024), score=chance.randrange(3), width=6)
        for key in range(size)
    ]
    names = pack(in_naming_order(found, set()), 3, AXIS)
    chance.shuffle(found)
    assert pack(in_naming_order(found, set()), 3, AXIS) == names
