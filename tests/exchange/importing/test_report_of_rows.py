"""Outcomes of rows: counted by table, and changes listed with old and new values."""

from collections import Counter

import pytest

from tests.factories import (
    make_milestone,
    make_topic,
)
from tests.foreign_tables import import_proposed, table
from tests.imports import GOOD, import_rows, row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.models import (
    Goal,
    Milestone,
    Policy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_changed_cell_is_told_with_old_and_new(folder):
    import_files([folder(**GOOD)])
    path = folder(policies="- {slug: plan-2013, date: 2013-02, title: 规划}")
    report = import_files([path / "policies.yaml"])

    assert row_counts(report) == Counter(changed=1)
    (change,) = report.changes
    assert (change.key, change.column, change.old, change.new) == ("plan-2013", "date", "2013-01", "2013-02")
    assert (change.place.file, change.place.row) == ("policies.yaml", 1)
    plan = Policy.objects.get(slug="plan-2013")
    assert str(plan.date) == "2013-02"
    assert str(plan.sort_earliest) == "2013-02-01"
    assert str(Goal.objects.get().sort_earliest) == "2013-02-01"  # declared by the plan


def test_a_changed_list_is_told_with_old_and_new(folder):
    topics = [make_topic(slug="optical"), make_topic(slug="geo")]
    make_milestone(slug="launch", topics=topics[:1])
    report = import_files([folder(milestones="- {slug: launch, topics: [geo, optical]}")])
    (change,) = report.changes
    assert change.column == "topics"
    assert change.old == ["optical"]
    assert sorted(change.new) == ["geo", "optical"]
    assert {topic.slug for topic in Milestone.objects.get().topics.all()} == {"geo", "optical"}


def test_each_row_is_counted_in_its_table():
    make_milestone(slug="same", title="照旧")
    make_milestone(slug="other", title="旧")
    report = import_rows(
        milestones=[
            {"slug": "same", "title": "照旧"},
            {"slug": "other", "title": "新"},
            {"slug": "new", "title": "新"},
        ]
    )
    assert report.counts["milestones"] == Counter(unchanged=1, changed=1, new=1)
    assert report.rows == []


def test_every_row_is_listed_where_that_is_asked_for():
    make_milestone(slug="launch", title="旧")
    (row,) = import_rows(milestones=[{"slug": "launch", "title": "新"}], _include_rows=True).rows
    assert (row["table"], row["key"], row["outcome"]) == ("milestones", "launch", "changed")
    assert row["columns"] == (("title", "旧", "新"),)


def test_what_stands_for_a_missing_answer_is_not_shown():
    rows = [["甲", "2016", "通知书"], ["乙", "2016", "通知"]]
    report = import_proposed(
        table(["文件名称", "发文日期", "文种"], *rows), _dry_run=True, _include_rows=True
    )
    columns = [row["columns"] for row in report.rows if row["table"] == "policies"]
    types = [new for of_row in columns for name, _old, new in of_row if name == "document_type"]
    assert (len(columns), types) == (2, ["notice"])
