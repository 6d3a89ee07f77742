"""Spreadsheets that people have, in tests/data/cases: each is read as its program shows it, or refused with a way out."""

import pytest

from tests.factories import ROOT
from tests.files import read_all, xlsx_file
from timeline.exchange.formats.registry import READERS
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload, readable, suffix
from timeline.exchange.reading import read
from timeline.models import Policy

CASES = ROOT / "tests" / "data" / "cases"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def files(case):
    (folder,) = CASES.glob(f"{case}-*")
    return sorted(folder.iterdir())


def rows(case):
    found, problems = read_all(*files(case))
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in found]


def notices(case):
    return [str(notice) for notice in read(files(case)).notices]


def problem(case):
    (found,) = import_files(files(case)).problems
    return str(found)


def grids(case):
    (file,) = files(case)
    return [*READERS[suffix(file.name)].binary_grids(readable(file))]


def test_hidden_rows_columns_and_sheets_are_read_and_told():
    assert [row["slug"] for row in rows("07")] == ["hid-a", "hid-b", "hid-c", "hidden-ms"]
    assert notices("07") == [
        "政策.xlsx/政策: 1 row is hidden or filtered out in the spreadsheet (row 3). It was read all the same.",
        "政策.xlsx/政策: 1 column is hidden in the spreadsheet (D). It was read all the same.",
        "政策.xlsx/里程碑: The sheet is hidden in its workbook. It was read all the same.",
    ]


def test_formulas_are_read_by_their_values():
    assert [(row["title"], row["issued"]) for row in rows("08")] == [
        ("关于甲的意见", "2016-09-26"),
        ("关于乙的意见", "2016"),
    ]
    assert notices("08") == ["政策.xlsx: 2 cells hold formulas; their values were read (E2–B3)."]


def test_a_sheet_for_each_year_is_read_as_one_table():
    assert [row["slug"] for row in rows("19")] == ["y-2015", "y-2016"]


@pytest.mark.parametrize("case", ["30b", "30f", "33e"])
def test_copies_dates_and_unicode_text_are_the_table_that_they_are_named_for(case):
    report = import_files(files(case))
    assert report.problems == []
    assert Policy.objects.count() == 1


def test_a_web_page_under_the_name_of_a_workbook_is_named_for_what_it_is():
    assert problem("33").startswith("政策.xlsx: This is a web page (HTML), whatever its name says")


def test_a_header_without_rows_is_told_with_its_row():
    assert notices("33i") == ["政策.csv: There are no rows to import: there is only a header, in row 1."]


def test_a_table_of_an_office_is_a_grid_as_the_spreadsheet_shows_it():
    (grid,) = grids("70")
    assert (grid.name, grid.merged) == ("Sheet1", ("A1:F1", "A15:F15"))
    assert grid.notices == ("12 cells hold formulas; their values were read (A3–A14).",)
    lines = [*grid.read(())]
    assert [line.number for line in lines] == [*range(1, 17)]
    assert not any(line.faults for line in lines)
    assert dict(lines[2].cells) == {
        0: "1",
        1: "中共宁波市委 宁波市人民政府关于建设智慧城市的决定",
        2: "甬党〔2010〕14号",
        3: "市委、市政府",
        4: "2010年9月10日",
    }


# https://github.com/ropensci/readODS/issues/81 and https://github.com/productdevbook/hucre/issues/394
def test_repeated_rows_are_read_and_empty_ones_between_are_counted():
    found, problems = read_all(*files("91"))
    assert problems == []
    assert [(row.cells["slug"], row.place.line) for row in found] == [("r-a", 2), ("r-b", 6), ("r-b", 7)]


# https://github.com/pandas-dev/pandas/issues/55200
def test_a_comment_is_no_part_of_its_cell():
    assert [row["title"] for row in rows("92")] == ["关于甲的意见"]


# https://github.com/tidyverse/readxl/issues/495
def test_a_formula_that_was_never_computed_is_not_0_and_its_fault_is_the_only_one():
    assert problem("93") == (
        "政策.xlsx, row 1 (line 2), column 题名, value “=\"关于甲的\"&C2”: Cell B2 holds a formula without a value. "
        "Open the file in the spreadsheet and save it there, or type the value."
    )


# https://github.com/pandas-dev/pandas/issues/59042
def test_a_workbook_with_a_password_is_named_for_what_it_is():
    assert problem("94").startswith("政策.xlsx: The workbook is protected by a password. Open it, take")


def test_a_workbook_with_macros_is_read_without_them():
    assert [row["title"] for row in rows("95")] == ["关于甲的意见"]
    assert notices("95") == [
        "政策.xlsm: The workbook has macros. They were neither run nor read; the cells were."
    ]


def test_a_cell_that_cannot_be_read_is_no_missing_one():
    lines = [["slug", "title", "document_type"], ["a", "=A1", "意见"], ["b", None, "意见"]]
    report = import_files([Upload("policies.xlsx", xlsx_file(policies=lines))])
    assert [(problem.place.line, problem.column, problem.message[:28]) for problem in report.problems] == [
        (2, "title", "Cell B2 holds a formula with"),
        (3, "title", "A value is needed here."),
    ]
