"""Headings of sections between the rows of a table: told from rows, left out, listed."""

import pytest

from tests.files import xlsx_file
from tests.foreign_tables import HEADER, case, policies, proposed, table, texts
from timeline.exchange.mapping.excerpts import excerpt
from timeline.exchange.mapping.mapped_reading import read_mapped
from timeline.exchange.mapping.mapping import Mapping
from timeline.exchange.mapping.section_rows import MAX_NAMED, FoundSections, SectionRows
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NUMBERED = ("序号", *HEADER)
ROW = ("1", "甲通知", "甬政发〔2016〕1号", "2016")


def headings(*lines, merged=(), header=NUMBERED):
    """The headings in a table, by their lines."""

    def merge(workbook):
        for cells in merged:
            workbook.active.merge_cells(cells)

    cells = [[cell or None for cell in line] for line in (header, *lines)]
    (grid,), _reading = read_grids([Upload("政策.xlsx", xlsx_file(merge, 政策=cells))])
    rows = SectionRows(grid, header, 1)
    return {
        number: text
        for number, line in enumerate(lines, 2)
        if (text := rows.heading(number, {index: cell for index, cell in enumerate(line) if cell}))
    }


@pytest.mark.parametrize(
    "line",
    [
        ("一、市级综合文件",),
        ("市级综合文件",),
        ("一", "市级综合文件"),
        ("", "（一）市级综合文件"),
        ("", "第二部分 部门文件"),
        ("", "1.部门文件"),
    ],
)
def test_a_numbered_text_alone_in_a_row_is_a_heading(line):
    assert [*headings(ROW, line)] == [3]


def test_a_text_merged_over_most_columns_is_a_heading():
    header, row = HEADER, ROW[1:]
    assert headings(("市级",), row, merged=["A2:C2"], header=header) == {2: "市级"}
    assert headings(("市级",), row, header=header) == {}


@pytest.mark.parametrize(
    "line",
    [
        ROW,
        ("2", "乙通知"),
        ("", "乙通知"),
        ("", "一、关于印发乙规划的通知"),
        ("", "2016年度计划"),
        ("2",),
        ("一",),
    ],
)
def test_a_title_alone_is_a_row_and_so_is_a_number(line):
    assert headings(ROW, line) == {}


def test_numbers_that_rows_have_as_well_tell_nothing():
    header = HEADER
    assert headings(("1、甲通知", "", "2016"), ("2、乙通知",), header=header) == {}
    assert headings(("甲通知", "", "2016"), ("2、乙通知",), header=header) == {3: "2、乙通知"}


def test_a_list_of_one_column_has_no_headings():
    assert headings(("", "一、甲"), ("", "二、乙")) == {}


def read(file, **changes):
    mapping = Mapping.from_plain({**proposed(file).mapping.as_plain(), **changes})
    reading = read_mapped([file], None, mapping, {})
    titles = [
        row.cells["title"] for sheet in reading.sheets if sheet.table.name == "policies" for row in sheet
    ]
    return titles, texts(notice.message for notice in reading.notices), reading.questions


def test_headings_in_a_table_of_an_office_are_left_out_and_listed():
    titles, notices, questions = read(case("75"))
    assert titles == [
        "宁波市智慧城市建设三年行动计划（2018—2020年）",
        "关于加快推进政务数据共享的通知",
        "宁波市公共信用信息管理实施细则",
        "关于组织申报智慧城市示范项目的通知",
    ]
    assert (
        "2 rows are headings of sections and were left out: 4 “一、市级综合文件”, 7 “二、部门文件”."
        in notices
    )
    assert not any("文件" in question.key for question in questions)


def test_headings_can_be_taken_as_rows():
    titles, notices, _questions = read(
        policies(["一、市级文件"], ["甲通知", "", "2016"]), skips_sections=False
    )
    assert titles == ["一、市级文件", "甲通知"]
    assert not any("headings" in notice for notice in notices)


def test_a_heading_says_nothing_about_columns_and_is_no_last_row():
    (sheet,) = proposed(table(NUMBERED, ROW, ["二、其他"])).sheets
    assert sheet.last_line == 2


def test_an_excerpt_shows_headings_among_the_first_rows_and_counts_all():
    rows = [["一、市级", "", ""], *([f"第{number}号办法", "", "2016"] for number in range(9)), ["二、区级"]]
    (grid,), _reading = read_grids([policies(*rows, ["终办法", "", "2017"])])
    found = excerpt(grid, HEADER, 1)
    assert [line.number for line in found.lines if line.is_section] == [2]
    assert (found.sections.count, found.sections.named()) == (2, "2 “一、市级”, 12 “二、区级”")
    assert found.last_line == 13


def test_of_many_headings_the_first_are_named():
    found = FoundSections()
    for line in range(100):
        found.add(line, "节")
    assert found.count == 100
    assert found.named().count("节") == MAX_NAMED
    assert found.named().endswith("…")
