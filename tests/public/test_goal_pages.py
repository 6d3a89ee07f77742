"""Pages of goals: whole due years, parts of long ones, and the address of each year."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Entry, Goal, GoalState
from timeline.public.goal_pages import (
    MAX_PAGE_GOALS,
    DueYear,
    DueYearPaginator,
    by_due_year,
    count_by_due_year,
    goals_addresses,
)

pytestmark = pytest.mark.django_db


def starts(*sizes):
    years = [DueYear(2000 + number, size) for number, size in enumerate(sizes)]
    return DueYearPaginator(Goal.objects.none(), years).starts


def test_a_page_has_as_many_whole_years_as_fit_and_a_long_year_has_parts():
    assert MAX_PAGE_GOALS == 60
    assert starts() == [0]
    assert starts(60) == [0]
    assert starts(30, 30, 1) == [0, 60]
    assert starts(30, 31) == [0, 30]
    assert starts(61) == [0, 60]
    assert starts(10, 150, 5) == [0, 10, 70, 130]


@pytest.mark.parametrize("sizes", [(1, 59, 60, 61, 0, 200, 3), (5,) * 40, (121,), (60, 60, 60)])
def test_no_page_is_empty_or_too_long_and_all_goals_are_on_one(sizes):
    pages = [*starts(*sizes), sum(sizes)]
    assert all(0 < last - first <= MAX_PAGE_GOALS for first, last in zip(pages, pages[1:], strict=False))


def test_the_address_of_a_year_is_that_of_the_page_on_which_it_begins():
    assert goals_addresses([(2015, 59), (2016, 130), (2020, 1), (9999, 1), (None, 80)]) == {
        2015: "/goals/#due-2015",
        2016: "/goals/?page=2#due-2016",
        2020: "/goals/?page=4#due-2020",
        9999: "/goals/?page=4#due-9999",
        None: "/goals/?page=5#due-undated",
    }


def test_goals_stand_by_due_year_those_without_an_end_and_without_a_due_date_last():
    for title, date, target in (
        ("无期限", "2010", None), ("后定", "2014", "2020"), ("先定", "2013", "2020-06"), ("先到期", "2014", "2015"),
        ("长期", "2012", "2016/.."),
    ):  # fmt: skip
        make.make_goal(title=title, date=date, target=target)
    titles = [goal.title for goal in by_due_year(Goal.objects.all())]
    assert titles == ["先到期", "先定", "后定", "长期", "无期限"]


def test_goals_are_counted_by_the_year_in_which_they_are_due_and_by_state():
    make.make_goal(date="2011", target="2015")
    make.make_assessment(make.make_goal(date="2011", target="2015"))
    make.make_goal(date="2011", target="2020")
    make.make_goal(date="2012", target="2016/..")
    make.make_goal(date="2011")
    counted = count_by_due_year(Entry.objects.all(), datetime.date(2018, 1, 1))
    assert [*counted.items()] == [
        (2015, {GoalState.UNASSESSED: 1, GoalState.ASSESSED: 1}),
        (2020, {GoalState.NOT_YET_DUE: 1}),
        (9999, {GoalState.NOT_YET_DUE: 1}),
        (None, {GoalState.NOT_STATED: 1}),
    ]


def test_only_a_year_that_a_source_gives_is_one():
    assert DueYear(2015, 1).is_dated
    assert not DueYear(9999, 1).is_dated
    assert not DueYear(None, 1).is_dated
