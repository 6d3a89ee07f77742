"""Points in time: each is within its year, and months have their calendar length."""

import calendar

import pytest
from hypothesis import given

from tests.dates import points
from timeline.values.partial_date import Point


@given(points())
def test_a_point_lies_in_its_year(point):
    assert point.earliest.year == point.latest.year == point.year


def test_february_is_as_long_as_the_calendar_says_in_every_year():
    for year in range(1, 10000):
        assert Point(year, 2).latest.day == calendar.monthrange(year, 2)[1]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_is_as_long_as_the_calendar_says(month):
    assert Point(2015, month).latest.day == calendar.monthrange(2015, month)[1]
