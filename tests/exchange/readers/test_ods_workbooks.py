"""OpenDocument spreadsheets: sheets, repeated rows and columns, and what is merged, hidden, computed or protected."""

import pytest

from tests.factories import ROOT
from tests.files import cells_of, problem_of, read_all
from tests.opendocument import MANIFEST, ods_file, row, text, value
from timeline.exchange.readers.ods_workbooks import ods_grids
from timeline.exchange.readers.sources import Upload, readable
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")

HEADER = row("slug", "title")


def cells(content):
    return cells_of("content.ods", content)


def problem(content):
    return problem_of("content.ods", content)


def notices(content):
    return [notice.message for notice in read([Upload("content.ods", content)]).notices]


def grids(content):
    return ods_grids(readable(Upload("content.ods", content)))


def test_a_spreadsheet_of_libreoffice_is_read_as_it_is_shown():
    rows, problems = read_all(ROOT / "tests" / "data" / "cases" / "90-libreoffice" / "政策.ods")
    assert [str(problem) for problem in problems] == [
        "政策.ods/政策, row 3 (line 4), column 题名, value “#DIV/0!”: Cell B4 holds an error of the spreadsheet. "
        "Type the value that is meant, or leave the cell empty.",
        "政策.ods/政策, row 3 (line 4), column 成文日期, value “9月26日”: Cell E4 shows a date without its year or month: "
        "nothing is read of it that is not shown. Type the whole date.",
    ]
    assert [(found.place.line, found.cells.get("title"), found.cells.get("issued")) for found in rows] == [
        (2, "关于甲的意见", "2016-09-26"),
        (3, "关于乙", "2016-09"),
        (4, None, None),
        (5, "两 行\n  文本", "2016-09-26"),
        (6, "同", None),
        (7, "同", None),
        (2, "大事", None),
    ]
    assert [found.cells["summary"] for found in rows[:4]] == ["95%", "2,000亿元", "2016.10", "007"]


def test_sheets_are_found_by_their_names_or_that_of_the_file():
    content = ods_file({"政策": [HEADER, row("a", "甲")], "大事": [HEADER, row("b", "乙")]})
    assert [(sheet.file, sheet.table.name) for sheet in read([Upload("content.ods", content)]).sheets] == [
        ("content.ods/政策", "policies"),
        ("content.ods/大事", "milestones"),
    ]
    assert cells_of("政策.ods", ods_file({"Sheet1": [HEADER, row("a", "甲")]})) == [
        {"slug": "a", "title": "甲"}
    ]


def test_equal_rows_in_a_row_are_all_read():
    twice = row("a", "甲", attributes='table:number-rows-repeated="2"')
    rows, problems = read_all(Upload("content.ods", ods_file({"policies": [HEADER, twice, row("b", "乙")]})))
    assert problems == []
    assert [(found.cells["slug"], found.place.line) for found in rows] == [("a", 2), ("a", 3), ("b", 4)]


def test_empty_rows_between_others_count_and_the_million_at_the_end_do_not():
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    content = ods_file(
        {"policies": [HEADER, empty.format(3), row("a", "甲"), empty.format(1_048_571)], "sources": [HEADER]}
    )
    rows, problems = read_all(Upload("content.ods", content))
    assert problems == []
    assert [found.place.line for found in rows] == [5]


def test_equal_cells_in_a_row_are_all_read():
    same = text("甲", attributes='table:number-columns-repeated="2"')
    assert cells(ods_file({"policies": [row("slug", "title", "summary"), row("a", same)]})) == [
        {"slug": "a", "title": "甲", "summary": "甲"}
    ]


@pytest.mark.parametrize(
    "repeated",
    [
        row("a", "甲", attributes='table:number-rows-repeated="1048576"'),
        row("a", text("甲", attributes='table:number-columns-repeated="16384"')),
        row(
            text("甲", attributes='table:number-columns-repeated="16000"'),
            attributes='table:number-rows-repeated="1000"',
        ),
        row("a", "甲", attributes='table:number-rows-repeated="x"'),
        row("a", "甲", attributes='table:number-rows-repeated="-1"'),
    ],
)
def test_what_repeats_more_than_a_sheet_has_is_refused(repeated):
    _rows, problems = read_all(Upload("content.ods", ods_file({"policies": [HEADER, repeated]})))
    assert ["damaged" in problem.message for problem in problems] == [True]


def test_what_is_hidden_is_read_and_told():
    hidden_sheet = '<style:style style:name="policies" style:family="table"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    rows = [
        HEADER,
        row("a", "甲", attributes='table:visibility="filter"'),
        row("b", "乙", attributes='table:visibility="collapse"'),
        row(attributes='table:visibility="collapse" table:number-rows-repeated="9"'),
    ]
    content = ods_file({"policies": [columns, *rows]}, styles=hidden_sheet)
    assert [found["slug"] for found in cells(content)] == ["a", "b"]
    assert notices(content) == [
        "The sheet is hidden in its workbook. It was read all the same.",
        "2 rows are hidden or filtered out in the spreadsheet (rows 2–3). They were read all the same.",
        "1 column is hidden in the spreadsheet (B). It was read all the same.",
    ]
    (grid,) = grids(content)
    assert grid.is_hidden
    assert list(grid.notices) == notices(content)


def test_formulas_are_read_by_their_values():
    formula = text("甲", attributes='table:formula="of:=[.A2]"')
    content = ods_file({"policies": [HEADER, row("a", formula), row("b", formula)]})
    assert [found["title"] for found in cells(content)] == ["甲", "甲"]
    assert notices(content) == ["2 cells hold formulas; their values were read (B2–B3)."]


def test_a_formula_without_a_value_is_refused():
    content = ods_file({"policies": [HEADER, row("a", '<table:table-cell table:formula="of:=1+1"/>')]})
    found = problem(content)
    assert (found.column, found.value) == ("title", "of:=1+1")
    assert "Cell B2 holds a formula without a value" in found.message


def test_merged_cells_are_refused_in_a_table_and_known_of_a_grid():
    merged = text("题", attributes='table:number-columns-spanned="2" table:number-rows-spanned="1"')
    content = ods_file({"policies": [HEADER, row("a", "甲"), row(merged, "<table:covered-table-cell/>")]})
    assert "A3:B3" in problem(content).message
    (grid,) = grids(content)
    assert grid.merged == ("A3:B3",)
    assert [[*line.cells] for line in grid.read(())][2] == [(0, "题")]


def test_a_table_within_another_or_copied_from_another_document_is_none():
    inner = f'<table:table-cell><table:table table:name="x">{row("y")}</table:table></table:table-cell>'
    copies = f'<table:dde-links><table:table table:name="sources">{row("z")}</table:table></table:dde-links>'
    content = ods_file({"policies": [HEADER, row("a", "甲"), row("b", "乙", inner)], "": [copies]})
    assert [found.name for found in grids(content)] == ["policies"]


def test_a_protected_spreadsheet_is_named_for_what_it_is():
    protected = {
        "META-INF/manifest.xml": MANIFEST.replace(b"/>", b"><encryption-data/></manifest>"),
        "content.xml": b"\x01\x02",
    }
    assert "protected by a password" in problem(ods_file({}, members=protected)).message


def test_macros_are_told_and_not_read():
    content = ods_file(
        {"policies": [HEADER, row("a", "甲")]}, members={"Basic/Standard/Module1.xml": b"<x/>"}
    )
    assert notices(content) == ["The workbook has macros. They were neither run nor read; the cells were."]


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>",
        b"<x/>",
        b"",
        b"<office:document-content",
    ],
)
def test_a_damaged_spreadsheet_is_refused(content):
    assert "no workbook, or a damaged one" in problem(ods_file({}, members={"content.xml": content})).message


def test_a_file_of_no_bytes_is_empty():
    assert "the file is empty" in read([Upload("policies.ods", b"")]).notices[0].message
    assert ods_grids(readable(Upload("policies.ods", b""))) == []


def test_a_number_of_a_day_is_refused_where_days_count_otherwise():
    settings = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    day = value("float", "41177", "41177")
    content = ods_file({"policies": [row("slug", "date"), row("a", day)]}, before=settings)
    assert "counts days in another way" in problem(content).message


STRUCK = (
    '<style:style style:name="struck" style:family="table-cell">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="of-it" style:family="table-cell" style:parent-style-name="struck"/>'
    '<style:style style:name="plain" style:family="table-cell" style:parent-style-name="struck">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="part" style:family="text">'
    '<style:text-properties style:text-line-through-type="single" style:text-line-through-style="solid"/></style:style>'
)
SPANS = (
    '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="part">甬政发〔2010〕1号</text:span>'
    "{}</text:p></table:table-cell>"
)


def styled(shown, style):
    return text(shown, attributes=f'table:style-name="{style}"')


def test_rows_and_cells_that_are_struck_through_are_told_and_read():
    rows = [
        row("文件名称", "文号"),
        row(styled("甲", "struck"), styled("甬政发〔2010〕1号", "of-it")),
        row("乙", styled("甬政发〔2010〕2号", "struck")),
        row("丙", SPANS.format("甬政发〔2010〕3号")),
        row(styled("丁", "struck"), SPANS.format("")),
        row(styled("戊", "plain"), "甬政发〔2010〕5号"),
    ]
    (grid,) = grids(ods_file({"汇总": rows}, styles=STRUCK))
    assert grid.notices == (
        "2 cells are struck through in the spreadsheet, all or a part of them (B3, B4). They were read all the same.",
    )
    assert grid.struck_rows == ((2, 2), (5, 5))
    assert [*grid.struck] == ["A2", "B2", "B3", "B4", "A5", "B5"]
    assert grid.struck["B4"] == [("甬政发〔2010〕1号", True), ("甬政发〔2010〕3号", False)]
    assert dict([*grid.read(())][3].cells) == {0: "丙", 1: "甬政发〔2010〕1号甬政发〔2010〕3号"}


def test_the_style_of_a_column_strikes_through_what_has_no_own():
    columns = ['<table:table-column table:default-cell-style-name="struck"/>']
    (grid,) = grids(ods_file({"汇总": [*columns, row(styled("甲", "plain")), row("乙")]}, styles=STRUCK))
    assert (grid.notices, grid.struck_rows) == ((), ((2, 2),))


def test_notes_of_cells_are_told_and_no_part_of_the_text():
    note = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>待核</text:p></office:annotation>'
        "<text:p>甲</text:p></table:table-cell>"
    )
    (grid,) = grids(ods_file({"汇总": [row("文件名称"), row(note)]}))
    assert grid.notices == ("1 cell has a note in the spreadsheet (A2). The note was not read.",)
    assert grid.notes == {"A2": "待核"}
    assert dict([*grid.read(())][1].cells) == {0: "甲"}


def test_notes_of_a_marked_workbook_are_no_notes_of_the_office():
    note = (
        '<table:table-cell office:value-type="string"><office:annotation>'
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">timeline</dc:creator><text:p>不是日期</text:p>'
        "</office:annotation><text:p>甲</text:p></table:table-cell>"
    )
    (grid,) = grids(ods_file({"汇总": [row("文件名称"), row(note)]}))
    assert grid.notices == ()


def test_each_of_equal_cells_beside_each_other_is_told():
    cell = styled("甲", "struck").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="3"', 1
    )
    (grid,) = grids(ods_file({"汇总": [row(cell, "乙")]}, styles=STRUCK))
    assert grid.notices == (
        "3 cells are struck through in the spreadsheet, all or a part of them (A1, B1, C1). They were read all the same.",
    )
