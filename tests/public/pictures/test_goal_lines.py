"""The lines of goals, including those with an unknown beginning or end."""

import datetime

from tests.public.pictures.spans import END, span
from timeline.public.pictures.geometry import Scale, Span
from timeline.public.pictures.goal_lines import GoalSpan, draw_goal_bar


def test_a_goal_without_an_end_trails_off_and_one_without_a_beginning_is_led_to():
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
