"""The header of a sheet: unknown, missing and repeated columns are named, and the others are read."""

import pytest

from tests.files import cells_of, problem_of, read_all
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def cells(text, name="policies.csv"):
    return cells_of(name, text)


def problem(text, name="policies.csv"):
    return problem_of(name, text)


def test_a_sheet_without_the_column_that_identifies_its_rows_says_so_once():
    reading = read([Upload("policies.csv", b"slgu,title\na,b\n")])
    assert reading.unread_tables == {"policies"}
    unknown, missing = reading.problems
    assert "perhaps “slug” is meant" in unknown.message
    assert "“slug” is missing" in missing.message
    assert "perhaps “slgu” is meant" in missing.message
    (row,) = reading.sheets[0]
    assert (row.cells, row.unread) == ({"title": "b"}, {"slug"})


def test_a_citation_needs_no_number_but_what_it_is_for_and_its_source():
    assert cells("entry,source\na,b\n", "citations.csv") == [{"entry": "a", "source": "b"}]
    assert "“source” is missing" in problem("entry,locator\na,b\n", "citations.csv").message


@pytest.mark.parametrize("header", ["slug,title,title", "slug,标题,题名", "slug,title,名称"])
def test_a_column_that_stands_twice_is_named(header):
    assert "twice" in problem(f"{header}\na,b,c\n").message


def test_what_is_nested_in_other_formats_has_a_sheet_of_its_own():
    assert "named citations" in problem("slug,引用\na,b\n").message


def test_a_header_of_very_many_columns_is_refused_at_once():
    assert (
        "more than 200 columns" in problem(",".join(f"column {number}" for number in range(100_000))).message
    )


@pytest.mark.parametrize("serial", ["序号", "编号", "No.", "NO", "№", "ID", "＃", "序 号", "行号"])
def test_a_column_of_serial_numbers_is_proposed_for_nothing(serial):
    _, problems = read_all(Upload("policies.csv", f"{serial},title\n1,甲\n".encode()))
    assert len(problems) == 2
    assert not any("perhaps" in problem.message for problem in problems)


def test_what_has_no_status_has_no_such_column(tmp_path):
    (tmp_path / "citations.csv").write_text("entry,source,status\na,b,x\n")
    assert [problem.column for problem in read_all(tmp_path / "citations.csv")[1]] == ["status"]
