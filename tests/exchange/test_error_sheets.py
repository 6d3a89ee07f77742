"""The sheets of the error workbook: those of the upload, and one per table for YAML and JSON."""

import pytest

from tests.files import csv_file, json_file
from timeline.exchange.error_sheets import error_sheets
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def sheets_of(name, content, problems=()):
    """Return the cells of the rows of each sheet, by sheet name."""
    found = error_sheets(read([Upload(name, content)]), problems)
    return {sheet.name: [row.cells for row in sheet.rows] for sheet in found}


def test_a_sheet_has_its_lines_as_they_stand_in_the_file():
    lines = [["网址标识", "什么"], ["a", "'=1"], ["b", ""]]
    assert sheets_of("大事.csv", csv_file(lines)) == {"大事": [["网址标识", "什么"], ["a", "'=1"], ["b", ""]]}


def test_nested_rows_have_a_sheet_of_their_own_with_what_they_stand_in():
    rows = [{"slug": "a", "题名": "甲", "citations": [{"source": "s", "locator": "¶1"}]}]
    assert sheets_of("milestones.json", json_file(rows)) == {
        "milestones": [["slug", "题名"], ["a", "甲"]],
        "citations": [["entry", "source", "locator"], ["a", "s", "¶1"]],
    }


def test_a_column_that_a_problem_names_and_no_row_has_is_there_to_be_filled_in():
    place = FileLocation("milestones.json", "milestones", 1, 1)
    problem = Problem(place, "A value is needed here.", "title")
    assert sheets_of("milestones.json", json_file([{"slug": "a"}]), [problem]) == {
        "milestones": [["slug", "title"], ["a", ""]]
    }


@pytest.mark.parametrize(("column", "is_kept"), [("topics", True), ("title", False)])
def test_a_list_is_kept_in_columns_of_several_only(column, is_kept):
    content = json_file([{"slug": "a", column: ["x", "y"]}])
    (sheet,) = error_sheets(read([Upload("milestones.json", content)]), [])
    _header, row = sheet.rows
    assert row.cells == ["a", "x; y"]
    assert [*row.unrepresentable] == ([] if is_kept else [1])


def test_a_problem_speaks_of_columns_by_name_or_letter_or_of_the_row():
    (sheet,) = error_sheets(read([Upload("milestones.csv", b"slug,title\na,b\n")]), [])
    _header, row = sheet.rows
    found = [row.columns_of(Problem(row.place, "", column)) for column in ("title", "slug, title", "B", "")]
    assert found == [[1], [0, 1], [1], []]
