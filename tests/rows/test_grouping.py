"""Parts that belong to other parts: which belong together, and how files have them."""

import pytest
from django.core.exceptions import ValidationError

from timeline.rows.grouping import (
    check_groups,
    grouped_parts,
    inner_grouping,
    outer_groupings,
    with_inner_rows,
    without_incomplete_groups,
)
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")

GOALS = TABLES["goals"]


def assessment(date, number=1):
    return {"date": date, "number": number, "delivery": "achieved"}


def citation(date, source, number=1):
    return {"assessment_date": date, "assessment_number": number, "source": source, "locator": "¶1"}


def test_the_citations_of_assessments_belong_to_them():
    (parts,) = grouped_parts(GOALS)
    assert (parts.outer_name, parts.inner_name) == ("assessments", "assessment_citations")
    assert inner_grouping(TABLES["assessment_citations"]) is outer_groupings(TABLES["assessments"])[0]
    assert [*grouped_parts(TABLES["policies"])] == []
    assert inner_grouping(TABLES["citations"]) is None


def test_what_belongs_together_is_accepted_however_its_date_is_written():
    check_groups(
        GOALS, {"assessments": [assessment("2016年")], "assessment_citations": [citation("2016", "a")]}
    )
    check_groups(GOALS, {"assessments": [], "assessment_citations": []})
    check_groups(GOALS, {"title": "目标"})


def test_an_assessment_needs_a_citation_and_a_citation_its_assessment():
    row = {
        "assessments": [assessment("2016"), assessment("2016", 2)],
        "assessment_citations": [citation("2016", "a"), citation("2017", "a")],
    }
    with pytest.raises(ValidationError) as refusal:
        check_groups(GOALS, row)
    assert refusal.value.message_dict == {
        "assessments": ["An assessment cites at least one source: add a citation to that of 2016 / 2."],
        "assessment_citations": ["There is no assessment with this date and number: 2017 / 1."],
    }


def test_an_assessment_that_has_lost_its_citations_is_left_out():
    row = {
        "assessments": [assessment("2016"), assessment("2017")],
        "assessment_citations": [citation("2016", "a")],
    }
    assert without_incomplete_groups(GOALS, row) == {"assessments": [assessment("2017")]}
    assert row["assessments"] == [assessment("2016")]
    assert without_incomplete_groups(GOALS, row) == {}
    assert without_incomplete_groups(GOALS, {"title": "目标"}) == {}


def test_files_have_the_citations_within_their_assessment():
    row = {
        "assessments": [assessment("2016"), assessment("2017")],
        "assessment_citations": [citation("2016", "a"), citation("2017", "c"), citation("2016", "b")],
    }
    assert with_inner_rows(GOALS, row) == {
        "assessments": [
            assessment("2016")
            | {"citations": [{"source": "a", "locator": "¶1"}, {"source": "b", "locator": "¶1"}]},
            assessment("2017") | {"citations": [{"source": "c", "locator": "¶1"}]},
        ]
    }
