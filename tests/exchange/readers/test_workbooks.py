"""XLSX: which sheets are tables, the lines of each, and nothing that acts or hides."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.files import cells_of, problem_of, read_all, replaced, xlsx_file, zipped
from tests.workbooks import SHEET, SOUND
from timeline.exchange.formula_escaping import to_cell, to_workbook
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
        "content.xlsx/图: The sheet is a chart or a dialog and was left out."
    ]


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


@pytest.mark.parametrize(
    ("member", "words"),
    [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "other workbooks")],
)
def test_what_acts_is_refused(member, words):
    assert words in problem(replaced(SOUND, {member: lambda _: b"<x/>"})).message


def test_an_old_workbook_or_one_with_a_password_is_named_for_what_it_is():
    assert (
        ".xls workbook, or one with a password"
        in problem(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600).message
    )


@pytest.mark.parametrize("content", [b"slug\na\n", b"PK\x03\x04", zipped({"a": b""}), SOUND[:-200]])
def test_what_is_no_workbook_is_refused(content):
    assert problem(content)


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
