"""Files of 0.1, in which an assessment has one source and a designation one authority, are read in every format."""

import json

import pytest

from tests import factories as make
from tests.imports import import_rows, row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import AssessmentCitation, GoalAssessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ROW = {"date": "2016", "delivery": "achieved", "evidence": "independent", "source": "audit", "locator": "¶3"}
FORMER = {
    "assessments.yaml": "- {goal: goal, date: 2016年, delivery: achieved, evidence: independent, source: audit, locator: ¶3}",
    "goals.yaml": "- {slug: goal, assessments: [{日期: 2016, 完成情况: 完成, evidence: independent, 来源: audit, 出处位置: ¶3}]}",
    "assessments.json": json.dumps([{"goal": "goal", **ROW, "note": "", "note_en": ""}]),
    "assessments.csv": "goal,date,delivery,evidence,source,locator,note\ngoal,2016,achieved,independent,audit,¶3,",
    "目标评估.csv": "目标,评估日期,完成情况,证据,来源,出处位置\ngoal,2016,achieved,independent,audit,¶3",
    "fixture.json": json.dumps(
        [
            {
                "model": "timeline.goalassessment",
                "fields": {**ROW, "goal": ["goal"], "source": ["audit"], "locator_order": "AA=="},
            }
        ]
    ),
}


@pytest.fixture(autouse=True)
def goal():
    make.make_source(slug="audit")
    make.make_source(slug="report")
    return make.make_goal(slug="goal")


def imported(name, text):
    report = import_files([Upload(name, text.encode())], by=make.make_user())
    assert report.problems == []
    return row_counts(report)


def cited():
    return [
        (one.assessment_number, one.source.slug, one.locator)
        for one in AssessmentCitation.objects.select_related("source").order_by("assessment_number", "pk")
    ]


@pytest.mark.parametrize("name", FORMER)
def test_the_source_of_an_assessment_becomes_its_citation(name):
    assert imported(name, FORMER[name])["new"] == 2
    assert str(GoalAssessment.objects.get().date) == "2016"
    assert cited() == [(1, "audit", "¶3")]
    assert "new" not in imported(name, FORMER[name])


def test_assessments_of_one_date_get_numbers_by_their_source():
    other = {**ROW, "source": "report", "delivery": "partly"}
    import_rows(assessments=[{"goal": "goal", **ROW}, {"goal": "goal", **other}])
    assert cited() == [(1, "audit", "¶3"), (2, "report", "¶3")]
    report = import_rows(assessments=[{"goal": "goal", **other, "note": "新评"}])
    assert row_counts(report) == {"changed": 1, "unchanged": 1}
    assert [one.note for one in GoalAssessment.objects.order_by("number")] == ["", "新评"]


def test_a_row_that_does_not_say_the_place_adds_no_citation():
    import_rows(assessments=[{"goal": "goal", **ROW}])
    report = import_rows(
        assessments=[{"goal": "goal", "date": "2016", "source": "audit", "delivery": "partly"}]
    )
    assert row_counts(report) == {"changed": 1}
    assert cited() == [(1, "audit", "¶3")]


def test_a_row_is_deleted_by_its_former_key():
    import_rows(assessments=[{"goal": "goal", **ROW}, {"goal": "goal", **ROW, "source": "report"}])
    import_rows(assessments=[{"goal": "goal", "date": "2016", "source": "report", "delete": "yes"}])
    assert cited() == [(1, "audit", "¶3")]
    assert GoalAssessment.objects.get().number == 1


def test_an_unknown_source_is_reported_where_it_stands():
    report = import_rows(assessments=[{"goal": "goal", **ROW, "source": "audti"}])
    (problem,) = report.problems
    assert (problem.column, problem.value) == ("source", "audti")
    assert not GoalAssessment.objects.exists()


def test_only_files_of_former_rows_have_two_tables():
    new = {name: cell for name, cell in ROW.items() if name not in ("source", "locator")}
    report = import_rows(assessments=[{"goal": "goal", **new}])
    assert [problem.message for problem in report.problems] == [
        "An assessment cites at least one source: add a citation to that of 2016 / 1."
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pilot_designations.yaml", "- {slug: pilot, authority: ministry}"),
        ("pilot_designations.json", '[{"slug": "pilot", "authority": "ministry"}]'),
        ("pilot_designations.csv", "slug,authority\npilot,ministry"),
        ("试点.csv", "网址标识,公布机关\npilot,ministry"),
    ],
)
def test_the_authority_of_a_designation_becomes_one_of_its_authorities(name, text):
    ministry, designation = make.make_organization(slug="ministry"), make.make_designation(slug="pilot")
    assert imported(name, text) == {"changed": 1}
    assert [*designation.authorities.all()] == [ministry]
