"""What a deletion removes: each record once under its kind, with its parts below it."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from timeline.admin.base import record_link
from timeline.admin.deleted_rows import deleted_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def deleted(*records, user=None):
    request = RequestFactory().get("/")
    request.user = user or make.make_editor()
    return deleted_rows(records, request, admin.site)


def test_an_entry_is_listed_under_its_kind_alone_with_its_citations_below_it():
    first, second = make.make_policy(title="甲", topics=[make.make_topic()]), make.make_policy(title="乙")
    make.make_citation(first, source=make.make_source(title="公报"), locator="¶5")
    make.make_citation(first, source=make.make_source(title="日报"), locator="¶6")
    lines, counts, lacking, protected = deleted(first, second)
    assert [line for line in lines if not isinstance(line, list)] == [
        f"Policy: {record_link(first)}",
        f"Policy: {record_link(second)}",
    ]
    (below,) = [line for line in lines if isinstance(line, list)]
    assert [line.partition(":")[0] for line in below] == ["Citation", "Citation"]
    assert counts == {"policies": 2, "citations": 2}
    assert (lacking, protected) == (set(), [])


def test_the_parts_of_parts_are_below_them():
    goal = make.make_goal(title="目标", declared_by=make.make_policy())
    make.make_assessment_citation(make.make_assessment(goal))
    ((goal_line, parts), counts, *_rest) = deleted(goal)
    assert goal_line == f"Goal: {record_link(goal)}"
    assert [isinstance(part, list) for part in parts] == [False, True]
    assert "entries" not in counts


def test_what_the_user_may_not_delete_is_named():
    _lines, _counts, lacking, _protected = deleted(make.make_topic(), user=make.make_user(is_staff=True))
    assert lacking == {"topic"}


def test_the_lines_take_as_many_queries_for_many_as_for_one(django_assert_max_num_queries):
    few = [make.make_policy() for _number in range(2)]
    many = [make.make_policy() for _number in range(12)]
    for policy in (*few, *many):
        make.make_citation(policy)
    user = make.make_editor()
    with CaptureQueriesContext(connection) as captured:
        deleted(*few, user=user)
    with django_assert_max_num_queries(len(captured)):
        deleted(*many, user=user)
