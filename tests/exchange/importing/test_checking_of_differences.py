"""Comparison of rows with their records: an equivalent cell is not a change, however it is written."""

from collections import Counter

import pytest

from tests.factories import (
    make_milestone,
    make_organization,
    make_phase,
    make_topic,
    make_user,
)
from tests.imports import GOOD, import_rows, row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import (
    Goal,
    Milestone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def sheet(name, text, **options):
    return import_files([Upload(name, text.encode())], by=make_user(), **options)


def test_a_list_in_another_order_is_no_change(folder):
    make_milestone(slug="launch", topics=[make_topic(slug="optical"), make_topic(slug="geo")])
    report = import_files([folder(milestones="- {slug: launch, topics: [optical, geo]}")])
    assert row_counts(report) == Counter(unchanged=1)


def test_a_reference_that_a_list_names_twice_is_no_change(folder):
    make_milestone(slug="launch", topics=[make_topic(slug="optical")])
    report = import_files([folder(milestones="- {slug: launch, topics: [optical, optical]}")])
    assert row_counts(report) == Counter(unchanged=1)


def test_the_same_date_in_other_words_is_no_change(folder):
    make_milestone(slug="launch", date="2013-01")
    report = import_files([folder(milestones="- {slug: launch, date: 2013年1月}")])
    assert row_counts(report) == Counter(unchanged=1)


def test_the_same_assessment_dated_in_other_words_is_not_made_twice(folder):
    import_files([folder(**GOOD)])
    report = import_files(
        [
            folder(assessments="- {goal: coverage, date: 2016年, delivery: partly, evidence: self_declared}")
            / "assessments.yaml"
        ]
    )
    assert row_counts(report) == Counter(changed=1)
    assert Goal.objects.get().assessments.get().delivery == "partly"


def test_a_list_that_lost_a_reference_is_a_change():
    make_milestone(slug="launch", topics=[make_topic(slug="a"), make_topic(slug="b")])
    assert row_counts(import_rows(milestones=[{"slug": "launch", "topics": ["a"]}])) == {"changed": 1}
    assert [topic.slug for topic in Milestone.objects.get().topics.all()] == ["a"]


def test_a_column_that_is_missing_is_left_alone_and_one_that_is_empty_is_cleared(folder):
    make_milestone(
        slug="launch",
        title="启动",
        date="2013",
        summary="旧",
        summary_en="old",
        topics=[make_topic()],
        organizations=[make_organization()],
        phase=make_phase(),
    )
    report = import_files([folder(milestones="- {slug: launch, date: , summary: '', topics: [], phase: }")])

    assert report.problems == []
    launch = Milestone.objects.get()
    assert (launch.title, launch.summary_en, launch.organizations.count()) == ("启动", "old", 1)
    assert (launch.date, launch.summary, launch.phase, launch.topics.count()) == (None, "", None, 0)
    assert {change.column for change in report.changes} == {"date", "summary", "topics", "phase"}


@pytest.mark.parametrize(("clear", "summary"), [(False, "摘要"), (True, "")])
def test_an_empty_cell_of_a_sheet_keeps_or_clears_as_was_chosen(clear, summary):
    make_milestone(slug="launch", title="旧", summary="摘要")
    sheet("milestones.csv", "网址标识,题名,摘要\nlaunch,新,\n", clear_empty=clear)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("新", summary)


def test_a_cell_that_is_empty_on_purpose_clears_whatever_was_chosen():
    make_milestone(slug="launch", summary="摘要", date="2013", phase=make_phase(slug="early"))
    sheet("milestones.csv", "slug,summary,phase\nlaunch,',\n")
    launch = Milestone.objects.get()
    assert (launch.summary, launch.phase.slug) == ("", "early")
    sheet("milestones.csv", "slug,phase\nlaunch,'\n")
    assert Milestone.objects.get().phase is None
