"""Assessments of goals with their citations: keys, deletion, and what is left over."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from tests.factories import (
    make_assessment,
    make_assessment_citation,
    make_goal,
    make_source,
    update_unchecked,
)
from timeline.models import AssessmentCitation, GoalAssessment
from timeline.models.derived import StaleDerivedColumnError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_an_assessment_is_shown_with_its_date():
    assert str(make_assessment(make_goal(), date="2016-01", delivery="partly")) == "2016-01: partly achieved"


def test_the_earliest_day_of_an_assessment_is_derived_however_it_is_written():
    assessment = make_assessment(make_goal(), date="2016-02")
    assert GoalAssessment.objects.get().date_earliest == datetime.date(2016, 2, 1)
    assessment.date = "2017"
    assessment.save(update_fields=["date"])
    assert GoalAssessment.objects.get().date_earliest == datetime.date(2017, 1, 1)
    with pytest.raises(StaleDerivedColumnError):
        GoalAssessment.objects.update(date="2018")


def test_assessments_of_one_date_are_told_apart_by_their_number():
    assessment = make_assessment(make_goal(), date="2016")
    again = GoalAssessment(goal=assessment.goal, date="2016年", delivery="partly", evidence="independent")
    with pytest.raises(ValidationError):
        again.full_clean()
    again.number = 2
    again.full_clean()


def test_an_assessment_has_citations_in_the_order_of_their_sources():
    assessment = make_assessment(make_goal(), date="2016", source=make_source(slug="b"), locator="¶2")
    make_assessment_citation(assessment, source=make_source(slug="a"))
    make_assessment_citation(assessment, source=AssessmentCitation.objects.get(locator="¶2").source)
    other = make_assessment(assessment.goal, date="2016", number=2, source=make_source(slug="c"))
    assert [(one.source.slug, one.locator) for one in assessment.citations.all()] == [
        ("a", ""),
        ("b", ""),
        ("b", "¶2"),
    ]
    assert [one.source.slug for one in other.citations.all()] == ["c"]


def test_a_citation_is_made_once():
    citation = make_assessment_citation(make_assessment(make_goal(), date="2016"), locator="¶1")
    again = AssessmentCitation(
        goal=citation.goal, assessment_date="2016年", source=citation.source, locator="¶1"
    )
    with pytest.raises(ValidationError):
        again.full_clean()
    again.number = 2
    again.full_clean()


def test_an_assessment_is_deleted_with_its_citations():
    assessment = make_assessment(make_goal(published=True), date="2016")
    make_assessment(assessment.goal, date="2017")
    assessment.delete()
    assert [str(one.assessment_date) for one in AssessmentCitation.objects.all()] == ["2017"]
    GoalAssessment.objects.all().delete()
    assert not AssessmentCitation.objects.exists()


def test_the_last_citation_of_an_assessment_stays_where_the_goal_is_public():
    assessment = make_assessment(make_goal(published=True))
    second = make_assessment_citation(assessment)
    second.delete()
    with pytest.raises(ProtectedError, match="at least one source"):
        assessment.citations.get().delete()
    with pytest.raises(ProtectedError, match="at least one source"):
        AssessmentCitation.objects.all().delete()
    assert assessment.citations.count() == 1


def test_a_draft_may_lose_the_last_citation_of_an_assessment():
    assessment = make_assessment(make_goal())
    assessment.citations.get().delete()
    assert [*GoalAssessment.objects.uncited()] == [assessment]


def test_a_cited_source_is_not_deleted():
    source = make_source()
    make_assessment(make_goal(), source=source)
    with pytest.raises(ProtectedError):
        source.delete()


def test_what_does_not_belong_together_is_found():
    assessment = make_assessment(make_goal(), date="2016")
    assert not GoalAssessment.objects.uncited().exists()
    assert not AssessmentCitation.objects.without_assessment().exists()
    update_unchecked(GoalAssessment.objects.all(), date="2017")
    assert [*GoalAssessment.objects.uncited()] == [assessment]
    assert [*AssessmentCitation.objects.without_assessment()] == [AssessmentCitation.objects.get()]
