"""The tracks of a picture: the position of each mark; no mark is lost or covered."""

import datetime
import re

import pytest
from hypothesis import given

from tests.public.pictures.spans import draw, share, span, spans
from timeline.public.pictures.geometry import PHONE_WIDTH, TARGET, Scale, Span
from timeline.public.pictures.goal_lines import GoalSpan
from timeline.public.pictures.tracks import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNDATED,
    CountedYears,
    draw_goal_track,
    draw_track,
    draw_undated_track,
    years_per_column,
)


def test_a_year_takes_its_share_of_the_width_and_a_day_is_a_point():
    year, day = span("year", "2011-01-01", "2011-12-31"), span("day", "2012-01-01")
    drawn = draw([span("phase", "2010-01-01", "2013-12-31")], {"policy": [year, day]})
    of_year, of_day = drawn.tracks[0].marks
    assert 0.2 < share(of_year.x2) - share(of_year.x1) <= 0.25
    assert (of_day.x1, of_day.x2, of_day.is_day) == ("50%", "50%", True)


def test_a_month_is_longer_than_a_day():
    drawn = draw([], {"policy": [span("m", "2011-03-01", "2011-03-31")]})
    (mark,) = drawn.tracks[0].marks
    assert share(mark.x2) > share(mark.x1)
    assert not mark.is_day


def test_a_goal_is_a_line_from_its_declaration_to_its_due_year():
    declared, due = span("g", "2010-01-01", "2010-12-31"), span("g", "2015-01-01", "2015-12-31")
    drawn = draw(goals=[GoalSpan("g", declared, due), GoalSpan("h", declared, None)])
    line, stub = drawn.tracks[0].lines
    assert line.declared is not None
    assert line.due is not None
    assert (line.x1, line.x2) == (line.declared.x1, line.due.x2)
    assert stub.due is None


def test_what_has_no_date_has_a_track_of_its_own():
    drawn = draw_undated_track("undated", range(100), 0)
    assert len(drawn.marks) == MAX_UNDATED
    assert [cluster.count for cluster in drawn.clusters] == [100 - MAX_UNDATED]
    assert not any(mark.x1.endswith("%") for mark in drawn.marks)
    assert drawn.is_undated
    assert {mark.y for mark in drawn.marks}.isdisjoint(cluster.y for cluster in drawn.clusters)


def test_a_picture_of_some_begins_with_them_and_their_phases():
    early, late = span("early", "2011-01-01", "2015-12-31"), span("late", "2015-01-01", "2021-12-31")
    found = {"policy": [span("p", "2018-05-01")]}
    whole = draw([early, late], found)
    own = draw([early, late], found, own=[late])
    alone = draw([early, late], found, own=[])
    assert [drawn.scale.first for drawn in (whole, own, alone)] == [2011, 2015, 2018]
    assert {drawn.scale.last for drawn in (whole, own, alone)} == {2021}
    assert [band.subject for band in own.bands] == ["early", "late"]
    assert [band.subject for band in alone.bands] == ["late"]


@given(spans)
def test_every_entry_is_drawn_or_counted_and_no_mark_covers_another(found):
    drawn = draw(
        [],
        {"policy": [Span(n, day, day + datetime.timedelta(length)) for n, (day, length) in enumerate(found)]},
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
    goal_spans = [GoalSpan(n, day, None) for n, day in enumerate(found)]
    drawn = draw([], {"a": found, "b": found}, goal_spans, found)
    assert drawn.height < 1100


def test_what_is_only_counted_stands_in_its_column_beside_what_is_drawn():
    scale = Scale(2010, 2019)
    counted = [CountedYears("a", year, year, 50) for year in range(2010, 2020)]
    track = draw_track("policy", [span("p", "2012-05-01")], scale, 0, counted)
    assert [(cluster.count, cluster.first_year, cluster.x) for cluster in track.clusters] == [
        (50, 2010 + number, f"{5 + 10 * number}%") for number in range(10)
    ]
    (mark,) = track.marks
    by_row = {}
    for cluster in track.clusters:
        assert mark.y < cluster.y < track.bottom
        by_row.setdefault(cluster.y, []).append(share(cluster.x) * PHONE_WIDTH)
    for row in by_row.values():
        assert all(right - left >= 2 * TARGET - 0.1 for left, right in zip(row, row[1:], strict=False))


@pytest.mark.parametrize(
    ("first", "last", "step"), [(2013, 2013, 1), (2001, 2024, 1), (2000, 2024, 2), (1949, 2026, 5), (1, 9999, 500)]
)  # fmt: skip
def test_a_long_axis_has_columns_of_several_years(first, last, step):
    scale = Scale(first, last)
    assert years_per_column(scale) == step
    found = [span(year, f"{year:04}-06-01") for year in range(first, last + 1) for _ in range(MAX_ROWS * 3)]
    clusters = draw_track("policy", found, scale, 0).clusters
    assert 0 < len(clusters) <= MAX_COLUMNS
    assert all(cluster.last_year - cluster.first_year < step for cluster in clusters)


def test_goals_that_are_not_drawn_have_one_count():
    goals = [GoalSpan(number, span(number, "2010-01-01"), None) for number in range(MAX_ROWS + 2)]
    track = draw_goal_track("goal", goals, Scale(2010, 2015), 0, [CountedYears("others", 0, 0, 30)])
    (cluster,) = track.clusters
    assert (len(track.lines), cluster.count, cluster.first_year) == (MAX_ROWS, 32, 0)
    assert {*cluster.subjects} == {"others", MAX_ROWS, MAX_ROWS + 1}
