"""The goals on one axis: their number by state, and a mark for today if the axis includes it."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Goal, GoalState, Phase
from timeline.public.pictures.goals import draw_goal_schedule

pytestmark = pytest.mark.django_db


DAY = datetime.date(2018, 7, 1)


def scheduled(today=DAY):
    return draw_goal_schedule(list(Goal.objects.chronological()), list(Phase.objects.all()), today)


def test_goals_are_counted_by_what_is_known_of_them():
    make.make_goal(date="2010", target="2015")
    make.make_goal(date="2010", target="2020")
    make.make_goal(date="2010", target="2021")
    assert scheduled().counts == [(GoalState.NOT_YET_DUE, 2), (GoalState.UNASSESSED, 1)]


def test_today_is_drawn_only_where_the_axis_reaches_it():
    make.make_goal(date="2010", target="2019")
    assert scheduled(DAY).today
    assert not scheduled(datetime.date(2026, 1, 1)).today
