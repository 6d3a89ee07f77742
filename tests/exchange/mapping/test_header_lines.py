"""Headers of several lines: what stands above several columns, put together with what stands below it."""

import pytest

from tests.factories import make_organization
from tests.files import xlsx_file
from tests.foreign_tables import HEADER, columns_proposed, import_proposed, proposed, table, texts
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.mapping import Mapping, SheetMapping
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids
from timeline.models import Policy

pytestmark = pytest.mark.usefixtures("english")

UPPER = ["序号", "文件名称", "文号", "发文", "", "备注"]
LOWER = ["", "", "", "机关", "日期", ""]
ROW = ["1", "关于甲的通知", "甬政发〔2016〕1号", "市教育局", "2016-01-03", ""]
COLUMNS = {
    "序号": "",
    "文件名称": "title",
    "文号": "document_number",
    "发文机关": "issuers",
    "发文日期": "issued",
    "备注": "",
}


def workbook(*lines, merged=()):
    def merge(book):
        for cells in merged:
            book.active.merge_cells(cells)

    return Upload("汇总表.xlsx", xlsx_file(merge, 政策=lines))


MERGED = workbook(
    ["2016年政策文件汇总表"],
    UPPER,
    LOWER,
    ROW,
    merged=["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"],
)
DELIMITED = table(["2016年政策文件汇总表"], UPPER, LOWER, ROW)


@pytest.mark.parametrize("file", [MERGED, DELIMITED], ids=["merged cells", "empty cells after"])
def test_what_stands_above_two_columns_is_put_together_with_each(file):
    (sheet,) = proposed(file).sheets
    assert (sheet.header_begin, sheet.header_line) == (2, 3)
    assert sheet.header_reason == "The header spans 2 lines; this is the last one."
    assert {one.name: one.column for one in sheet.columns} == COLUMNS
    reasons = {one.name: one.reason for one in sheet.columns}
    assert (
        "“发文” stands above “日期”; together, “发文日期” is a name of date of the document."
        in reasons["发文日期"]
    )
    assert "“文号” is a name of" in reasons["文号"]


@pytest.mark.django_db
@pytest.mark.parametrize("file", [MERGED, DELIMITED], ids=["merged cells", "empty cells after"])
def test_the_second_line_of_a_header_is_no_row(file):
    make_organization(title="市教育局")
    report = import_proposed(file)
    assert texts(report.problems) == []
    (policy,) = Policy.objects.all()
    assert str(policy.issued) == "2016-01-03"
    assert [str(one) for one in policy.issuers.all()] == ["市教育局"]
    assert "Lines above the header were left out: 1." in "".join(texts(report.notices))


def test_all_columns_may_stand_below_others():
    found = columns_proposed(
        table(
            ["文件", "", "发文", "", "实施", ""],
            ["名称", "文号", "单位", "时间", "开始", "结束"],
            ["甲", "甬政发〔2016〕1号", "市教育局", "2016", "2016-02", "2017-02"],
        )
    )
    assert found == {
        "文件名称": "title",
        "文号": "document_number",
        "发文单位": "issuers",
        "发文时间": "issued",
        "实施开始": "effective_from",
        "实施结束": "effective_until",
    }


def test_what_stands_below_may_come_first_in_the_name():
    found = columns_proposed(table(["题名", "日期", ""], ["", "成文", "施行"], ["甲", "2016", "2017"]))
    assert found == {"题名": "title", "成文日期": "issued", "施行日期": "effective_from"}


def test_a_header_that_no_column_has_is_shown_with_both_texts():
    found = columns_proposed(
        table(["文件名称", "发文日期", "经费", ""], ["", "", "预算", "决算"], ["甲", "2016", "1", "2"])
    )
    assert found == {"文件名称": "title", "发文日期": "issued", "经费预算": "", "经费决算": ""}


def test_a_header_may_span_three_lines():
    (sheet,) = proposed(
        table(
            ["序号", "文件名称", "文件信息", "", ""],
            ["", "", "文号", "发文", ""],
            ["", "", "", "机关", "日期"],
            ["1", "关于甲的通知", "甬政发〔2016〕1号", "市教育局", "2016-01-03"],
        )
    ).sheets
    assert (sheet.header_begin, sheet.header_line) == (1, 3)
    assert [one.column for one in sheet.columns] == ["", "title", "document_number", "issuers", "issued"]


def test_merged_cells_do_not_reach_further_than_they_are_merged():
    file = workbook(
        ["发文", "", "", ""],
        ["机关", "日期", "文件名称", "时间"],
        ["市教育局", "2016", "关于甲的通知", "2017"],
        merged=["A1:B1"],
    )
    assert [*columns_proposed(file)] == ["发文机关", "发文日期", "文件名称", "时间"]


@pytest.mark.parametrize(
    "title", [["2016年政策文件"], ["政策文件汇总表", "", "2016年"], ["", "", "单位：份"], ["政策"]]
)
def test_a_title_above_a_header_is_no_part_of_it(title):
    (sheet,) = proposed(table(title, ["文件名称", "文号", "日期"], ["甲", "", "2016"])).sheets
    assert sheet.mapping.header == ("文件名称", "文号", "日期")
    assert sheet.header_begin == sheet.header_line == 2


def test_a_first_row_with_empty_cells_is_no_line_of_the_header():
    (sheet,) = proposed(table(["文件名称", "文号", "发文日期", "责任人"], ["甲", "", "", "张三"])).sheets
    assert sheet.header_line == 1


def test_a_header_of_two_lines_that_is_repeated_on_each_page_is_no_row():
    (sheet,) = proposed(table(UPPER, LOWER, ROW, UPPER, LOWER, ROW, ["注：略"])).sheets
    assert sheet.last_line == 6


def test_the_next_file_of_the_same_header_is_read_as_the_last_one():
    last = proposed(MERGED).mapping
    assert proposed(DELIMITED, known=[last]).remembered == last
    one_line = table(["序号", "文件名称", "文号", "机关", "日期", "备注"], ROW, name="政策.csv")
    assert proposed(one_line, known=[last]).remembered is None
    assert proposed(DELIMITED, known=[proposed(one_line).mapping]).remembered is None


def tops(**sheets):
    grids, _reading = read_grids([Upload("多表.xlsx", xlsx_file(**sheets))])
    return {grid.name: SheetTop(grid) for grid in grids}


LIST = [["2016年项目表"], ["项目", "金额", "单位"], ["甲", "1", "乙"]]


def test_a_skipped_sheet_is_known_by_its_header_whatever_its_tab_is_called():
    first = tops(政策=[HEADER, ["甲通知", "", "2016"]], 项目=LIST)
    mapping = Mapping(skipped=(first["项目"].as_skipped,))
    again = tops(
        政策=[HEADER], 项目2017=[["2017年项目表"], *LIST[1:]], 项目=[["项目", "进度"], ["甲", "完成"]]
    )
    assert {name: top.is_skipped(mapping) for name, top in again.items()} == {
        "政策": False,
        "项目2017": True,
        "项目": False,
    }


def test_of_sheets_with_one_header_the_name_tells_which_is_skipped():
    found = tops(正式=[HEADER], 草稿=[HEADER])
    mapping = Mapping((SheetMapping("policies", "正式", HEADER),), (found["草稿"].as_skipped,))
    assert {name: top.is_skipped(mapping) for name, top in found.items()} == {"正式": False, "草稿": True}
