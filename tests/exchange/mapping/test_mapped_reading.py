"""Reading by a mapping: rows, what stands for something else, what is asked, and what is left out and said."""

from dataclasses import replace

import pytest

from tests.files import xlsx_file
from tests.foreign_tables import HEADER, case, import_proposed, policies, proposed, table, texts
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.mapping.mapped_reading import check, read_mapped
from timeline.exchange.mapping.mapping import ColumnMapping, Mapping, MappingError, SheetMapping, SkippedSheet
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileRow
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NUMBER = "甬政发〔2016〕1号"


def read(*files, answers=None, columns=(), **changes):
    """Read files as proposed, with further columns and changes to the mapping."""
    mapping = replace(proposed(*files).mapping, **changes)
    if columns:
        (sheet,) = mapping.sheets
        mapping = replace(mapping, sheets=(replace(sheet, columns=(*sheet.columns, *columns)),))
    return read_mapped(files, None, mapping, answers or {})


def rows_of(reading, name="policies"):
    found = [row for sheet in reading.sheets if sheet.table.name == name for row in sheet]
    assert all(isinstance(row, FileRow) for row in found)
    return found


def cells(*files, **options):
    return [row.cells for row in rows_of(read(*files, **options))]


def test_rows_have_the_columns_of_the_table_and_the_lines_of_the_file():
    (row,) = rows_of(read(table(["二〇一六年的文件"], HEADER, ["关于甲的通知", NUMBER, "2016年1月"])))
    assert row.cells["title"] == "关于甲的通知"
    assert row.cells["issued"] == "2016年1月"
    assert (row.place.row, row.place.line) == (1, 3)


def test_placeholders_are_empty_cells_and_counted():
    reading = read(policies(["甲通知", "—", "/"], ["乙通知", "—", "2016"]))
    assert [row.cells["document_number"] for row in rows_of(reading)] == [None, None]
    assert "2 cells with — were read as empty." in " ".join(texts(reading.notices))


def test_words_for_no_number_are_empty_cells_of_its_column_alone():
    reading = read(policies(["不详", "未编号", "2016"], ["乙通知", "无文号", "不详"]))
    assert [row.cells["title"] for row in rows_of(reading)] == ["不详", "乙通知"]
    assert [row.cells["document_number"] for row in rows_of(reading)] == [None, None]
    assert [row.cells["issued"] for row in rows_of(reading)] == ["2016", None]
    assert "1 cell with 未编号 was read as empty." in " ".join(texts(reading.notices))


def test_placeholders_can_be_taken_as_they_are():
    reading = read(policies(["甲通知", "—", "2016"]), reads_placeholders=False)
    assert [one.subject for one in reading.questions] == ["—"]


def test_a_ditto_is_the_cell_above():
    reading = read(policies(["甲通知", "", "2016"], ["乙通知", "", "同上"], ["丙通知", "", "〃"]))
    assert [row.cells["issued"] for row in rows_of(reading)] == ["2016", "2016", "2016"]
    assert "2 cells were read as those above them." in " ".join(texts(reading.notices))


def test_a_ditto_below_an_empty_cell_is_a_problem_with_its_header():
    (problem,) = import_proposed(policies(["甲通知", "", ""], ["乙通知", "", "同上"])).problems
    assert (problem.column, problem.value, problem.place.line) == ("发文日期", "同上", 3)


def test_dittos_can_be_taken_as_they_are():
    reading = read(policies(["甲通知", "", "2016"], ["乙通知", "", "同上"]), reads_dittos=False)
    assert [one.subject for one in reading.questions] == ["同上"]


def merged(ranges="C2:C3"):
    def merge(workbook):
        workbook["政策"].merge_cells(ranges)

    lines = [HEADER, ["甲通知", None, "2016"], ["乙通知", None, None]]
    return Upload("政策.xlsx", xlsx_file(merge, 政策=lines))


def test_a_merged_cell_is_each_of_its_cells():
    reading = read(merged())
    assert [row.cells["issued"] for row in rows_of(reading)] == ["2016", "2016"]
    assert "1 cell within merged ones was read as their first." in " ".join(texts(reading.notices))


def test_a_cell_merged_over_several_columns_is_that_of_the_first():
    (first, _second) = cells(merged("A2:B2"))
    assert (first["title"], first["document_number"]) == ("甲通知", None)


def test_merged_cells_can_be_left_empty():
    assert [row["issued"] for row in cells(merged(), fills_merged=False)] == ["2016", None]


def test_columns_are_put_together_and_empty_cells_get_a_default():
    file = policies(["甲", "关于乙的通知"], ["", "关于丙的通知"], header=["前", "后"])
    sheet = SheetMapping(
        "policies",
        header=("前", "后"),
        columns=(ColumnMapping("title", ("前", "后"), "："), ColumnMapping("issued", (), default="2016")),
    )
    found = rows_of(read_mapped([file], None, Mapping((sheet,)), {}))
    assert [row.cells["title"] for row in found] == ["甲：关于乙的通知", "关于丙的通知"]
    assert {row.cells["issued"] for row in found} == {"2016"}


def test_a_column_is_named_by_its_letter():
    (row,) = cells(
        policies(["甲通知", NUMBER, "2016", "甲的摘要"]), columns=[ColumnMapping("summary", ("D",))]
    )
    assert row["summary"] == "甲的摘要"


def test_what_is_left_out_is_said():
    file = table(
        ["二〇一六年的文件"],
        ["序号", *HEADER, "备注"],
        ["1", "甲通知", "", "2016", "联合发文"],
        ["注：略"],
        name="政策.csv",
    )
    assert texts(notice.message for notice in read(file).notices) == [
        "These columns were left out: 序号, 备注.",
        "Lines above the header were left out: 1.",
        "Lines that are no rows were left out: 4.",
        "The type of 1 document was read from its title.",
    ]


def test_columns_without_a_header_that_are_left_out_are_named_by_their_letters():
    file = table([*HEADER, "", ""], ["甲通知", "", "2016", "", "联合发文"], name="政策.csv")
    (message, *_others) = texts(notice.message for notice in read(file).notices)
    assert message == "These columns were left out: E."


def test_columns_below_a_group_are_named_with_it():
    header = [["文件", "", "办理", ""], ["标题", "文号", "人员", "份数"]]
    (message, *_others) = texts(
        notice.message for notice in read(table(*header, ["甲通知", "", "张三", "2"])).notices
    )
    assert message == "These columns were left out: 办理 / 人员, 办理 / 份数."


def test_a_sheet_without_a_mapping_is_left_out_and_named():
    file = Upload("政策.xlsx", xlsx_file(政策=[HEADER, ["甲通知"]], 说明=[["请勿改动"]]))
    assert "政策.xlsx/说明: The sheet was left out." in texts(read(file).notices)


def test_the_last_line_can_be_chosen():
    file = policies(["甲通知"], ["乙通知"], ["丙通知"])
    mapping = proposed(file).mapping
    mapping = replace(mapping, sheets=(replace(mapping.sheets[0], last_line=3),))
    assert [row.cells["title"] for row in rows_of(read_mapped([file], None, mapping, {}))] == [
        "甲通知",
        "乙通知",
    ]


# --- questions


def test_a_month_that_may_be_two_is_asked_about_for_each_row():
    file = policies(["甲通知", "", "2016.1"], ["乙通知", "", "2016.1"])
    questions = read(file).questions
    assert [question.text for question in questions] == [
        "Which date is “2016.1” in the column “发文日期” of “甲通知”?",
        "Which date is “2016.1” in the column “发文日期” of “乙通知”?",
    ]
    assert [choice.value for choice in questions[0].choices][:2] == ["2016-01", "2016-10"]
    found = cells(file, answers={questions[0].key: "2016-01", questions[1].key: "2016-10"})
    assert [row["issued"] for row in found] == ["2016-01", "2016-10"]


def test_a_question_of_several_sheets_counts_the_rows_of_all():
    lines = [HEADER, ["关于甲的通知", None, "9/8/2016"], ["关于乙的通知", None, "9/8/2016"]]
    more = [HEADER, ["关于丙的通知", None, "9/8/2016"]]
    file = Upload("汇总.xlsx", xlsx_file(**{"政策2016": lines, "政策2017": more}))
    (question,) = (one for one in read(file).questions if one.kind == "date")
    assert (question.rows, question.lines) == (3, (2, 3))


def test_a_sheet_that_is_skipped_is_not_read_though_it_has_the_header_of_another():
    file = Upload("汇总.xlsx", xlsx_file(正式=[HEADER, ["关于甲的通知"]], 草稿=[HEADER, ["关于乙的通知"]]))
    mapping = proposed(file).mapping
    (sheet,) = (one for one in mapping.sheets if one.sheet == "正式")
    mapping = replace(mapping, sheets=(sheet,), skipped=(SkippedSheet("草稿", HEADER),), source="")
    reading = read_mapped([file], None, mapping, {})
    assert [row.cells["title"] for row in rows_of(reading)] == ["关于甲的通知"]
    assert "The sheet was left out." in " ".join(texts(reading.notices))


def test_nothing_is_imported_while_a_question_has_no_answer():
    report = import_proposed(policies(["甲通知", "", "2016.1"]))
    assert [problem.message for problem in report.problems] == [
        "Which date is “2016.1” in the column “发文日期” of “甲通知”?"
    ]
    assert not Policy.objects.exists()


def test_the_answer_is_the_date():
    (row,) = cells(
        policies(["甲通知", "", "2016.1"]), answers={"date:policies.issued:2016.1:甲通知": "2016-10"}
    )
    assert row["issued"] == "2016-10"


def test_an_answer_that_is_no_choice_counts_for_nothing():
    report = import_proposed(
        policies(["甲通知", "", "2016.1"]), answers={"date:policies.issued:2016.1:甲通知": "2016-13"}
    )
    assert len(report.problems) == 1


def test_the_type_that_a_title_does_not_say_is_asked_for_all_titles_with_its_ending():
    file = policies(["智慧健康建设方案"], ["智慧物流发展方案"], ["关于丙的通知"])
    (question,) = read(file).questions
    assert (question.key, question.rows, question.is_remembered) == ("document-type:方案", 2, True)
    found = cells(file, answers={"document-type:方案": "other"})
    assert [row["document_type"] for row in found] == ["other", "other", "notice"]


def test_answers_that_the_mapping_remembers_count():
    (row,) = cells(policies(["甲通知", "", "2016.1"]), answers={}, columns=[])
    assert row["issued"] is None
    mapping = replace(
        proposed(policies(["甲通知"])).mapping, answers={"date:policies.issued:2016.1:甲通知": "2016-01"}
    )
    found = rows_of(read_mapped([policies(["甲通知", "", "2016.1"])], None, mapping, {}))
    assert found[0].cells["issued"] == "2016-01"


# --- what no file can be read by


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        (SheetMapping("policy"), "There is no table “policy” .perhaps “policies” is meant"),
        (SheetMapping("policies", columns=(ColumnMapping("titel"),)), "no column “titel” .perhaps “title”"),
        (SheetMapping("policies", columns=(ColumnMapping("title"), ColumnMapping("title"))), "mapped twice"),
    ],
)
def test_a_mapping_that_fits_no_table_is_refused(sheet, message):
    with pytest.raises(MappingError, match=message):
        check(Mapping((sheet,)))


def test_a_file_without_the_header_is_refused():
    mapping = proposed(policies(["甲通知"])).mapping
    (problem,) = import_files([table(["甲", "乙", "丙", "丁"])], mapping=mapping).problems
    assert problem.message.startswith("The header of the mapping does not stand in this sheet: 文件名称")


def test_a_header_that_the_mapping_invents_is_a_problem():
    mapping = proposed(policies(["甲通知"])).mapping
    columns = (*mapping.sheets[0].columns, ColumnMapping("summary", ("摘要",)))
    mapping = replace(mapping, sheets=(replace(mapping.sheets[0], columns=columns),))
    (problem,) = import_files([policies(["甲通知"])], mapping=mapping).problems
    assert problem.column == "摘要"


def test_a_file_with_no_place_for_columns_is_refused():
    (problem,) = import_files([Upload("政策.yaml", b"- {slug: a}")], mapping=Mapping()).problems
    assert "no columns to be mapped" in problem.message


# --- the files of the cases


@pytest.mark.parametrize(("number", "count"), [("19", 2), ("32", 1), ("73", 1), ("74", 1)])
def test_the_tables_of_the_cases_go_in_as_proposed(number, count):
    assert texts(import_proposed(case(number)).problems) == []
    assert Policy.objects.count() == count


def test_the_table_of_a_government_goes_in_as_proposed_with_answers():
    first = import_proposed(case("70"), _dry_run=True)
    answers = {
        "date:policies.issued:number 2016.10:甬政办发〔2016〕158号 宁波市智慧城市发展十三五规划": "2016-01",
        "date:policies.issued:2012.20": "2012-02",
        "document-type:方案": "other",
    }
    answers |= {question.key: "create" for question in first.questions if question.key.startswith("name/")}
    report = import_proposed(case("70"), answers=answers)
    assert texts(report.problems) == []
    assert Policy.objects.count() == 12
    policy = Policy.objects.get(document_number="甬政办发〔2014〕200号")
    assert policy.document_type == "notice"
    assert str(policy.issued) == "2014-11-03"
    last = Policy.objects.get(document_number="甬政办发〔2010〕255号")
    assert [issuer.title for issuer in last.issuers.all()] == ["市政府办公厅"]


def test_the_same_table_again_changes_nothing():
    answers = {f"date:policies.issued:2016.1:{NUMBER} 关于甲的通知": "2016-01"}
    file = policies(["关于甲的通知", NUMBER, "2016.1"])
    import_proposed(file, answers=answers)
    report = import_proposed(file, answers=answers)
    assert texts(report.problems) == []
    assert report.counts["policies"] == {"unchanged": 1}


def test_the_table_of_next_year_updates_what_is_there_and_adds_the_rest():
    import_proposed(policies(["关于甲的通知", NUMBER, "2016"], ["关于乙的通知", "甬政发〔2016〕2号", "2016"]))
    report = import_proposed(
        table(
            ["今年的汇总表"],
            HEADER,
            ["关于甲的通知", NUMBER, "2016-03"],
            ["关于乙的通知", "甬政发〔2016〕2号", "2016"],
            ["关于丙的通知", "甬政发〔2017〕1号", "2017"],
            name="今年的汇总表.csv",
        )
    )
    assert texts(report.problems) == []
    assert report.counts["policies"] == {"changed": 1, "unchanged": 1, "new": 1}
    assert str(Policy.objects.get(document_number=NUMBER).issued) == "2016-03"


def test_an_error_names_the_header_of_the_file():
    (problem,) = import_proposed(policies([f"关于{'甲' * 400}的通知", "", "2016"])).problems
    assert (problem.column, problem.place.line) == ("文件名称", 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [("43739", "1 October 2019"), ("2019-10-01 / 2019-11-01", "2019"), ("2018-3-5起", "2018")],
)
def test_a_date_that_hardly_looks_like_what_it_was_read_as_is_told(text, words):
    notices = [str(notice) for notice in read(policies(["甲通知", "", text])).notices]
    (told,) = [notice for notice in notices if "was read as" in notice and text in notice]
    assert words in told
    assert "line 2" in told


@pytest.mark.parametrize("text", ["2019-10-01", "2019年10月", "2019"])
def test_a_usual_date_is_not_told(text):
    assert not [one for one in read(policies(["甲通知", "", text])).notices if f"“{text}”" in str(one)]
