"""The types that reading returns: locations and problems name columns as in the file; keys are clean."""

import pytest

from timeline.exchange.readers.types import FileLocation, FileRow, Notice, Problem, printable
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (FileLocation("policies.csv"), "policies.csv"),
        (FileLocation("policies.csv", "policies", 2, 5), "policies.csv, row 2 (line 5)"),
        (FileLocation("policies.csv", line=1), "policies.csv (line 1)"),
    ],
)
def test_a_place_says_what_is_known_of_it(place, words):
    assert str(place) == words
    assert str(Notice(place, "Left out.")) == f"{words}: Left out."


def test_a_problem_names_columns_as_its_file_does():
    place = FileLocation("政策.csv", "policies", 1, 2, {"date": "日期", "slug": "网址标识"})
    problem = Problem(place, "It is wrong.", "slug, title, date", "soon")
    assert problem.column == "网址标识, title, 日期"
    assert str(problem) == (
        "政策.csv, row 1 (line 2), column 网址标识, title, 日期, value “soon”: It is wrong."
    )


def test_places_are_the_same_whatever_their_files_call_the_columns():
    assert FileLocation("a.csv", "policies", 1, 2, {"date": "日期"}) == FileLocation(
        "a.csv", "policies", 1, 2
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲乙", "甲乙"),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("one\ntwo", "one two"),
        ("填报单位\u3000\u3000联系人", "填报单位\u3000\u3000联系人"),
        ("x" * 61, "x" * 60 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_what_is_shown_of_a_text_is_short_and_does_nothing_to_a_terminal(text, shown):
    assert printable(text) == shown


def test_a_row_is_named_and_refers_without_what_nobody_sees_and_keeps_its_other_cells():
    cells = {"slug": " a\u200b ", "topics": [" x", "y "], "title": " 甲 "}
    row = FileRow(FileLocation("policies.csv", "policies", 1, 2), TABLES["policies"], cells)
    assert row.cells == {"slug": "a", "topics": ["x", "y"], "title": " 甲 "}


def test_a_row_of_another_table_than_its_place_is_nested():
    place = FileLocation("policies.yaml", "policies", 1, 2)
    assert FileRow(place, TABLES["citations"], {}).is_nested
    assert not FileRow(place, TABLES["policies"], {}).is_nested


def test_a_problem_names_the_line_of_its_column_where_the_file_has_one_for_each():
    place = FileLocation("a.yaml", "policies", 1, 5, {"date": "日期"}, {"slug": 0, "日期": 4})
    assert str(Problem(place, "It is wrong.", "date")) == (
        "a.yaml, row 1 (line 9), column 日期: It is wrong."
    )
    assert [Problem(place, "It is wrong.", column).line for column in ("", "slug", "title")] == [5, 5, 5]
