"""Errors of rows: reported with column, value and a clear message. Follow-up errors are not reported."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_topic
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.row_errors import RowErrors
from timeline.exchange.readers.types import FileLocation
from timeline.models import Milestone, Phase, Topic
from timeline.rows.references import References
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def references():
    return References(())


@pytest.fixture
def told():
    return []


@pytest.fixture
def errors(references, told):
    return RowErrors(TABLES["milestones"], references, told.append)


def item(**cells):
    return ImportRow(
        FileLocation("milestones.csv", "milestones", 1, 2), {"slug": "launch", **cells}, ("launch",), False
    )


def said(told):
    return [(problem.column, problem.value, problem.message) for problem in told]


def unknown(errors, row, name):
    column = TABLES["milestones"].columns[name]
    for slug in column.slugs(row.cells[name]):
        errors.add_unknown(row, column, slug)


def test_an_error_is_told_with_the_value_of_its_column_and_what_refers_to_the_row_is_excused(
    errors, references, told
):
    row = item(date="soon")
    errors.add(row, "It is wrong.", "date")
    assert said(told) == [("date", "soon", "It is wrong.")]
    assert row.has_errors
    assert references.is_follow_up_error(Milestone, "launch")


def test_a_part_excuses_nobody(references, told):
    RowErrors(TABLES["citations"], references, told.append).add(item(), "It is wrong.")
    assert not references.failed


def test_a_reference_to_nothing_is_told_with_the_nearest(errors, told):
    make_topic(slug="optical")
    row = item(topics="optical；optcal")
    errors.add_unknown(row, TABLES["milestones"].columns["topics"], "optcal")
    assert said(told) == [
        ("topics", "optical；optcal", "There is no topic “optcal” (perhaps “optical” is meant).")
    ]


def test_a_title_with_spaces_is_told_once_and_not_for_each_of_its_words(errors, told):
    make_topic(slug="there", title="智慧城市 建设、管理")
    unknown(errors, item(topics="智慧城市 建设、管理"), "topics")
    assert [message for _column, _value, message in said(told)] == [
        "“智慧城市 建设、管理” is the title of the topic there; write that slug."
    ]


def test_a_reference_to_a_row_that_failed_is_not_told_but_the_row_fails_with_it(errors, references, told):
    references.fail(Phase, "early")
    row = item(phase="early")
    unknown(errors, row, "phase")
    assert (told, row.has_errors) == ([], True)
    assert references.is_follow_up_error(Milestone, "launch")


def test_what_a_file_that_could_not_be_read_may_have_had_is_not_told(told):
    errors = RowErrors(TABLES["milestones"], References({"topics"}), told.append)
    unknown(errors, item(topics="x"), "topics")
    assert told == []
    assert not Topic.objects.exists()


@pytest.mark.parametrize("code", ["null", "blank", "required"])
def test_that_a_value_is_missing_is_said_in_words_of_its_own(errors, told, code):
    errors.add_field_error(item(title=""), "title", ValidationError("This field cannot be null.", code=code))
    assert said(told) == [("title", "", "A value is needed here.")]


def test_what_a_record_refuses_is_told_column_by_column_as_files_name_them(references, told):
    relation = ImportRow(
        FileLocation("relations.csv"), {"from": "a", "type": "amends", "to": "b"}, ("a", "amends", "b"), False
    )
    errors = RowErrors(TABLES["relations"], references, told.append)
    errors.add_record_errors(
        relation, ValidationError({"to_policy": ["It leads back."], "type": ["It is none."]})
    )
    errors.add_record_errors(relation, ValidationError("Not together."))
    assert said(told) == [
        ("to", "b", "It leads back."),
        ("type", "amends", "It is none."),
        ("", "", "Not together."),
    ]
