"""Single values of former revisions: columns, lists, citations, and what belongs together."""

import pytest

from tests.editing.entries import revision_with, whole
from tests.factories import make_assessment, make_citation, make_goal, make_milestone, make_source, make_user
from timeline.editing.comparison import row_digest
from timeline.editing.restoring import ChosenValue, take_values
from timeline.editing.revisions import table_of_record

pytestmark = pytest.mark.django_db


def taken(entry, revision, *choices):
    table = table_of_record(entry)
    values = [ChosenValue(revision.number, *choice) for choice in choices]
    return take_values(table, entry.pk, whole(entry), {revision.number: revision}, values)


def test_single_values_of_a_revision_replace_those_of_the_entry():
    user, entry = make_user(), make_milestone(title="今", summary="今摘要")
    revision = revision_with(entry, whole(entry) | {"title": "昔", "summary": "昔摘要"}, user)
    values = taken(entry, revision, ("title",))
    assert values.row == whole(entry) | {"title": "昔"}
    assert (values.columns, values.errors) == (["title"], {})


def test_one_citation_of_a_revision_is_added_or_replaces_that_of_its_place():
    user, entry = make_user(), make_milestone()
    first, second = make_source(slug="a"), make_source(slug="b", published=False)
    make_citation(entry, source=first, remark="今")
    (present,) = whole(entry)["citations"]
    former, lost, gone = present | {"remark": "昔"}, present | {"source": "b"}, present | {"source": "gone"}
    revision = revision_with(entry, whole(entry) | {"citations": [former, lost, gone]}, user)
    assert taken(entry, revision, ("citations", row_digest(lost))).row["citations"] == [present, lost]
    assert taken(entry, revision, ("citations", row_digest(former))).row["citations"] == [former]
    values = taken(entry, revision, ("citations", row_digest(gone)))
    assert (values.row["citations"], values.left_out) == ([present], {"citations": [gone]})
    second.delete()
    values = taken(entry, revision, ("citations",))
    assert values.row["citations"] == [former]
    assert values.left_out == {"citations": [lost, gone]}


def test_an_assessment_is_taken_with_its_citations_and_a_citation_of_one_with_its_assessment():
    user, goal = make_user(), make_goal()
    make_assessment(goal, date="2015", source=make_source(slug="a"))
    make_assessment(goal, date="2016", source=make_source(slug="b"))
    revision = revision_with(goal, whole(goal), user)
    goal.assessments.all().delete()
    rows = revision.content
    one = next(row for row in rows["assessments"] if row["date"] == "2015")
    cited = next(row for row in rows["assessment_citations"] if row["assessment_date"] == "2015")
    for choice in (("assessments", row_digest(one)), ("assessment_citations", row_digest(cited))):
        values = taken(goal, revision, choice)
        assert (values.row["assessments"], values.row["assessment_citations"]) == ([one], [cited])
        assert values.errors == {}
    values = taken(goal, revision, ("assessments",))
    assert values.row["assessment_citations"] == rows["assessment_citations"]
