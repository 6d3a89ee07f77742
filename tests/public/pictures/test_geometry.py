"""The geometry of the pictures: days on the axis, labelled years, and phases."""

import datetime

from tests.public.pictures.spans import END, share, span
from timeline.public.pictures.geometry import PHONE_WIDTH, Scale, Span, axis_years, draw_bands


def test_phases_that_share_a_year_overlap_in_it_and_the_last_is_open():
    phases = [
        span("a", "2011-01-01", "2015-12-31"),
        span("b", "2015-01-01", "2021-12-31"),
        Span("c", datetime.date(2021, 1, 1), END),
    ]
    bands = draw_bands(phases, Scale(2011, 2022))
    first, second, third = bands
    assert share(first.x) + share(first.width) > share(second.x)
    assert [band.is_open for band in bands] == [False, False, True]
    assert share(third.x) + share(third.width) == 1


def test_fewer_years_are_labelled_where_there_is_less_room():
    years = axis_years(Scale(2010, 2023))
    always = [year.number for year in years if year.is_always_shown]
    enlarged = [year.number for year in years if year.is_shown_in_large_text]
    assert [year.number for year in years] == list(range(2010, 2024))
    assert always == list(range(2010, 2024, 2))
    assert set(enlarged) < set(always)
    assert len(enlarged) * 80 <= PHONE_WIDTH
    assert len(axis_years(Scale(900, 2023))) < 25


def test_a_leap_year_ends_where_the_next_begins():
    scale = Scale(2012, 2013)
    assert scale.after(datetime.date(2012, 12, 31)) == scale.at(datetime.date(2013, 1, 1)) == 0.5
