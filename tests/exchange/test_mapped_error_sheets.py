"""The error workbook of a table of another office: the table as it was uploaded, with its faulty cells marked."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, InlineFont, TextBlock
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.factories import make_organization, make_user
from tests.files import csv_file, xlsx_file
from tests.foreign_tables import proposed, table
from tests.opendocument import ods_file, row, value
from timeline.exchange import prepared_imports
from timeline.exchange.error_workbook import UNREPRESENTABLE, error_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.mapping.mapping import ColumnMapping
from timeline.exchange.prepared_imports import (
    carry_out,
    former_upload,
    mapping_of,
    prepare,
    questions,
    set_mapping,
    store_preview,
)
from timeline.exchange.readers.sources import Upload
from timeline.models import Policy, PreparedImport

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}
LIST = "Import problems"
LINES = [
    ["2016年政策文件汇总表"],
    ["序号", "文件名称", "文号", "发文", "", "备注"],
    ["", "", "", "机关", "日期", ""],
    [1, "关于甲的通知", "甬政发〔2016〕1号", "市教育局", 2013.1, "-"],
    [2, "关于乙的通知", "甬政发〔2016〕2号", "市教育局", "十三月", "=甲"],
    [3, "关于丙的通知", "—", "市教育局", datetime(2016, 9, 26), None],
    None,
    ["注：2016年底整理。"],
]
MERGED = ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "A8:F8"]


def styled(book):
    sheet = book["汇总（2016）"]
    for cells in MERGED:
        sheet.merge_cells(cells)
    sheet["E4"].number_format = "0.00"
    sheet["E6"].number_format = "m/d/yyyy"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["F"].hidden = True
    book["附表"].sheet_state = "hidden"


def upload():
    lines = [line or [None] for line in LINES]
    return Upload("汇总.xlsx", xlsx_file(styled, **{"汇总（2016）": lines, "附表": [["说明", "略"]]}))


def uploaded(file, by):
    """Preview the file, and return it as another server reads it."""
    prepared = prepare(file.name, file.content, OPTIONS, by=by)
    store_preview(prepared)
    return PreparedImport.objects.get(pk=prepared.pk)


def workbook_of(prepared):
    return load_workbook(io.BytesIO(prepared_imports.error_workbook(prepared)))


def mended(file):
    return workbook_of(uploaded(file, make_user()))


def marked(sheet):
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}


@pytest.fixture(autouse=True)
def office():
    make_organization(title="市教育局")


def test_the_table_comes_back_as_it_was_uploaded_with_its_faulty_cells_marked():
    book = mended(upload())
    assert book.sheetnames == [LIST, "汇总（2016）", "附表"]
    sheet = book["汇总（2016）"]
    assert sheet["A1"].value == "2016年政策文件汇总表"
    assert [cell.value for cell in sheet[2]] == ["序号", "文件名称", "文号", "发文", None, "备注"]
    assert [cell.value for cell in sheet[5]] == [
        "2",
        "关于乙的通知",
        "甬政发〔2016〕2号",
        "市教育局",
        "十三月",
        "'=甲",
    ]
    assert sheet["A8"].value == "注：2016年底整理。"
    assert sheet["F4"].value == "-"
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {*MERGED}
    # What is asked is marked as well.
    assert marked(sheet) == {"E4", "E5"}
    assert {row[6].value for row in book[LIST].iter_rows(min_row=2)} == {"汇总（2016）!E4", "汇总（2016）!E5"}


def test_what_is_wrong_in_cells_merged_beside_each_other_is_marked_in_the_first():
    def merge(book):
        book["政策表"].merge_cells("A2:C2")

    lines = [["序号", "文件名称", "发文日期"], ["市级", None, None], ["1", "关于乙的通知", "2016"]]
    file = Upload("政策表.xlsx", xlsx_file(merge, 政策表=lines))
    prepared = prepare(file.name, file.content, OPTIONS, by=make_user())
    set_mapping(prepared, replace(mapping_of(prepared), skips_sections=False))
    store_preview(prepared)
    assert marked(workbook_of(prepared)["政策表"]) == {"A2"}


def test_numbers_and_dates_are_shown_as_they_were():
    sheet = mended(upload())["汇总（2016）"]
    assert (sheet["E4"].value, sheet["E4"].number_format) == (2013.1, "0.00")
    assert (sheet["E6"].value, sheet["E6"].number_format) == (datetime(2016, 9, 26), "m/d/yyyy")


def test_what_was_hidden_is_hidden():
    book = mended(upload())
    sheet = book["汇总（2016）"]
    assert [number for number, row in sheet.row_dimensions.items() if row.hidden] == [6]
    assert [name for name, column in sheet.column_dimensions.items() if column.hidden] == ["F"]
    assert [one.sheet_state for one in book] == ["visible", "visible", "hidden"]


def struck_and_noted(book):
    sheet = book["汇总（2016）"]
    for address in ("B6", "C6"):
        sheet[address].font = Font(strike=True)
    sheet["B5"].value = CellRichText("关于", TextBlock(InlineFont(strike=True), "乙"), "的通知")
    sheet["C5"].value = CellRichText("'-甲", TextBlock(InlineFont(strike=True), "甬政发"))
    sheet["C4"].comment = Comment("文号待核", "张三")
    sheet["E5"].comment = Comment("查公报", "张三")


def test_what_is_struck_through_and_the_notes_of_others_stay():
    file = Upload(
        "汇总.xlsx", xlsx_file(struck_and_noted, **{"汇总（2016）": [one or [None] for one in LINES]})
    )
    by = make_user()
    prepared = uploaded(file, by)
    content = prepared_imports.error_workbook(prepared)
    sheet = load_workbook(io.BytesIO(content), rich_text=True)["汇总（2016）"]
    assert [sheet[address].font.strike for address in ("A6", "B6", "C6", "D6")] == [None, True, True, None]
    struck = [str(part) for part in sheet["B5"].value if isinstance(part, TextBlock) and part.font.strike]
    assert (str(sheet["B5"].value), struck) == ("关于乙的通知", ["乙"])
    assert str(sheet["C5"].value) == "'-甲甬政发"
    assert sheet["C4"].comment.text == "文号待核"
    assert sheet["E5"].comment.text.endswith("\n——\n查公报")
    # It is told again, and a note is not written twice.
    again = uploaded(Upload("汇总-导入问题.xlsx", content), by)
    before, told = (
        [one.partition(": ")[2] for one in upload.outcome["notices"] if "struck" in one or "notes" in one]
        for upload in (prepared, again)
    )
    assert (len(told), told) == (2, before)
    assert workbook_of(again)["汇总（2016）"]["E5"].comment.text.count("查公报") == 1


def test_a_fault_of_the_whole_row_is_marked_at_its_title():
    file = table(["文件名称", "发文日期"], ["", "2016"], ["关于甲的通知", "2016"])
    assert marked(mended(file).worksheets[1]) == {"A2"}


def test_a_cell_without_a_value_that_is_not_imported_stays_as_it_is():
    lines = [["文件名称", "发文日期", "备注"], ["关于甲的通知", "十三月", "=A2"], ["关于乙的通知", "=A2", ""]]
    sheet = mended(Upload("政策表.xlsx", xlsx_file(政策表=lines))).worksheets[1]
    assert marked(sheet) == {"B2", "B3"}
    assert sheet["B3"].value == UNREPRESENTABLE
    assert sheet["C2"].value == "'=A2"


def test_cells_that_are_put_together_are_marked_together():
    file = table(["文件名称", "年", "月"], ["关于甲的通知", "2016", "13"])
    mapping = proposed(file).mapping
    columns = (ColumnMapping("title", ("文件名称",)), ColumnMapping("issued", ("年", "月"), "-"))
    mapping = replace(mapping, sheets=(replace(mapping.sheets[0], columns=columns),))
    problems = import_files([file], mapping=mapping, by=make_user()).problems
    book = load_workbook(io.BytesIO(error_workbook([file], problems, mapping=mapping)))
    assert marked(book.worksheets[1]) == {"B2", "C2"}


@pytest.mark.parametrize("is_workbook", [True, False], ids=["XLSX", "CSV"])
def test_the_corrected_workbook_is_read_by_the_same_mapping_with_the_same_answers_and_imported(is_workbook):
    user = make_user()
    former = uploaded(upload() if is_workbook else Upload("汇总.csv", csv_file(csv_lines())), user)
    mapping = mapping_of(former)
    (sheet,) = mapping.sheets
    # A choice that no proposal would make.
    changed = [one for one in sheet.columns if one.column != "document_number"]
    mapping = replace(mapping, sheets=(replace(sheet, columns=tuple(changed)),))
    prepared_imports.set_mapping(former, mapping)
    prepared_imports.set_answers(former, {"date:policies.issued:number 2013.10:关于甲的通知": "2013-10"})
    store_preview(former)
    assert former.outcome["questions"]["open"] == 1
    book = workbook_of(former)
    (address,) = marked(book.worksheets[1])
    book.worksheets[1][address] = "2016年12月"
    corrected = io.BytesIO()
    book.save(corrected)
    prepared = uploaded(Upload("汇总-Import problems.xlsx", corrected.getvalue()), user)
    assert former_upload(prepared) == former
    assert [one.columns for one in mapping_of(prepared).sheets] == [tuple(changed)]
    assert prepared.outcome["problem_count"] == 0
    assert all(question.is_answered for question in questions(prepared))
    assert carry_out(prepared) is not None
    assert {str(policy.issued) for policy in Policy.objects.all()} == {"2013-10", "2016-12", "2016-09-26"}
    assert not Policy.objects.exclude(document_number="").exists()


def csv_lines():
    shown = {(4, 5): "2013.10", (6, 5): "2016-09-26"}
    for number, line in enumerate(LINES, 1):
        yield [shown.get((number, column), cell) for column, cell in enumerate(line or [], 1)]


def test_the_tables_of_others_and_those_that_were_imported_are_no_former_uploads():
    header = ["文件名称", "发文日期"]
    right = table(header, ["关于甲的通知", "2016"])
    user = make_user()
    uploaded(table(header, ["关于甲的通知", "十三月"]), user)
    assert former_upload(uploaded(right, make_user())) is None
    corrected = uploaded(right, user)
    assert former_upload(corrected)
    carry_out(corrected)
    assert former_upload(uploaded(right, user)) is None


def test_a_cell_of_an_opendocument_spreadsheet_is_what_it_shows():
    day = value("date", "2016-09-26", "26.9.2016")
    lines = [
        row("文件名称", "发文日期", "经费"),
        row("关于甲的通知", "十三月", value("currency", "1200", "¥1,200")),
    ]
    lines.append(row("关于乙的通知", day, value("float", "2013.1", "2013.10")))
    sheet = mended(Upload("政策表.ods", ods_file({"政策表": lines}))).worksheets[1]
    # What is asked is marked as well.
    assert marked(sheet) == {"B2", "B3"}
    assert [sheet["C2"].value, sheet["B3"].value, sheet["C3"].value] == ["¥1,200", "26.9.2016", "2013.10"]


def test_merged_cells_that_overlap_or_are_none_do_not_damage_the_workbook():
    def merge(book):
        for cells in ("A2:B2", "B2:C3", "A4:A4", "C3:C5"):
            book["政策表"].merged_cells.add(cells)

    lines = [["文件名称", "发文日期", "备注"], ["关于甲的通知", "十三月", ""]]
    sheet = mended(Upload("政策表.xlsx", xlsx_file(merge, 政策表=lines))).worksheets[1]
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"A2:B2", "C3:C5"}
