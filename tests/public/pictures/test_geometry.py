"""The geometry of the pictures: days on the axis, labelled years, and phases."""

import datetime

from tests.public.pictures.spans import END, draw, share, span
from timeline.public.pictures.geometry import PHONE_WIDTH, Scale, Span


def test_phases_that_share_a_year_stand_one_below_the_other_and_the_last_is_open():
    phases = [
        span("a", "2011-01-01", "2015-12-31"),
        span("b", "2015-01-01", "2021-12-31"),
        Span("c", datetime.date(2021, 1, 1), END),
    ]
    drawn = draw(phases, band=20)
    first, second, third = drawn.bands
    assert (first.y, second.y, third.y) == (0, 20, 0)
    assert [band.is_open for band in drawn.bands] == [False, False, True]
    assert share(third.x) + share(third.width) == 1
    assert drawn.scale == Scale(2011, 2022)


def test_fewer_years_are_labelled_where_there_is_less_room():
    drawn = draw([span("p", "2010-01-01", "2023-12-31")])
    always = [year.number for year in drawn.years if year.is_always_shown]
    enlarged = [year.number for year in drawn.years if year.is_shown_in_large_text]
    assert [year.number for year in drawn.years] == list(range(2010, 2024))
    assert always == list(range(2010, 2024, 2))
    assert set(enlarged) < set(always)
    assert len(enlarged) * 80 <= PHONE_WIDTH
    centuries = draw([span("p", "0900-01-01", "2023-12-31")])
    assert len(centuries.years) < 25


def test_a_leap_year_ends_where_the_next_begins():
    scale = Scale(2012, 2013)
    assert scale.after(datetime.date(2012, 12, 31)) == scale.at(datetime.date(2013, 1, 1)) == 0.5


def test_a_day_outside_the_axis_is_nowhere_on_it():
    scale = Scale(2010, 2019)
    assert scale.at_day(datetime.date(2015, 1, 1)) == "50%"
    assert scale.at_day(datetime.date(2026, 1, 1)) == ""
