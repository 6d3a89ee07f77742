"""What the chronicle covers: examined entries, and goals of which an assessment was searched for and not found."""

import pytest

from tests import factories as make
from timeline.models.shortlists import left_out
from timeline.public.coverage import Coverage, coverage, searched_goals

pytestmark = pytest.mark.django_db


def test_coverage_counts_what_is_public():
    make.make_policy(examined=True, published=True)
    make.make_policy(examined=True)
    make.make_goal(published=True, searched_on="2026-11-30")
    make.make_goal(published=True)
    make.make_goal(searched_on="2026-11-30")
    make.make_assessment(make.make_goal(published=True, searched_on="2026-11-30"))
    assert coverage() == Coverage(entries=4, examined=1, unassessed=2, searched=1)


def test_goals_searched_in_vain_come_by_due_date_and_say_how_many_there_are():
    for target in ("2020", None, "2015"):
        make.make_goal(title=target or "无期限", target=target, published=True, searched_on="2026-11-30")
    make.make_assessment(make.make_goal(target="2014", published=True, searched_on="2026-11-30"))
    found = searched_goals(2)
    assert [goal.title for goal in found] == ["2015", "2020"]
    assert left_out(found) == 1
