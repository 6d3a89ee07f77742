"""Workbooks of any format: which sheets are tables, by their names or that of the file."""

import pytest

from tests.files import cells_of, problem_of, xlsx_file
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def reading(content, name="content.xlsx"):
    return read([Upload(name, content)])


def cells(content, name="content.xlsx"):
    return cells_of(name, content)


def problem(content, name="content.xlsx"):
    return problem_of(name, content)


def test_sheets_named_for_tables_in_either_language_are_read():
    content = xlsx_file(政策=[["网址标识", "题名"], ["a", "甲"]], sources=[["slug"], ["s"]])
    assert [(sheet.file, sheet.table.name) for sheet in reading(content).sheets] == [
        ("content.xlsx/政策", "policies"),
        ("content.xlsx/sources", "sources"),
    ]
    assert cells(content) == [{"slug": "a", "title": "甲"}, {"slug": "s"}]


def test_a_sheet_that_is_no_table_is_left_out_and_told():
    found = reading(xlsx_file(policies=[["slug"], ["a"]], 说明=[["read me"]]))
    assert [str(notice) for notice in found.notices] == [
        "content.xlsx/说明: The sheet is named for no table and was left out."
    ]
    assert len(found.sheets) == 1


def test_a_hidden_sheet_of_choices_is_not_even_told():
    def hide(workbook):
        workbook["lists"].sheet_state = "hidden"

    content = xlsx_file(hide, policies=[["slug"], ["a"]], lists=[["plan"]])
    assert reading(content).notices == []


def test_a_workbook_named_for_a_table_needs_no_name_for_its_only_sheet():
    content = xlsx_file(Sheet1=[["slug"], ["a"]], Sheet2=[])
    assert cells(content, "政策.xlsx") == [{"slug": "a"}]
    assert "There is no table “content”" in problem(content).message


def test_a_workbook_named_for_a_table_with_several_other_sheets_is_refused():
    content = xlsx_file(Sheet1=[["slug"], ["a"]], Sheet2=[["slug"], ["b"]])
    assert "several sheets" in problem(content, "policies.xlsx").message


def test_a_workbook_of_no_bytes_is_an_empty_file():
    reading = read([Upload("policies.xlsx", b"")])
    assert reading.problems == []
    assert ["the file is empty" in notice.message for notice in reading.notices] == [True]


def test_a_workbook_with_nothing_but_a_hidden_sheet_is_not_called_empty():
    def hide(workbook):
        workbook["Sheet1"].sheet_state = "hidden"
        workbook.create_sheet("Sheet2")

    assert "hidden sheets" in problem(xlsx_file(hide, Sheet1=[["slug"], ["a"]]), "政策.xlsx").message


def test_a_workbook_with_nothing_but_a_sheet_of_choices_is_not_called_empty():
    assert "no sheet of content" in str(reading(xlsx_file(选项=[["甲"]])).notices[0])


def test_a_chart_is_left_out_and_told():
    def draw(workbook):
        workbook.create_chartsheet("图")

    assert [str(notice) for notice in reading(xlsx_file(draw, policies=[["slug"], ["a"]])).notices] == [
        "content.xlsx/图: The sheet is a chart, a dialog or a macro sheet and was left out."
    ]


@pytest.mark.parametrize("names", [("2015年", "2016年"), ("1", "2"), ("第1批", "第2批"), ("2015", "Sheet")])
def test_sheets_that_are_named_for_years_or_numbers_alone_are_parts_of_one_table(names):
    content = xlsx_file(**dict(zip(names, ([["slug"], ["a"]], [["slug"], ["b"]]), strict=True)))
    if "Sheet" in names:
        assert "policies-2015, policies-2016" in problem(content, "政策.xlsx").message
    else:
        assert cells(content, "政策.xlsx") == [{"slug": "a"}, {"slug": "b"}]
        assert [sheet.file for sheet in reading(content, "政策.xlsx").sheets] == [
            f"政策.xlsx/{name}" for name in names
        ]


def test_a_hidden_sheet_that_is_named_for_a_table_is_read_and_told():
    def hide(workbook):
        workbook["sources"].sheet_state = "hidden"

    content = xlsx_file(hide, policies=[["slug"], ["a"]], sources=[["slug"], ["b"]])
    assert cells(content) == [{"slug": "a"}, {"slug": "b"}]
    assert [str(notice) for notice in reading(content).notices] == [
        "content.xlsx/sources: The sheet is hidden in its workbook. It was read all the same."
    ]
