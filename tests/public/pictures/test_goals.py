"""The goals of a page: their number by state, and the line of each on the axis of all."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Entry, Goal, GoalState
from timeline.public.goal_pages import DueYear, by_due_year
from timeline.public.pictures.geometry import Scale
from timeline.public.pictures.goals import GoalLine, draw_goal_line, goals_scale, group_goals, state_counts

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 7, 1)
AXIS = Scale(2010, 2019)


def line(**kw):
    return draw_goal_line(Goal.objects.get(pk=make.make_goal(**kw).pk), AXIS)


def test_goals_are_counted_by_what_is_known_of_them():
    make.make_goal(date="2010", target="2015")
    make.make_goal(date="2010", target="2020")
    make.make_goal(date="2010", target="2021")
    make.make_assessment(make.make_goal(date="2010", target="2016"))
    make.make_goal(date="2010")
    counts = state_counts(Entry.objects.all(), DAY)
    assert counts == [
        (GoalState.NOT_YET_DUE, 2),
        (GoalState.UNASSESSED, 1),
        (GoalState.ASSESSED, 1),
        (GoalState.NOT_STATED, 1),
    ]
    years = {year: DueYear(year, 1) for year in (2015, 2016, 2020, 2021, None)}
    groups = group_goals(by_due_year(Goal.objects.all()), years, AXIS, DAY)
    assert [group.due.year for group in groups] == [2015, 2016, 2020, 2021, None]
    shown = [row.state for group in groups for row in group.rows]
    assert counts == [(state, shown.count(state)) for state, _count in counts]


def test_the_axis_reaches_from_the_first_setting_to_the_last_due_date():
    make.make_goal(date="2011-05", target="2015")
    make.make_goal(date="2016", target="2030")
    make.make_goal(date="2001")
    make.make_goal(date="2014", target="2016/..")
    make.make_goal(target="2009")
    assert goals_scale(Goal.objects.all()) == Scale(2009, 2030)


def test_an_axis_without_goals_has_a_year():
    assert goals_scale(Goal.objects.none()) == Scale(2000, 2000)


def test_a_day_is_a_dot_and_a_month_a_ring_where_the_line_begins():
    assert line(date="2012-01-01", target="2014") == GoalLine("20%", "day", "", "20%", "50%", "50%")
    assert line(date="2012-01", target="2014") == GoalLine("20%", "month", "", "20%", "50%", "50%")


def test_a_year_is_a_row_of_points_within_its_column_and_the_line_begins_after_it():
    assert line(date="2012", target="2014") == GoalLine("21.2%", "", "28.8%", "30%", "50%", "50%")
    assert line(date="2012/2013", target="2014") == GoalLine("21.2%", "", "38.8%", "40%", "50%", "50%")


def test_a_goal_due_in_the_year_in_which_it_was_set_has_no_line():
    assert line(date="2012", target="2012") == GoalLine("21.2%", "", "28.8%", "", "", "30%")


def test_a_goal_of_which_nobody_knows_when_it_was_set_is_a_ring_and_one_without_an_end_has_none():
    assert line(target="2014") == GoalLine("", "", "", "", "", "50%")
    assert line(date="2012-01-01", target="2014/..") == GoalLine("20%", "day", "", "20%", "100%", "")
