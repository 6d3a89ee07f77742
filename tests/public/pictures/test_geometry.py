"""The geometry of the picture: what stands where, and that nothing is lost or covered."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.public.pictures.geometry import (
    ACTIVITY_HEIGHT,
    MAX_ROWS,
    MAX_TICKS,
    PHONE_WIDTH,
    TARGET,
    GoalSpan,
    Scale,
    Span,
    draw_blocks,
    draw_goal_bar,
    draw_picture,
    draw_strip,
    draw_undated_track,
)

END = datetime.date.max


def span(of, first, last=None):
    return Span(of, datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first))


def share(text):
    return float(text.removesuffix("%")) / 100


def test_a_year_takes_its_share_of_the_width_and_a_day_is_a_point():
    year, day = span("year", "2011-01-01", "2011-12-31"), span("day", "2012-01-01")
    drawn = draw_picture(
        [span("phase", "2010-01-01", "2013-12-31")], {"policy": [year, day]}, ("goal", []), ("", [])
    )
    of_year, of_day = drawn.tracks[0].marks
    assert 0.2 < share(of_year.x2) - share(of_year.x1) <= 0.25
    assert (of_day.x1, of_day.x2, of_day.is_day) == ("50%", "50%", True)


def test_a_month_is_longer_than_a_day():
    drawn = draw_picture([], {"policy": [span("m", "2011-03-01", "2011-03-31")]}, ("goal", []), ("", []))
    (mark,) = drawn.tracks[0].marks
    assert share(mark.x2) > share(mark.x1)
    assert not mark.is_day


def test_phases_that_share_a_year_stand_one_below_the_other_and_the_last_is_open():
    phases = [
        span("a", "2011-01-01", "2015-12-31"),
        span("b", "2015-01-01", "2021-12-31"),
        Span("c", datetime.date(2021, 1, 1), END),
    ]
    drawn = draw_picture(phases, {}, ("goal", []), ("", []), band=20)
    first, second, third = drawn.bands
    assert (first.y, second.y, third.y) == (0, 20, 0)
    assert [band.is_open for band in drawn.bands] == [False, False, True]
    assert share(third.x) + share(third.width) == 1
    assert drawn.scale == Scale(2011, 2022)


def test_a_goal_is_a_line_from_its_declaration_to_its_due_year():
    declared, due = span("g", "2010-01-01", "2010-12-31"), span("g", "2015-01-01", "2015-12-31")
    drawn = draw_picture(
        [], {}, ("goal", [GoalSpan("g", declared, due), GoalSpan("h", declared, None)]), ("", [])
    )
    line, stub = drawn.tracks[0].lines
    assert line.declared is not None
    assert line.due is not None
    assert (line.x1, line.x2) == (line.declared.x1, line.due.x2)
    assert stub.due is None


def test_what_has_no_date_stands_in_a_strip_of_its_own():
    drawn = draw_undated_track("undated", range(100), 0)
    assert len(drawn.marks) + sum(cluster.count for cluster in drawn.clusters) == 100
    assert not any(mark.x1.endswith("%") for mark in drawn.marks)
    assert drawn.is_undated
    assert {mark.y for mark in drawn.marks}.isdisjoint(cluster.y for cluster in drawn.clusters)


def test_a_picture_of_some_begins_with_them_and_their_phases():
    early, late = span("early", "2011-01-01", "2015-12-31"), span("late", "2015-01-01", "2021-12-31")
    found = {"policy": [span("p", "2018-05-01")]}
    whole = draw_picture([early, late], found, ("goal", []), ("", []))
    own = draw_picture([early, late], found, ("goal", []), ("", []), own=[late])
    alone = draw_picture([early, late], found, ("goal", []), ("", []), own=[])
    assert [drawn.scale.first for drawn in (whole, own, alone)] == [2011, 2015, 2018]
    assert {drawn.scale.last for drawn in (whole, own, alone)} == {2021}
    assert [band.subject for band in own.bands] == ["early", "late"]
    assert [band.subject for band in alone.bands] == ["late"]


def test_fewer_years_are_labelled_where_there_is_less_room():
    drawn = draw_picture([span("p", "2010-01-01", "2023-12-31")], {}, ("goal", []), ("", []))
    always = [year.number for year in drawn.years if year.is_always_shown]
    enlarged = [year.number for year in drawn.years if year.is_shown_in_large_text]
    assert [year.number for year in drawn.years] == list(range(2010, 2024))
    assert always == list(range(2010, 2024, 2))
    assert set(enlarged) < set(always)
    assert len(enlarged) * 80 <= PHONE_WIDTH
    centuries = draw_picture([span("p", "0900-01-01", "2023-12-31")], {}, ("goal", []), ("", []))
    assert len(centuries.years) < 25


def test_a_leap_year_ends_where_the_next_begins():
    scale = Scale(2012, 2013)
    assert scale.after(datetime.date(2012, 12, 31)) == scale.at(datetime.date(2013, 1, 1)) == 0.5


days = st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31))
spans = st.lists(st.tuples(days, st.sampled_from([0, 30, 365, 2000])), max_size=120)


@given(spans)
def test_every_entry_is_drawn_or_counted_and_no_mark_covers_another(found):
    drawn = draw_picture(
        [],
        {"policy": [Span(n, day, day + datetime.timedelta(length)) for n, (day, length) in enumerate(found)]},
        ("goal", []),
        ("", []),
    )
    marks = [mark for track in drawn.tracks for mark in track.marks]
    counted = sum(cluster.count for track in drawn.tracks for cluster in track.clusters)
    assert len(marks) + counted == len(found)
    rows = {}
    for mark in marks:
        rows.setdefault(mark.y, []).append((share(mark.x1) * PHONE_WIDTH, share(mark.x2) * PHONE_WIDTH))
    assert len(rows) <= MAX_ROWS
    for row in rows.values():
        row.sort()
        for (_x1, x2), (x3, _x4) in zip(row, row[1:], strict=False):
            assert x3 - x2 >= TARGET - 0.1
    for mark in marks:
        assert re.fullmatch(r"\d+(\.\d+)?%", mark.x1)
        assert 0 <= share(mark.x1) <= share(mark.x2) <= 1


@pytest.mark.parametrize("count", [0, 1, 3, 500, 5000])
def test_the_picture_stays_of_a_bearable_height(count):
    found = [span(n, f"{2010 + n % 12}-{n % 12 + 1:02}-01") for n in range(count)]
    promises = [GoalSpan(n, day, None) for n, day in enumerate(found)]
    drawn = draw_picture([], {"a": found, "b": found}, ("goal", promises), ("", found))
    assert drawn.height < 1100


def test_a_promise_without_an_end_trails_off_and_one_without_a_beginning_is_led_to():
    scale = Scale(2010, 2019)
    year = span("g", "2015-01-01", "2015-12-31")
    whole = draw_goal_bar(GoalSpan("g", span("g", "2010-01-01"), year), [span("a", "2018-01-01")], scale, 14)
    assert (whole.trails_from, whole.leads_to) == ("", "")
    assert [mark.x1 for mark in whole.assessed] == ["80%"]
    endless = draw_goal_bar(GoalSpan("g", year, None), [], scale, 14)
    assert endless.line is not None
    assert endless.line.declared is not None
    assert (endless.trails_from, endless.leads_to) == (endless.line.declared.x2, "")
    bare = draw_goal_bar(GoalSpan("g", None, year), [], scale, 14)
    assert bare.line is not None
    assert bare.line.due is not None
    assert (bare.trails_from, bare.leads_to) == ("", bare.line.due.x1)
    assert draw_goal_bar(GoalSpan("g", None, None), [], scale, 14).line is None


def test_where_an_end_is_not_known_the_axis_has_room_for_saying_so():
    year = span("g", "2015-01-01", "2015-12-31")
    assert Scale.over(GoalSpan("g", year, None).axis_days()) == Scale(2015, 2016)
    assert Scale.over(GoalSpan("g", None, year).axis_days()) == Scale(2014, 2015)
    assert Scale.over(GoalSpan("g", year, year).axis_days()) == Scale(2015, 2015)
    endless = Span("g", datetime.date(2015, 1, 1), END)
    assert Scale.over(GoalSpan("g", endless, None).axis_days()) == Scale(2015, 2016)
    first = Span("g", datetime.date(1, 1, 1), datetime.date(1, 12, 31))
    assert Scale.over(GoalSpan("g", None, first).axis_days()) == Scale(1, 1)


def test_a_day_outside_the_axis_is_nowhere_on_it():
    scale = Scale(2010, 2019)
    assert scale.at_day(datetime.date(2015, 1, 1)) == "50%"
    assert scale.at_day(datetime.date(2026, 1, 1)) == ""


@given(
    st.dictionaries(
        st.integers(2010, 2019),
        st.dictionaries(st.sampled_from(["harbour", "jade", ""]), st.integers(1, 4000), min_size=1),
    )
)
def test_the_blocks_of_a_year_stand_upon_each_other_and_none_is_higher_than_the_strip(counts):
    most = max((sum(tones.values()) for tones in counts.values()), default=1)
    drawn = draw_blocks(counts, Scale(2010, 2019), most)
    assert sum(block.count for block in drawn) == sum(sum(tones.values()) for tones in counts.values())
    for block in drawn:
        assert -ACTIVITY_HEIGHT - 0.01 <= float(block.y) <= 0.01
        assert 0 <= share(block.x) <= share(block.x) + share(block.width) <= 1
    for one, other in zip(drawn, drawn[1:], strict=False):
        if one.x == other.x:
            assert float(other.y) + float(other.height) == pytest.approx(float(one.y), abs=0.02)


def test_a_ribbon_has_a_tick_for_what_is_known_and_a_mark_where_one_stands():
    known = [span("a", "2011-01-01", "2011-12-31"), span("b", "2012-07-01")]
    drawn = draw_strip(
        [span("p", "2010-01-01", "2013-12-31")], known, known[0], span("a", "2013-01-01", "2013-12-31")
    )
    assert drawn.ticks[0] == "25%"
    assert len(drawn.ticks) == 2
    assert drawn.here is not None
    assert drawn.due is not None
    assert 0.25 < share(drawn.here.x1) < share(drawn.here.x2) < 0.5
    assert 0.75 < share(drawn.due.x1) < share(drawn.due.x2) < 1
    assert not drawn.here.is_day


def test_a_ribbon_of_what_has_no_date_marks_nothing():
    drawn = draw_strip([span("p", "2010-01-01", "2013-12-31")], [span("a", "2011-01-01")], None)
    assert drawn.here is None
    assert len(drawn.ticks) == 1
    assert draw_strip([], [], None).ticks == []


@given(spans)
def test_a_ribbon_stays_of_a_bearable_size(found):
    known = [Span(n, day, day + datetime.timedelta(length)) for n, (day, length) in enumerate(found)]
    drawn = draw_strip([], known, known[0] if known else None)
    assert len(drawn.ticks) <= min(len(known), MAX_TICKS + 1)
    assert bool(drawn.ticks) is bool(known)
    assert all(0 <= share(tick) <= 1 for tick in drawn.ticks)
