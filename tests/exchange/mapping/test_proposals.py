"""Proposals: which table, header, end and columns a table of another office has, and why."""

import dataclasses

import pytest

from tests.files import xlsx_file
from tests.foreign_tables import HEADER, case, columns_proposed, policies, proposed, table
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.mapping import THIS_FILE, ColumnMapping
from timeline.exchange.mapping.proposals import propose_sheet
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids

pytestmark = pytest.mark.usefixtures("english")


def only(*files):
    (sheet,) = proposed(*files).sheets
    return sheet


def test_the_table_of_a_government_is_known_with_its_header_its_end_and_its_columns():
    sheet = only(case("70"))
    assert (sheet.mapping.table, sheet.header_line, sheet.last_line) == ("policies", 2, 14)
    assert {one.name: one.column for one in sheet.columns} == {
        "序号": "",
        "文件名称": "title",
        "文号": "document_number",
        "发文机关": "issuers",
        "发文日期": "issued",
        "备注": "",
    }
    assert "15–16" in sheet.last_reason


@pytest.mark.parametrize("number", ["19", "32", "73", "74"])
def test_the_tables_of_the_cases_are_policies(number):
    sheets = proposed(case(number)).sheets
    assert {sheet.mapping.table for sheet in sheets} == {"policies"}


def test_each_sheet_of_a_year_is_read():
    assert [sheet.mapping.sheet for sheet in proposed(case("19")).sheets] == ["2015年", "2016年"]


def test_each_column_has_a_reason():
    reasons = {one.name: one.reason for one in only(case("70")).columns}
    assert "“发文机关” is a name of issuers" in reasons["发文机关"]
    assert reasons["序号"] == "It only numbers the rows."
    assert "not for readers" in reasons["备注"]


def test_columns_without_headers_are_told_by_their_content():
    found = columns_proposed(
        policies(
            ["关于甲的通知", "甬政发〔2016〕1号", "2016-01-03", "市教育局"],
            ["关于乙的意见", "甬政发〔2016〕2号", "二〇一六年三月", "市财政局"],
            header=["题名", "", "", ""],
        )
    )
    assert found == {"题名": "title", "B": "document_number", "C": "issued", "D": "issuers"}


def test_a_header_that_is_not_known_is_not_overruled_by_its_content():
    sheet = only(policies(["关于甲的通知", "2016", "2021-12-31"], header=["题名", "发文日期", "有效期"]))
    assert [one.column for one in sheet.columns] == ["title", "issued", ""]
    assert sheet.columns[2].reason == ("The header is not known. 1 of 1 cells are dates. Choose a column.")


def test_content_is_the_reason_with_its_count():
    sheet = only(policies(["关于甲的通知", "甬政发〔2016〕1号", ""], header=["题名", "", "哪天"]))
    assert sheet.columns[1].reason == "1 of 1 cells are document numbers."
    assert sheet.columns[2].reason == "The column is empty."


def test_what_stands_in_brackets_behind_a_header_does_not_matter():
    found = columns_proposed(
        policies(["甲", "", "2016"], header=["文件名称", "文号（字号）", "发文日期(落款)"])
    )
    assert [*found.values()] == ["title", "document_number", "issued"]


def test_a_column_is_taken_once():
    sheet = only(policies(["甲", "乙", ""], header=["题名", "文件名称", "文号"]))
    assert [one.column for one in sheet.columns] == ["title", "", "document_number"]
    assert sheet.columns[1].reason == "“题名” is this column already."


def test_a_column_without_a_header_is_named_by_its_letter():
    found = columns_proposed(policies(["甲", "2016", "甬政发〔2016〕1号"], header=["题名", "发文日期", ""]))
    assert found == {"题名": "title", "发文日期": "issued", "C": "document_number"}


def test_of_a_header_of_two_lines_the_lower_is_taken_with_what_only_the_upper_has():
    sheet = only(
        table(["题名", "文号", "日期", ""], ["", "", "发文日期", "施行日期"], ["甲", "", "2016", "2017"])
    )
    assert sheet.header_line == 2
    assert sheet.header_reason == "The header spans 2 lines; this is the last one."
    assert [one.column for one in sheet.columns] == ["title", "document_number", "issued", "effective_from"]


def test_columns_without_text_in_the_lower_line_of_a_header_have_that_of_the_upper():
    sheet = only(
        table(
            ["政策汇总表"],
            ["编号", "文件信息", "", "备注"],
            ["", "文件名称", "文号", ""],
            ["1", "甲", "", "2017-03"],
        )
    )
    assert sheet.header_line == 3
    assert sheet.mapping.header == ("编号", "文件名称", "文号", "备注")
    assert [one.column for one in sheet.columns] == ["", "title", "document_number", ""]


def test_a_title_above_the_header_is_no_part_of_it():
    sheet = only(table(["", "", "", "政策汇总表"], ["文件名称", "文号", "发文日期"], ["甲", "", "2016"]))
    assert sheet.mapping.header == HEADER


def test_sums_signatures_and_notes_below_are_no_rows():
    sheet = only(
        policies(["甲", "", "2016"], ["合计", "1", ""], ["填表人：张三", "", "2021年1月5日"], ["说明：略"])
    )
    assert sheet.last_line == 2


def test_a_table_is_known_by_its_headers_alone():
    sheet = only(table(HEADER, ["甲", "", "2016"], name="汇总.csv"))
    assert sheet.mapping.table == "policies"
    assert sheet.table_reason == "3 of its headers are columns of this table."


def test_headers_that_many_tables_have_tell_no_table():
    sheet = only(table(["标识", "题名"], ["a", "甲"], name="汇总.csv"))
    assert sheet.mapping is None
    assert sheet.table_reason == "Neither a name nor a header tells which table this is."


def test_a_hidden_sheet_is_not_proposed():
    def hide(workbook):
        workbook["大事"].sheet_state = "hidden"

    file = Upload("汇总.xlsx", xlsx_file(hide, 政策=[HEADER, ["甲"]], 大事=[["标识", "题名"], ["a", "甲"]]))
    assert [sheet.mapping is None for sheet in proposed(file).sheets] == [False, True]


def test_another_table_and_header_can_be_chosen():
    (grid,), _reading = read_grids([policies(["甲", "", "2016"])])
    sheet = propose_sheet(SheetTop(grid), "政策.csv", is_only=True, table="milestones", line=1)
    assert sheet.mapping.table == "milestones"
    assert sheet.mapping.header_line == 1
    assert sheet.table_reason == sheet.header_reason == "You chose it."


def test_a_known_mapping_of_the_same_shape_wins_with_other_lines_and_tab_names():
    last = proposed(policies(["甲", "", "2016"])).mapping
    (sheet,) = last.sheets
    columns = (ColumnMapping("title", ("文件名称",)), ColumnMapping("published_on", ("发文日期",)))
    last = dataclasses.replace(last, sheets=(dataclasses.replace(sheet, columns=columns),), source="board")
    found = proposed(table(["今年的表"], HEADER, ["乙", "", "2017"], name="b.csv"), known=[last])
    assert found.remembered == last
    assert found.mapping == last
    assert found.sheets[0].header_line == 2
    assert {one.reason for one in found.sheets[0].columns} == {"So it was read last time."}


def test_a_sheet_that_the_known_mapping_does_not_have_is_proposed_by_its_own_header():
    last = proposed(policies(["甲", "", "2016"])).mapping
    swapped = [HEADER[0], *reversed(HEADER[1:])]
    sheets = {
        "2019年": [HEADER, ["乙", "", "2019"]],
        "2020年": [swapped, ["丙", "2020", ""]],
        "通讯录": [["姓名", "电话"]],
    }
    found = proposed(Upload("多表.xlsx", xlsx_file(**sheets)), known=[last])
    assert found.remembered == last
    assert [sheet.sheet for sheet in found.mapping.sheets] == ["2019年", "2020年"]
    assert found.mapping.sheets[1].header == tuple(swapped)


def test_a_known_mapping_of_another_shape_does_not_matter():
    last = proposed(policies(["甲", "", "2016"])).mapping
    assert proposed(policies(["甲"], header=["文件名称"]), known=[last]).remembered is None


@pytest.mark.parametrize("word", ["试行", "正文", "暂行文件"])
def test_a_row_with_the_name_of_a_column_in_a_cell_is_no_header(word):
    sheet = only(
        table(
            ["序号", "文件名称", "文号", "发文日期", "备注"],
            ["1", "关于甲的通知", "甬政发〔2016〕1号", "2016-01-03", word],
            ["2", "关于乙的意见", "甬政发〔2016〕2号", "2016-03-01", ""],
            name="政策.csv",
        )
    )
    assert sheet.header_line == 1
    assert {one.name: one.column for one in sheet.columns}["文件名称"] == "title"


def test_entries_cite_their_file_unless_it_has_citations_itself():
    assert proposed(policies(["关于甲的通知", "", "2016"])).mapping.source == THIS_FILE
    assert proposed(table(["名称", "简称"], ["市政府", "府"], name="机构.csv")).mapping.source == ""
    with_citations = xlsx_file(
        policies=[HEADER, ["关于甲的通知", "", "2016"]], citations=[["entry", "source"], ["jia", "board"]]
    )
    assert proposed(Upload("政策.xlsx", with_citations)).mapping.source == ""


def test_below_a_group_a_header_that_says_little_is_told_by_the_group_or_by_its_content():
    sheet = only(case("75"))
    assert {one.shown: one.column for one in sheet.columns} == {
        "序号": "",
        "文件基本情况 / 标题": "title",
        "文件基本情况 / 文号": "document_number",
        "文件基本情况 / 类别": "document_type",
        "发文信息 / 单位": "issuers",
        "发文信息 / 时间": "issued",
        "备注": "",
    }


def test_a_list_of_events_is_read_by_its_usual_headers():
    assert columns_proposed(table(["时间", "事件", "内容"], ["2016", "甲", "乙"], name="大事记.csv")) == {
        "时间": "date",
        "事件": "title",
        "内容": "body",
    }


def test_bodies_below_a_header_that_says_whose_they_are_are_not_taken():
    found = columns_proposed(policies(["甲通知", "市财政局"], header=("文件名称", "责任单位")))
    assert found["责任单位"] == ""


def test_the_headers_of_pilots_that_policies_have_as_well_do_not_tell_the_table():
    header = ["名称", "印发部门", "发布日期"]
    (sheet,) = proposed(table(header, ["关于甲的通知", "市财政局", "2016"], name="汇总.csv")).sheets
    assert sheet.mapping.table == "policies"
    found = columns_proposed(table(header, ["甲", "市财政局", "2016"], name="试点一览表.csv"))
    assert found == {"名称": "title", "印发部门": "authorities", "发布日期": "date"}
