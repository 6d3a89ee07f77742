"""The goals on one axis: their number by state, and a mark for today if the axis includes it."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Goal, GoalState, Phase
from timeline.public.pictures.goals import by_due_year, draw_goal_schedule, state_counts

pytestmark = pytest.mark.django_db


DAY = datetime.date(2018, 7, 1)


def scheduled(today=DAY):
    return draw_goal_schedule(list(by_due_year(Goal.objects.all())), list(Phase.objects.all()), today)


def test_goals_are_counted_by_what_is_known_of_them():
    make.make_goal(date="2010", target="2015")
    make.make_goal(date="2010", target="2020")
    make.make_goal(date="2010", target="2021")
    make.make_assessment(make.make_goal(date="2010", target="2016"))
    make.make_goal(date="2010")
    counts = state_counts(Goal.objects.all(), DAY)
    assert counts == [
        (GoalState.NOT_STATED, 1),
        (GoalState.NOT_YET_DUE, 2),
        (GoalState.UNASSESSED, 1),
        (GoalState.ASSESSED, 1),
    ]
    drawn = [row.state for group in scheduled().groups for row in group.rows]
    assert counts == [(state, drawn.count(state)) for state in GoalState]


def test_today_is_drawn_only_where_the_axis_reaches_it():
    make.make_goal(date="2010", target="2019")
    assert scheduled(DAY).today
    assert not scheduled(datetime.date(2026, 1, 1)).today
