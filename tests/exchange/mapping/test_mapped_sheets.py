"""Sheets under their mappings: rows and lines by iteration, cells that cannot be read, and what was found."""

import pytest
from openpyxl.styles import Font

from tests.files import xlsx_file
from tests.foreign_tables import HEADER, policies, proposed, table
from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.header_lines import HeaderLines
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import ColumnMapping, SheetMapping
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import Problem
from timeline.exchange.reading import read_grids

pytestmark = pytest.mark.usefixtures("english")


def sheet_of(file, header_line=1, answers=None):
    mapping = proposed(file).mapping
    (grid,), _reading = read_grids([file])
    (sheet,) = mapping.sheets
    header = HeaderLines(header_line, header_line, [*sheet.header])
    return MappedSheet(grid, sheet, header, mapping, answers or {})


def test_rows_can_be_read_again_and_again():
    sheet = sheet_of(policies(["甲通知", "", "2016"], ["乙通知", "", "同上"]))
    assert [*sheet.rows()] == [*sheet.rows()]


def test_what_was_found_is_counted():
    findings = Findings()
    sheet = sheet_of(policies(["甲通知", "—", "2016.1"], ["乙通知", "—", "同上"], ["注：略"]))
    assert len([*sheet.rows(findings)]) == 2
    assert (findings.rows, findings.dittos, findings.types) == (2, 1, 2)
    assert findings.placeholders == {"—": 2}
    assert findings.left_out == [4]
    # The second row is as the one above it.
    assert findings.questions["date:policies.issued:2016.1:甲通知"].rows == 2


def test_a_cell_that_cannot_be_read_is_a_problem_and_its_row_is_read_without_it():
    def damage(workbook):
        workbook["政策"]["C2"].value = "#REF!"
        workbook["政策"]["C2"].data_type = "e"

    file = Upload("政策.xlsx", xlsx_file(damage, 政策=[HEADER, ["甲通知", None, "x"]]))
    problem, row = sheet_of(file).rows()
    assert isinstance(problem, Problem)
    assert problem.column == "发文日期"
    assert row.unread == {"issued"}
    assert "issued" not in row.cells


def test_a_line_with_more_cells_than_the_header_is_an_error_that_names_the_comma():
    lines = [
        "序号,发文日期,文件名称,备注",
        "1,2019-1-1,壬一办法,",
        "2,2019-1-2,壬二办法,修订后的壬二实施细则通知,规章",
        "3,2019-1-3,壬三办法,,",
    ]
    first, problem, last = sheet_of(Upload("政策.csv", "\n".join(lines).encode())).rows()
    assert (first.cells["title"], last.cells["title"]) == ("壬一办法", "壬三办法")
    assert (problem.place.line, problem.column, problem.value) == (3, "E", "规章")
    assert "has 5 cells, but the header has 4: “,” stands within a cell" in problem.message


def test_a_column_without_a_header_may_have_cells():
    lines = ["文件名称,发文日期,", "甲办法,2019-1-1,乙", "丙办法,2019-1-2,"]
    assert len([*sheet_of(Upload("政策.csv", "\n".join(lines).encode())).rows()]) == 2


def test_a_fault_in_a_column_that_is_skipped_does_not_matter():
    def damage(workbook):
        workbook["政策"]["D2"].value = "#REF!"
        workbook["政策"]["D2"].data_type = "e"

    lines = [[*HEADER, "备注"], ["甲通知", None, "2016", "x"]]
    (row,) = sheet_of(Upload("政策.xlsx", xlsx_file(damage, 政策=lines))).rows()
    assert row.cells["issued"] == "2016"


def test_a_month_that_may_lack_its_zero_is_asked_about_for_each_record_and_remembered_for_it_alone():
    findings = Findings()
    file = policies(["甲通知", "", "2016.1"], ["乙通知", "甬政办发〔2016〕3号", "2016.1"], ["", "", "2016.1"])
    assert len([*sheet_of(file).rows(findings)]) == 3
    dates = [one for one in findings.questions.values() if one.kind == "date"]
    assert [(one.key, one.is_remembered) for one in dates] == [
        ("date:policies.issued:2016.1:甲通知", True),
        ("date:policies.issued:2016.1:甬政办发〔2016〕3号 乙通知", True),
        # A row without a title or number is known by its line, which another file has as well.
        ("date:policies.issued:2016.1:4", False),
    ]


def test_a_date_whose_parts_may_stand_in_another_order_is_asked_about_once_and_remembered():
    findings = Findings()
    assert [*sheet_of(policies(["甲通知", "", "9/8/2016"], ["乙通知", "", "9/8/2016"])).rows(findings)]
    question = findings.questions["date:policies.issued:9/8/2016"]
    assert (question.rows, question.is_remembered) == (2, True)


def test_a_date_is_asked_about_as_its_cell_shows_it():
    def show_two_places(workbook):
        workbook["政策"]["C2"].number_format = "0.00"

    lines = [HEADER, ["甲通知", None, 2016.1], ["乙通知", None, 2016.1]]
    file = Upload("政策.xlsx", xlsx_file(show_two_places, 政策=lines))
    findings = Findings()
    key = "date:policies.issued:number 2016.10:甲通知"
    rows = [*sheet_of(file, answers={key: "2016-10"}).rows(findings)]
    assert [question.text.partition("?")[0] for question in findings.questions.values()] == [
        "Which date is “2016.10” in the column “发文日期” of “甲通知”",
        "Which date is “2016.1” in the column “发文日期” of “乙通知”",
    ]
    assert [row.cells["issued"] for row in rows] == ["2016-10", None]


def test_a_date_typed_as_text_is_another_question_than_the_number_that_shows_the_same():
    lines = [HEADER, ["甲通知", None, 2016.1], ["甲通知", None, "2016.1"], ["甲通知", None, 2016.1]]
    findings, answers = (
        Findings(),
        {
            "date:policies.issued:number 2016.1:甲通知": "2016-10",
            "date:policies.issued:2016.1:甲通知": "2016-01",
        },
    )
    rows = [*sheet_of(Upload("政策.xlsx", xlsx_file(政策=lines)), answers=answers).rows(findings)]
    assert [row.cells["issued"] for row in rows] == ["2016-10", "2016-01", "2016-10"]
    number, typed = (findings.questions[key] for key in answers)
    assert (number.lines, number.rows, number.lines_shown) == ((2, 4), 2, "2, 4")
    assert "holds the number 2016.1" in number.text
    assert (typed.lines, typed.lines_shown) == ((3,), "")
    assert "number" not in typed.text


def test_each_column_of_dates_has_a_question_of_its_own():
    header = [*HEADER, "失效日期"]
    answers = {
        "date:policies.issued:2016.1:甲通知": "2016-01",
        "date:policies.effective_until:2016.1:甲通知": "2016-10",
    }
    findings = Findings()
    (row,) = sheet_of(policies(["甲通知", "", "2016.1", "2016.1"], header=header), answers=answers).rows(
        findings
    )
    assert [question.key for question in findings.questions.values()][:2] == [*answers]
    assert (row.cells["issued"], row.cells["effective_until"]) == ("2016-01", "2016-10")


def test_a_cell_that_is_as_the_one_above_belongs_to_the_question_of_that_one():
    def show_two_places(workbook):
        sheet = workbook["政策"]
        sheet["C2"].number_format = "0.00"
        sheet.merge_cells("C2:C3")

    lines = [HEADER, ["甲通知", None, 2016.1], ["乙通知", None, None], ["丙通知", None, "同上"]]
    file = Upload("政策.xlsx", xlsx_file(show_two_places, 政策=lines))
    findings, key = Findings(), "date:policies.issued:number 2016.10:甲通知"
    rows = [*sheet_of(file, answers={key: "2016-10"}).rows(findings)]
    assert [row.cells["issued"] for row in rows] == ["2016-10"] * 3
    assert [*findings.questions] == [key]
    assert findings.questions[key].lines_shown == "2–4"


@pytest.mark.parametrize("header", ["AU", "CY", "B"])
def test_a_header_may_look_like_the_letters_of_a_column(header):
    sheet = sheet_of(table([*HEADER], ["甲通知", "", "2016"]))
    columns = (ColumnMapping("title", (header,)), ColumnMapping("issued", ("发文日期",)))
    mapped = SheetMapping("policies", header=(header, "", "发文日期"), columns=columns)
    file = table([header, "", "发文日期"], ["甲通知", "", "2016"])
    (grid,), _reading = read_grids([file])
    (row,) = MappedSheet(grid, mapped, HeaderLines(1, 1, [*mapped.header]), sheet.mapping, {}).rows()
    assert (row.cells["title"], row.cells["issued"]) == ("甲通知", "2016")


def test_an_empty_cell_of_the_type_is_read_from_the_title():
    findings, header = Findings(), [*HEADER, "文种"]
    file = policies(
        ["关于甲的通知", "", "2016", ""],
        ["乙建设方案", "", "2016", "—"],
        ["关于丙的通知", "", "2016", "意见"],
        header=header,
    )
    answers = {"document-type:方案": "other"}
    found = [row.cells["document_type"] for row in sheet_of(file, answers=answers).rows(findings)]
    assert found == ["notice", "other", "意见"]
    assert findings.types == 1


def test_a_title_that_cannot_be_read_is_one_fault_and_its_type_no_other():
    def damage(workbook):
        workbook["政策"]["A2"].value = "#REF!"
        workbook["政策"]["A2"].data_type = "e"

    file = Upload("政策.xlsx", xlsx_file(damage, 政策=[HEADER, ["x", None, "2016"]]))
    _problem, row = sheet_of(file).rows()
    assert row.unread == {"title", "document_type"}


def test_a_line_end_in_a_title_is_none_between_words_in_chinese():
    lines = [HEADER, ["甲管理办法\n（试行）", None, "2016"], ["Smart\nCity 通知", None, "2016"]]
    found = [*sheet_of(Upload("政策.xlsx", xlsx_file(政策=lines))).rows()]
    assert [row.cells["title"] for row in found] == ["甲管理办法（试行）", "Smart\nCity 通知"]


def test_a_title_that_ends_as_that_of_a_provisional_document_says_so_unless_the_sheet_does():
    findings, header = Findings(), [*HEADER, "是否暂行"]
    rows = [
        ["甲办法（试行）", "", "", ""],
        ["乙办法（试行）", "", "", "否"],
        ["关于废止丙试行办法的决定", "", "", ""],
    ]
    found = [row.cells.get("provisional") for row in sheet_of(policies(*rows, header=header)).rows(findings)]
    assert found == ["true", "否", None]
    assert findings.provisional == 1


def test_a_choice_without_an_answer_is_no_value():
    header, findings = [*HEADER, "文种"], Findings()
    (row,) = sheet_of(policies(["甲", "", "2016", "通知书"], header=header)).rows(findings)
    assert row.asked == {"document_type"}
    (row,) = sheet_of(policies(["甲建设方案", "", "2016"])).rows(findings)
    assert row.asked == {"document_type"}


def test_the_type_of_a_title_whose_ending_tells_none_is_asked_about_for_it_alone():
    findings = Findings()
    titles = ["甲建设方案", "乙建设方案", "建设智慧城市", "发展智慧城市"]
    assert len([*sheet_of(policies(*([title, "", "2016"] for title in titles))).rows(findings)]) == 4
    asked = {one.key: (one.rows, one.text) for one in findings.questions.values()}
    assert asked["document-type:方案"][0] == 2
    assert asked["document-type:发展智慧城市"] == (1, "Which type of document is “发展智慧城市”?")
    assert len(asked) == 3


def struck_sheet(answers=None):
    """A sheet with a row that is struck through, and one below it that is as it is."""

    def strike(workbook):
        for cell in workbook["政策"][3]:
            cell.font = Font(strike=True)

    rows = [HEADER, ["甲通知", None, "2016-01"], ["乙通知", None, "2017-02"], ["丙通知", None, "同上"]]
    return sheet_of(Upload("政策.xlsx", xlsx_file(strike, 政策=rows)), answers=answers)


@pytest.mark.parametrize(
    ("answers", "titles", "left_out"),
    [
        ({}, ["甲通知", "丙通知"], []),
        ({"struck:policies:": "leave-out"}, ["甲通知", "丙通知"], [3]),
        ({"struck:policies:": "take"}, ["甲通知", "乙通知", "丙通知"], []),
    ],
)
def test_whether_rows_that_are_struck_through_are_read_is_asked(answers, titles, left_out):
    findings = Findings()
    rows = [*struck_sheet(answers).rows(findings)]
    assert [row.cells["title"] for row in rows] == titles
    assert rows[-1].cells["issued"] == "2017-02"
    question = findings.questions["struck:policies:"]
    assert (question.lines, question.is_remembered, bool(question.answer)) == ((3,), True, bool(answers))
    assert findings.struck_out == left_out
