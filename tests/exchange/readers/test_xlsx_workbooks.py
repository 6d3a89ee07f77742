"""XLSX: the lines of each sheet, and what is merged, hidden, computed or active."""

import os
import re
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from xlsxwriter import Workbook

from tests.examples import examples
from tests.files import cells_of, problem_of, read_all, replaced, xlsx_file, zipped
from tests.workbooks import SHEET, SOUND
from timeline.exchange.formula_escaping import to_cell, to_workbook
from timeline.exchange.readers.sheet_marks import AUTHOR
from timeline.exchange.readers.sources import Upload, readable
from timeline.exchange.readers.xlsx_workbooks import xlsx_grids
from timeline.exchange.readers.xml_stream import MAX_PART
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def reading(content, name="content.xlsx"):
    return read([Upload(name, content)])


def cells(content, name="content.xlsx"):
    return cells_of(name, content)


def problem(content, name="content.xlsx"):
    return problem_of(name, content)


@pytest.mark.parametrize("address", ["2", "?2"])
def test_a_cell_without_a_column_is_of_no_column(address):
    content = replaced(
        SOUND, {SHEET: lambda xml: xml.replace(b'<c t="s"><v>3', f'<c r="{address}" t="s"><v>3'.encode())}
    )
    assert "damaged" in problem(content).message


def test_the_address_of_a_cell_may_be_in_small_letters():
    content = replaced(SOUND, {SHEET: lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="b2" t="s"><v>3')})
    assert cells(content) == [{"slug": "a", "title": "b"}]


def test_a_sheet_that_is_not_in_the_workbook_is_named():
    content = xlsx_file(政策=[["slug"], ["a"]], 大事=[["slug"], ["b"]])
    found = problem(replaced(content, {"xl/workbook.xml": lambda xml: xml.replace(b"rId2", b"rId99")}))
    assert str(found).startswith("content.xlsx/大事: The sheet “大事” cannot be read")


def test_merged_cells_are_refused():
    content = xlsx_file(
        lambda workbook: workbook["policies"].merge_cells("B2:B3"),
        policies=[["slug", "title"], ["a", "b"], ["c", None]],
    )
    assert "B2:B3" in problem(content).message


def test_empty_rows_count_for_nothing_but_every_row_has_the_number_beside_it():
    content = xlsx_file(policies=[[], ["slug"], [], ["a"], [None], ["b"], [None], [" "]])
    rows, problems = read_all(Upload("content.xlsx", content))
    assert problems == []
    assert [(row.cells["slug"], row.place.row, row.place.line) for row in rows] == [("a", 1, 4), ("b", 2, 6)]


def test_a_sheet_is_read_from_its_start_each_time():
    (sheet,) = reading(xlsx_file(policies=[["slug"], ["a"], ["b"]])).sheets
    assert [[row.cells["slug"] for row in sheet] for _time in range(2)] == [["a", "b"]] * 2


@pytest.mark.parametrize("content", [b"slug\na\n", b"PK\x03\x04", zipped({"a": b""}), SOUND[:-200]])
def test_what_is_no_workbook_is_refused(content):
    assert problem(content)


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("xl/vbaProject.bin", "The workbook has macros. They were neither run nor read"),
        (
            "xl/externalLinks/externalLink1.xml",
            "The workbook refers to other workbooks. They were not opened",
        ),
    ],
)
@pytest.mark.parametrize("name", ["content.xlsx", "content.xlsm"])
def test_macros_and_other_workbooks_are_told_and_left_alone(name, member, words):
    content = replaced(SOUND, {member: lambda _: b"<x/>"})
    assert cells(content, name) == [{"slug": "a", "title": "b"}]
    (notice,) = reading(content, name).notices
    assert words in notice.message


def grids(content):
    return xlsx_grids(readable(Upload("content.xlsx", content)))


def test_a_grid_knows_its_merged_cells_and_what_is_hidden_before_its_lines():
    def change(workbook):
        sheet = workbook["Sheet1"]
        sheet.merge_cells("A1:C1")
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["B"].hidden = sheet.column_dimensions["H"].hidden = True
        workbook["说明"].sheet_state = "hidden"

    lines = [["汇总表"], ["序号", "文件名称", "备注"], [1, "甲"], [2, "乙"]]
    shown, hidden = grids(xlsx_file(change, Sheet1=lines, 说明=[["read me"]], 空=[]))
    assert (shown.file, shown.name, shown.is_hidden) == ("content.xlsx/Sheet1", "Sheet1", False)
    assert shown.merged == ("A1:C1",)
    assert shown.notices == (
        "1 row is hidden or filtered out in the spreadsheet (row 3). It was read all the same.",
        "1 column is hidden in the spreadsheet (B). It was read all the same.",
    )
    assert [dict(line.cells) for line in shown.read(())] == [
        {0: "汇总表"},
        {0: "序号", 1: "文件名称", 2: "备注"},
        {0: "1", 1: "甲"},
        {0: "2", 1: "乙"},
    ]
    assert (hidden.is_hidden, hidden.merged) == (True, ())
    assert hidden.notices == ("The sheet is hidden in its workbook. It was read all the same.",)


def test_a_cell_that_is_struck_through_beside_others_is_told_and_read():
    def change(workbook):
        sheet = workbook["Sheet1"]
        sheet["B2"].font = Font(strike=True)
        old, new = (
            TextBlock(InlineFont(strike=True), "甬政发〔2010〕1号"),
            TextBlock(InlineFont(), "甬政发〔2010〕2号"),
        )
        sheet["B3"] = CellRichText(old, new)
        sheet["A4"] = CellRichText(old)
        sheet["B4"].font = Font(strike=True)

    lines = [["文件名称", "文号"], ["甲", "甬政发〔2009〕1号"], ["乙", ""], ["丙", "甬政发〔2009〕3号"]]
    (shown,) = grids(xlsx_file(change, Sheet1=lines))
    assert shown.notices == (
        "2 cells are struck through in the spreadsheet, all or a part of them (B2, B3). They were read all the same.",
    )
    assert shown.struck_rows == ((4, 4),)
    assert dict([*shown.read(())][2].cells)[1] == "甬政发〔2010〕1号甬政发〔2010〕2号"


def test_a_shared_text_of_which_a_part_is_struck_through_is_told():
    file = BytesIO()
    workbook = Workbook(file)
    sheet, struck = workbook.add_worksheet(), workbook.add_format({"font_strikeout": True})
    sheet.write_row(0, 0, ["文件名称", "文号"])
    sheet.write(1, 0, "甲")
    sheet.write_rich_string(1, 1, struck, "甬政发〔2010〕1号", "甬政发〔2010〕2号")
    sheet.write_row(2, 0, ["乙", "甬政发〔2010〕3号"])
    workbook.close()
    (shown,) = grids(file.getvalue())
    assert shown.notices == (
        "1 cell is struck through in the spreadsheet, all or a part of it (B2). It was read all the same.",
    )
    assert shown.struck == {"B2": [("甬政发〔2010〕1号", True), ("甬政发〔2010〕2号", False)]}


def test_notes_of_cells_are_told_but_those_of_this_software():
    def change(workbook):
        workbook["Sheet1"]["B2"].comment = Comment("以正式文本为准", "王")
        workbook["Sheet1"]["A3"].comment = Comment("日期待核", "李")
        workbook["Sheet1"]["A1"].comment = Comment("必填", AUTHOR)

    (shown,) = grids(xlsx_file(change, Sheet1=[["文件名称", "文号"], ["甲", "1"], ["乙", "2"]]))
    assert shown.notices == ("2 cells have notes in the spreadsheet (B2, A3). The notes were not read.",)
    assert shown.notes == {"B2": "以正式文本为准", "A3": "日期待核"}


def test_a_row_of_which_each_filled_cell_is_struck_through_is_read_and_told_apart():
    def change(workbook):
        sheet = workbook["Sheet1"]
        for address in ("A2", "B2", "A3", "A5", "B5", "D5", "C6"):
            sheet[address].font = Font(strike=True)
        sheet["B4"].font = Font(strike=False, bold=True)

    lines = [["序号", "文件名称"], [1, "甲"], [2, "乙"], [3, "丙"], [4, "丁"], [5, "戊"]]
    (shown,) = grids(xlsx_file(change, Sheet1=lines))
    assert shown.notices == (
        "1 cell is struck through in the spreadsheet, all or a part of it (A3). It was read all the same.",
    )
    assert shown.struck_rows == ((2, 2), (5, 5))
    assert len([*shown.read(())]) == len(lines)


def test_a_grid_of_a_workbook_of_no_bytes_is_none():
    assert grids(b"") == []


def with_formulas(*formulas, is_uncomputed=False):
    """Return a workbook with these cells in the column of titles, in XML."""
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>a{number}</t></is></c>{cell}</row>'
        for number, cell in enumerate(formulas, 2)
    )
    changes = {SHEET: lambda xml: re.sub(b"<row r=.2.*</row>", rows.encode(), xml)}
    if not is_uncomputed:
        changes["xl/workbook.xml"] = lambda xml: xml.replace(b"fullCalcOnLoad", b"fullPrecision")
    return replaced(xlsx_file(policies=[["slug", "title"], ["a", "b"]]), changes)


def test_formulas_are_read_by_their_values_and_told_once_a_sheet():
    content = with_formulas(
        '<c r="B2" t="str"><f>"a"</f><v>甲</v></c>',
        '<c r="B3"><f>1+1</f><v>0</v></c>',
        '<c r="B4" t="str"><f>""</f><v></v></c>',
        '<c r="B5" t="b"><f>TRUE()</f><v>1</v></c>',
    )
    assert [found["title"] for found in cells(content)] == ["甲", "0", None, "TRUE"]
    assert [notice.message for notice in reading(content).notices] == [
        "4 cells hold formulas; their values were read (B2–B5)."
    ]


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ('<c r="B2"><f>A1&amp;"x"</f></c>', '=A1&"x"', "Cell B2 holds a formula without a value"),
        ('<c r="B2"><f>A1</f><v/></c>', "=A1", "Cell B2 holds a formula without a value"),
        # As libraries write it that compute nothing.
        ('<c r="B2"><f>A1</f><v>0</v></c>', "=A1", "Cell B2 holds a formula without a value"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", "Cell B2 holds an error"),
    ],
)
def test_a_formula_without_a_value_is_refused(cell, value, words):
    found = problem(with_formulas(cell, is_uncomputed=True))
    assert (found.column, found.value) == ("title", value)
    assert words in found.message


def test_a_large_picture_in_a_workbook_does_no_harm():
    picture = {"xl/media/image1.png": lambda _: b"\x89PNG" + os.urandom(MAX_PART)}
    assert cells(replaced(SOUND, picture)) == [{"slug": "a", "title": "b"}]


TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cn"], blacklist_characters="\ufffe\uffff")
    | st.sampled_from("=+-@'\n_x0D"),
    max_size=20,
).map(str.strip)


@given(st.lists(TEXTS.filter(bool) | st.none(), min_size=1, max_size=4))
@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_a_workbook(texts):
    def fill(workbook):
        for number, text in enumerate(texts, 2):
            cell = workbook["policies"].cell(number, 2)
            cell.value = to_workbook(to_cell(text)) or None
            cell.data_type = "s" if cell.value else "n"

    content = xlsx_file(fill, policies=[["slug", "summary"], *(["a"] for _text in texts)])
    assert [row["summary"] for row in cells(content)] == texts
