"""An assessment and its citations in files: nested or in tables of their own, and none without the other."""

import pytest

from tests import factories as make
from tests.imports import import_rows, row_counts
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.exporting.export import export
from timeline.exchange.formats.registry import FORMATS
from timeline.exchange.importing.import_files import import_files
from timeline.models import AssessmentCitation, GoalAssessment
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

JUDGED = {"delivery": "achieved", "evidence": "independent"}
UNCITED = "An assessment cites at least one source: add a citation to that of 2016 / 1."
UNKNOWN = "There is no assessment with this date and number: 2017 / 1."


@pytest.fixture
def goal():
    goal = make.make_goal(slug="goal")
    make.make_assessment(goal, date="2016", source=make.make_source(slug="audit"), locator="¶1")
    make.make_source(slug="report")
    make.make_citation(goal)
    return goal


@pytest.fixture(params=[False, True], ids=["written", "dry run"])
def problems(request):
    """Return the problems of an import, which a dry run finds as well."""

    def problems_of(**tables):
        report = import_rows(**tables, _dry_run=request.param)
        return [problem.message for problem in report.problems]

    return problems_of


def cited():
    return sorted(
        (str(one.assessment_date), one.assessment_number, one.source.slug, one.locator)
        for one in AssessmentCitation.objects.select_related("source")
    )


def test_citations_stand_within_their_assessment(goal):
    row = {
        "date": "2018年",
        **JUDGED,
        "citations": [{"source": "audit"}, {"source": "report", "locator": "¶2"}],
    }
    report = import_rows(goals=[{"slug": "goal", "assessments": [row, {**row, "number": 2}]}])
    assert report.problems == []
    assert row_counts(report) == {"new": 6, "unchanged": 1}
    assert cited() == [
        ("2016", 1, "audit", "¶1"),
        ("2018", 1, "audit", ""),
        ("2018", 1, "report", "¶2"),
        ("2018", 2, "audit", ""),
        ("2018", 2, "report", "¶2"),
    ]


def test_citations_stand_in_a_table_of_their_own(goal):
    assessment = {"goal": "goal", "date": "2018", **JUDGED}
    citation = {"goal": "goal", "assessment_date": "2018", "source": "report", "remark": "原话"}
    assert import_rows(assessments=[assessment], assessment_citations=[citation]).problems == []
    assert cited() == [("2016", 1, "audit", "¶1"), ("2018", 1, "report", "")]


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_exported_brings_back_every_citation(goal, format, tmp_path):
    second = make.make_assessment(goal, date="2016", number=2, source=make.make_source(slug="board"))
    cited_there = {"locator": "第3页", "remark": "原话：\n两行", "date": "2015-40"}
    make.make_assessment_citation(second, source=make.make_source(slug="annals"), **cited_there)
    make.make_assessment_citation(second, source=make.make_source(slug="other"), number=2)
    before, names = TABLES["goals"].whole_row_of(goal), [tmp_path / f"{name}.zip" for name in "ab"]
    if format in ("xlsx", "django"):
        names = [name.with_suffix(".xlsx" if format == "xlsx" else ".json") for name in names]
    export(None, names[0], format)
    GoalAssessment.objects.all().delete()
    report = import_files([names[0]], by=make.make_user())
    assert (report.problems, row_counts(report)["new"]) == ([], 6)
    assert TABLES["goals"].whole_row_of(goal) == before
    export(None, names[1], format)
    assert names[0].read_bytes() == names[1].read_bytes()


def test_an_assessment_without_a_citation_is_refused(goal, problems):
    assert problems(assessments=[{"goal": "goal", "date": "2018", **JUDGED}]) == [
        "An assessment cites at least one source: add a citation to that of 2018 / 1."
    ]
    assert GoalAssessment.objects.count() == 1


def test_the_last_citation_of_an_assessment_is_not_deleted(goal, problems):
    citation = {"goal": "goal", "assessment_date": "2016", "source": "audit", "locator": "¶1"}
    assert problems(assessment_citations=[{**citation, "delete": "yes"}]) == [UNCITED]
    assert cited() == [("2016", 1, "audit", "¶1")]


def test_the_last_citation_is_deleted_where_another_replaces_it(goal, problems):
    citation = {"goal": "goal", "assessment_date": "2016", "source": "audit", "locator": "¶1"}
    other = {"goal": "goal", "assessment_date": "2016", "source": "report"}
    assert problems(assessment_citations=[{**citation, "delete": "yes"}, other]) == []


def test_an_assessment_is_deleted_with_its_citations(goal):
    deleted = {"goal": "goal", "date": "2016", "delete": "yes"}
    assert import_rows(assessments=[deleted]).problems == []
    assert not GoalAssessment.objects.exists()
    assert cited() == []


def test_an_assessment_and_its_last_citation_are_deleted_together(goal, problems):
    citation = {"goal": "goal", "assessment_date": "2016", "source": "audit", "locator": "¶1"}
    deleted = {"goal": "goal", "date": "2016", "delete": "yes"}
    assert problems(assessments=[deleted], assessment_citations=[{**citation, "delete": "yes"}]) == []


def test_a_citation_of_an_assessment_that_is_not_there_is_refused(goal, problems):
    citation = {"goal": "goal", "assessment_date": "2017", "source": "report"}
    assert problems(assessment_citations=[citation]) == [UNKNOWN]
    deleted = {"goal": "goal", "date": "2016", "delete": "yes"}
    citation = {"goal": "goal", "assessment_date": "2016", "source": "report"}
    assert problems(assessments=[deleted], assessment_citations=[citation]) == [
        UNKNOWN.replace("2017", "2016")
    ]


def test_a_new_goal_brings_its_assessments_along(goal, problems):
    assessment = {"date": "2018", **JUDGED, "citations": [{"source": "report"}]}
    new = {"slug": "new", "title": "新目标", "citations": [{"source": "audit"}]}
    assert problems(goals=[{**new, "assessments": [assessment]}]) == []
    uncited = {"slug": "newer", "title": "更新的目标", "assessments": [{"date": "2016", **JUDGED}]}
    assert problems(goals=[uncited]) == [UNCITED]


def test_a_citation_is_not_blamed_for_its_assessment(goal, problems):
    assessment = {"date": "2018-13", **JUDGED, "citations": [{"source": "report"}, {"source": "audit"}]}
    (message,) = problems(goals=[{"slug": "goal", "assessments": [assessment]}])
    assert "There is no month 13" in message
    (message,) = problems(assessments=[{"goal": "gone", "date": "2018", "source": "audit", **JUDGED}])
    assert "There is no goal “gone”" in message


def test_a_missing_date_is_reported_once(goal, problems):
    assessment = {**JUDGED, "citations": [{"source": "report"}]}
    assert problems(goals=[{"slug": "goal", "assessments": [assessment]}]) == [
        "This column identifies the row and may not be empty."
    ]


def test_what_changes_of_a_public_goal_goes_into_its_working_copy(goal):
    goal.publish(by=make.make_user())
    row = {"date": "2018", **JUDGED, "citations": [{"source": "report"}]}
    report = import_rows(goals=[{"slug": "goal", "assessments": [row, {"date": "2016", "delete": "yes"}]}])
    assert report.problems == []
    content = find_working_copy(goal).content
    assert [one["date"] for one in content["assessments"]] == ["2018"]
    assert [one["assessment_date"] for one in content["assessment_citations"]] == ["2018"]
    assert cited() == [("2016", 1, "audit", "¶1")]


def test_a_working_copy_has_no_assessment_without_a_citation(goal, problems):
    goal.publish(by=make.make_user())
    assert problems(goals=[{"slug": "goal", "assessments": [{"date": "2018", **JUDGED}]}]) == [
        "An assessment cites at least one source: add a citation to that of 2018 / 1."
    ]
    citation = {"goal": "goal", "assessment_date": "2017", "source": "report"}
    assert problems(assessment_citations=[citation]) == [UNKNOWN]
    assert find_working_copy(goal) is None
