"""The strip of all years: what is written on it, its bands and its marks."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.public.pictures.spans import share, span, spans
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.strip import MAX_ROWS, draw_strip

FIRST = span("甲", "2011-01-01", "2015-12-31")
SECOND = span("乙", "2015-01-01", "2021-12-31")
THIRD = Span("丙", datetime.date(2021, 1, 1), datetime.date.max)
YEARS = [(datetime.date(2010, 1, 1), datetime.date(2023, 12, 31))]


def numbers(strip, *, on_phones=False):
    return [year.number for year in strip.years if year.on_phones or not on_phones]


def test_the_years_of_the_entry_of_its_due_date_of_the_ends_and_of_phases_are_written():
    drawn = draw_strip(
        [FIRST, SECOND, THIRD], YEARS, span("e", "2016-09-26"), span("e", "2020-01-01", "2020-12-31")
    )
    assert numbers(drawn) == [2010, 2011, 2015, 2016, 2020, 2021, 2023]
    assert numbers(drawn, on_phones=True) == [2010, 2016, 2020, 2023]
    assert [year.number for year in drawn.years if year.is_own] == [2016]


def test_phases_that_share_a_year_share_a_row_and_are_cut_by_a_slant():
    drawn = draw_strip([FIRST, SECOND, THIRD], YEARS, None)
    assert drawn.rows == 1
    first, second, third = drawn.bands
    # Four fifths of the first are its own; the second begins at the foot where the shared year does.
    assert first.points == "0.00,0 100.00,0 80.00,100 0,100"
    assert second.points.startswith("14.29,0 100.00,0 ")
    assert share(second.x) == pytest.approx(5 / 14, abs=0.001)
    assert [bool(band.fade) for band in drawn.bands] == [False, False, True]
    assert third.fade == ("66.67%", "33.33%")


def test_phases_that_share_more_have_rows_of_their_own_and_those_without_a_row_are_left_out():
    alike = [span(number, "2011-01-01", "2015-12-31") for number in range(MAX_ROWS + 2)]
    drawn = draw_strip(alike, YEARS, None)
    assert [band.subject for band in drawn.bands] == [0, 1, 2]
    assert drawn.rows == MAX_ROWS
    assert drawn.height == "7.2rem"


def test_a_strip_of_one_row_is_as_high_as_drawn():
    assert draw_strip([FIRST], YEARS, None).height == "4.7rem"
    assert draw_strip([], YEARS, None).height == "4.7rem"


def test_a_band_has_the_first_name_that_has_room():
    names = {
        "甲": ["构建基础网络和云计算中心", "基础网络和云计算"],
        "乙": ["长" * 40, ""],
        "丙": ["城市大脑上线", "城市大脑"],
    }
    drawn = draw_strip([FIRST, SECOND, THIRD], YEARS, None, names=names.__getitem__)
    assert [band.name for band in drawn.bands] == ["构建基础网络和云计算中心", "", "城市大脑上线"]
    assert [band.name_on_phones for band in drawn.bands] == ["", "", ""]
    short = draw_strip([FIRST], YEARS, None, names=lambda _phase: ["构建基础网络和云计算中心", "云计算"])
    assert short.bands[0].name_on_phones == "云计算"


@pytest.mark.parametrize(
    ("first", "last", "form", "width"),
    [
        ("2016-09-26", "2016-09-26", "day", 0),
        ("2016-09-01", "2016-09-30", "month", 0),
        ("2016-01-01", "2016-06-30", "years", 0.5 / 14),
        ("2016-01-01", "2016-12-31", "years", 1 / 14),
        ("2011-01-01", "2015-12-31", "years", 5 / 14),
    ],
)
def test_an_entry_is_a_dot_a_ring_or_points_over_the_years_in_which_it_may_lie(first, last, form, width):
    mark = draw_strip([], YEARS, span("e", first, last)).mark
    assert (mark.form, share(mark.width)) == (form, pytest.approx(width, abs=0.001))


def test_a_due_date_is_the_end_of_a_line_from_the_mark():
    due = draw_strip(
        [], YEARS, span("e", "2010-01-01", "2010-12-31"), span("e", "2020-01-01", "2020-12-31")
    ).due
    assert (share(due.from_x), share(due.x)) == (
        pytest.approx(1 / 14, abs=0.001),
        pytest.approx(11 / 14, abs=0.001),
    )


def test_labels_stand_within_the_strip_and_the_one_of_the_entry_yields():
    labels = ("2020年到期 · 未见评估", "2020年到期")

    def drawn(day, due, due_labels=labels):
        return draw_strip([], YEARS, span("e", day), span("e", due), label="本条", due_labels=due_labels)

    apart = drawn("2010-06-01", "2020-12-31")
    assert (apart.due.label_is_before, apart.due.label_on_phones) == (True, labels[0])
    assert apart.mark.is_labelled_on_phones
    # On a phone they would touch.
    nearer = drawn("2016-09-26", "2020-12-31")
    assert nearer.due.label_is_before
    assert (nearer.mark.is_labelled, nearer.mark.is_labelled_on_phones) == (True, False)
    # On a desktop, too: the label of the due date stands on its other side, where there is room.
    assert not drawn("2014-03-01", "2015-12-31").due.label_is_before
    assert not drawn("2010-01-01", "2012-12-31").due.label_is_before
    assert not drawn("2023-06-01", "2023-12-31").mark.is_labelled
    longer = drawn("2010-06-01", "2020-12-31", ("2020年到期 · " + "很" * 20, labels[1]))
    assert longer.due.label_on_phones == labels[1]
    assert drawn("2010-06-01", "2012-12-31", ("很" * 30, "长" * 30)).due.label_on_phones == ""
    assert draw_strip([], YEARS, span("e", "2023-12-01"), label="本条").mark.label_is_before


@given(spans, st.integers(1, 300))
def test_a_strip_has_a_bearable_size_and_years_do_not_touch(found, length):
    known = [Span(n, day, day + datetime.timedelta(size)) for n, (day, size) in enumerate(found)]
    years = [(datetime.date(2000, 1, 1), datetime.date(1999 + length, 12, 31))]
    drawn = draw_strip(known, years, known[0] if known else None)
    assert len(drawn.year_lines) <= 42 * len("M5000 0V1")
    assert len(drawn.years) <= 20
    places = [share(year.x) for year in drawn.years]
    assert all(later - earlier > 0.045 for earlier, later in zip(places, places[1:], strict=False))
    assert all(0 <= share(band.x) <= 1 for band in drawn.bands)
