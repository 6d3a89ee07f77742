"""What the picture loads: the best entries of each column, counted by the database, and the goals due next."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Entry
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.candidates import (
    MAX_GOALS,
    MAX_LOADED,
    load_best,
    load_goals,
    with_scores,
)

pytestmark = pytest.mark.django_db

AXIS = Axis.over([2010, 2020])
TODAY = datetime.date(2018, 6, 1)


def scores(story=()):
    found = with_scores(Entry.objects.published(), story)
    return {entry.slug: (entry.score, entry.relations) for entry in found}


def test_goals_declared_and_relations_count_if_both_ends_are_public():
    law, plan, draft = (
        make.make_policy(slug=slug, date="2012", published=slug != "draft")
        for slug in ("law", "plan", "draft")
    )
    for other in (plan, draft):
        make.make_relation(other, "implements", law)
    make.make_relation(plan, "based_on", draft)
    make.make_milestone(slug="launch", date="2012", policies=[plan], published=True)
    make.make_goal(slug="goal", declared_by=plan, published=True)
    make.make_goal(declared_by=plan)
    make.make_designation(slug="pilot", date="2013", published=True)
    assert scores() == {
        "law": (2, 1),
        # A goal, a relation that it states, and a milestone.
        "plan": (4, 2),
        "launch": (1, 1),
        "goal": (0, 0),
        "pilot": (3, 0),
    }
    assert scores(["law"])["law"] == (1002, 1)


def test_of_each_kind_and_column_a_bounded_number_is_loaded_the_best_first():
    plan = make.make_policy(slug="z-plan", date="2012-12-31", published=True)
    make.make_milestone(date="2011", policies=[plan], published=True)
    for number in range(MAX_LOADED + 3):
        make.make_policy(slug=f"p{number:02}", date="2012", published=True)
    loaded = load_best(Entry.objects.published(), AXIS, [])
    of_year = [entry.slug for entry in loaded if entry.sort_earliest.year == 2012]
    assert "z-plan" in of_year
    assert len(of_year) == MAX_LOADED + 1


def test_the_story_and_the_ends_of_the_chronicle_are_loaded_wherever_they_stand():
    for number in range(MAX_LOADED + 3):
        make.make_milestone(slug=f"m{number:02}", date="2012-05-06", published=True)
    make.make_milestone(slug="zz", date="2012-05-06", published=True)
    loaded = {entry.slug: entry for entry in load_best(Entry.objects.published(), AXIS, ["m10"])}
    assert {"m00", "m10", "zz"} <= {*loaded}
    assert "m11" not in loaded
    assert [slug for slug, entry in loaded.items() if entry.is_first] == ["m00"]
    assert [slug for slug, entry in loaded.items() if entry.is_last] == ["zz"]
    assert {entry.same_day for entry in loaded.values()} == {MAX_LOADED + 4}


def test_the_goals_due_nearest_to_today_are_loaded():
    for number in range(10):
        make.make_goal(slug=f"past{number}", date="2001", target=str(2017 - number), published=True)
        make.make_goal(slug=f"next{number}", date="2001", target=str(2018 + number), published=True)
    found = [goal.slug for goal in load_goals(Entry.objects.published(), TODAY)]
    assert found[:4] == ["past0", "next0", "past1", "next1"]
    assert len(found) == MAX_GOALS
