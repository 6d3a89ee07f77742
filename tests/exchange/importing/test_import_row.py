"""Import rows: which cells are equivalent to stored values, and which are unset."""

import pytest
from django.core.exceptions import ValidationError

from timeline.exchange.importing.import_row import ImportRow, display_value, is_equivalent
from timeline.exchange.readers.types import FileLocation
from timeline.rows.tables import TABLES


@pytest.mark.parametrize(
    ("cell", "old", "is_same"),
    [
        (["b", "a"], ["a", "b"], True),
        (["a", "a"], ["a"], True),
        (["a"], ["a", "b"], False),
        ("a", ["a"], False),
        ("YES", True, True),
        ("是", True, True),
        ("0", False, True),
        ("no", True, False),
        ("perhaps", True, False),
        ("7", 7, True),
        ("07", 7, False),
        ("1", True, True),
        ("甲", "甲 ", False),
        (None, None, False),
    ],
)
def test_what_is_written_otherwise_may_plainly_mean_what_is_there(cell, old, is_same):
    """Where that is not plain, the cell is read by its column."""
    assert is_equivalent(cell, old) is is_same


@pytest.mark.parametrize(
    ("cell", "clears", "is_unset"),
    [(None, False, True), (None, True, False), ("", False, False), ([], False, False), ("x", False, False)],
)
def test_only_a_cell_with_nothing_in_it_is_silent_and_only_where_it_does_not_clear(cell, clears, is_unset):
    row = ImportRow(TABLES["milestones"], FileLocation("a.csv"), {"title": cell}, clears)
    assert row.is_unset("title") is is_unset


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), ("甲", "甲"), (["a", "b"], "a, b"), (7, "7"), (False, "False")]
)
def test_a_cell_is_shown_in_a_message_as_text(cell, text):
    assert display_value(cell) == text


def milestone(**cells):
    place = FileLocation("milestones.csv", "milestones", 1, 2)
    return ImportRow(TABLES["milestones"], place, {"slug": "launch", **cells}, key=("launch",))


def said(row):
    return [(problem.column, problem.value, problem.message) for problem in row.problems]


def test_an_error_is_told_with_the_value_of_its_column():
    row = milestone(date="soon")
    assert not row.has_errors
    row.add_error("It is wrong.", "date")
    assert said(row) == [("date", "soon", "It is wrong.")]
    assert row.has_errors


def test_the_same_error_is_told_once():
    row = milestone(date="soon")
    for _time in range(2):
        row.add_error("It is wrong.", "date")
    assert len(row.problems) == 1


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("code", ["null", "blank", "required"])
def test_that_a_value_is_missing_is_said_in_words_of_its_own(code):
    row = milestone(title="")
    row.add_field_error("title", ValidationError("This field cannot be null.", code=code))
    assert said(row) == [("title", "", "A value is needed here.")]


def test_what_a_record_refuses_is_told_column_by_column_as_files_name_them():
    cells = {"from": "a", "type": "amends", "to": "b"}
    relation = ImportRow(TABLES["relations"], FileLocation("relations.csv"), cells)
    relation.add_record_errors(ValidationError({"to_policy": ["It leads back."], "type": ["It is none."]}))
    relation.add_record_errors(ValidationError("Not together."))
    assert said(relation) == [
        ("to", "b", "It leads back."),
        ("type", "amends", "It is none."),
        ("", "", "Not together."),
    ]
