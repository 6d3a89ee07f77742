"""The ring of a goal agrees with what is said of it."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Entry
from timeline.public.pictures.goal_rings import goal_ring, rings_by_due_year

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 7, 1)


def test_the_ring_of_a_goal_without_an_assessment_is_open():
    for target in ("2015", "2020", None):
        assert goal_ring(make.make_goal(target=target), DAY) == "open"


@pytest.mark.parametrize(
    ("delivery", "ring"),
    [
        ("achieved", "achieved"),
        ("partly", "partly"),
        ("not_achieved", "missed"),
        ("in_progress", "other"),
        ("superseded", "other"),
        ("unverifiable", "other"),
    ],
)
def test_the_ring_of_a_goal_whose_due_date_is_past_tells_its_newest_assessment(delivery, ring):
    goal = make.make_goal(target="2015")
    make.make_assessment(goal, date="2014", delivery="achieved")
    make.make_assessment(goal, date="2016", delivery=delivery)
    assert goal_ring(goal, DAY) == ring


def test_an_assessment_before_the_due_date_leaves_the_ring_open():
    goal = make.make_goal(target="2020")
    make.make_assessment(goal, date="2016", delivery="achieved")
    assert goal_ring(goal, DAY) == "open"


def test_an_assessed_goal_without_a_due_date_has_the_ring_of_its_assessment():
    goal = make.make_goal()
    make.make_assessment(goal, date="2016", delivery="partly")
    assert goal_ring(goal, DAY) == "partly"


def test_the_rings_of_a_due_year_are_those_of_its_goals():
    partly, before, coming = (make.make_goal(target=target) for target in ("2015", "2015", "2020"))
    make.make_goal()
    make.make_assessment(partly, date="2014", delivery="achieved")
    make.make_assessment(partly, date="2016", delivery="partly")
    make.make_assessment(before, date="2013", delivery="in_progress")
    make.make_assessment(coming, date="2016", delivery="achieved")
    rings = rings_by_due_year(Entry.objects.all(), DAY)
    assert rings == {2015: {"partly", "open"}, 2020: {"open"}}
    assert rings[2015] == {goal_ring(partly, DAY), goal_ring(before, DAY)}
