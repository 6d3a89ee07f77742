"""The axis: columns of years, and days as positions in them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.public.pictures.axis import MAX_COLUMNS, Axis, Column, rem


@pytest.mark.parametrize(
    ("first", "last", "step", "size"),
    [
        (2010, 2023, 1, 14),
        (2000, 2023, 1, 24),
        (1999, 2023, 2, 13),
        (1984, 2023, 2, 20),
        (1901, 2023, 10, 13),
    ],
)
def test_many_years_are_put_into_columns(first, last, step, size):
    axis = Axis.over([last, first])
    assert (axis.step, axis.size) == (step, size)
    assert axis.columns[0].first % step == 0


def test_few_years_are_as_wide_as_six():
    year, six = Axis.over([2010]), Axis.over([2010, 2015])
    assert year.unit == six.unit
    assert (year.percent(1), six.percent(6)) == ("16.67%", "100%")


def test_a_leap_year_ends_where_the_next_begins():
    axis = Axis.over([2012, 2013])
    assert axis.after(datetime.date(2012, 12, 31)) == axis.at(datetime.date(2013, 1, 1)) == 1


def test_days_outside_are_put_at_the_edge_and_an_end_that_nobody_knows_too():
    axis = Axis.over([2010, 2019])
    assert axis.at(datetime.date(2001, 5, 1)) == 0
    assert axis.at(datetime.date(2030, 5, 1)) == axis.after(datetime.date.max) == 10


@given(st.sets(st.integers(1, 9999), min_size=1, max_size=5))
def test_every_year_lies_in_one_of_at_most_24_columns(years):
    axis = Axis.over(years)
    columns = axis.columns
    assert len(columns) == axis.size <= MAX_COLUMNS
    for year in years:
        column = columns[axis.column_of(year)]
        assert isinstance(column, Column)
        assert column.first <= year <= column.last


def test_lengths_are_written_to_a_thousandth():
    assert [rem(length) for length in (1.72, -0.2, 0, 2.00004)] == ["1.72rem", "-0.2rem", "0rem", "2rem"]
