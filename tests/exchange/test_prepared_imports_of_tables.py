"""Uploads of tables of other offices: proposed, mapped, answered, imported, and remembered for the next of their shape."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from tests import factories as make
from tests.foreign_tables import HEADER, case, policies, table
from tests.prepared_tables import OPTIONS, prepared_of, prepared_of_next, set_answers
from timeline.editing.revisions import record_revision
from timeline.exchange import prepared_imports
from timeline.exchange.importing.undo import undo
from timeline.exchange.mapping.mapping import ColumnMapping, Mapping, MappingError, SheetMapping
from timeline.exchange.prepared_imports import (
    carry_out,
    mapping_of,
    prepare,
    proposal_of,
    questions,
    remembered_mapping,
    store_preview,
)
from timeline.models import ImportMapping, Policy, PreparedImport, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

UNCLEAR = policies(["智慧健康建设方案", "", "2016.1"])
MONTH = "date:policies.issued:2016.1:智慧健康建设方案"


def set_mapping(prepared, mapping):
    prepared_imports.set_mapping(prepared, mapping)
    store_preview(prepared)


def problems_of(prepared):
    return [str(problem.message) for problem in prepared_imports.problems(prepared)]


def test_a_file_of_the_chronicle_needs_no_mapping():
    prepared = prepared_of(table(["slug", "title"], ["a", "甲"], name="milestones.csv"))
    assert mapping_of(prepared) is None
    assert proposal_of(prepared) is None
    assert questions(prepared) == []


def test_another_table_is_read_as_proposed():
    prepared = prepared_of(policies(["关于甲的通知", "", "2016"]))
    assert mapping_of(prepared) == proposal_of(prepared).mapping
    assert prepared.outcome["counts"]["policies"] == {"new": 1}


def test_another_mapping_has_another_preview():
    prepared = prepared_of(policies(["甲", "", "2016"]))
    (sheet,) = mapping_of(prepared).sheets
    columns = (ColumnMapping("title", ("文件名称",)), ColumnMapping("date", ("发文日期",)))
    mapping = Mapping((replace(sheet, table="milestones", columns=columns),))
    set_mapping(prepared, mapping)
    assert mapping_of(PreparedImport.objects.get()) == mapping
    assert PreparedImport.objects.get().outcome["counts"]["milestones"] == {"new": 1}


def test_a_mapping_that_fits_no_table_is_refused_and_not_stored():
    prepared = prepared_of(policies(["甲通知", "", "2016"]))
    with pytest.raises(MappingError):
        set_mapping(prepared, Mapping((SheetMapping("nothing"),)))
    assert mapping_of(PreparedImport.objects.get()).sheets[0].table == "policies"


def test_what_the_file_leaves_open_is_asked_and_no_problem_besides():
    prepared = prepared_of(UNCLEAR)
    assert [question.key for question in questions(prepared)] == [
        MONTH,
        "document-type:方案",
    ]
    assert problems_of(prepared) == []
    assert prepared.outcome["questions"] == {"open": 2, "proposed": 0, "answered": 0}


def test_answers_are_kept_and_added_to():
    prepared = prepared_of(UNCLEAR)
    set_answers(prepared, {MONTH: "2016-10"})
    set_answers(prepared, {"document-type:方案": "other"})
    prepared = PreparedImport.objects.get()
    assert [question.answer for question in questions(prepared)] == ["2016-10", "other"]
    assert prepared.outcome["problems"] == []


def test_it_is_imported_once_all_is_answered():
    prepared = prepared_of(UNCLEAR)
    set_answers(prepared, {MONTH: "2016-10", "document-type:方案": "other"})
    carry_out(PreparedImport.objects.get())
    assert str(Policy.objects.get().issued) == "2016-10"


def test_the_error_workbook_lists_what_is_asked_as_well():
    prepared = prepared_of(
        policies(["智慧健康建设方案", "", "2016.1"], [f"关于{'甲' * 400}的通知", "", "2016"])
    )
    assert len(problems_of(prepared)) == 1
    listing = load_workbook(io.BytesIO(prepared_imports.error_workbook(prepared))).worksheets[0]
    rows = [[row[2], row[5]] for row in listing.iter_rows(min_row=2, values_only=True)]
    asked = [["2", question.text] for question in questions(prepared)]
    assert [row for row in rows if row in asked] == asked
    assert len(rows) == 3


def record_question(prepared):
    return next(one for one in questions(prepared) if one.kind in ("record", "twins"))


@pytest.mark.parametrize("years", [("2016-10-12",), ("2016-01-09", "2016-10-12"), ("2016",)])
def test_the_answer_which_record_a_row_is_stays_when_its_date_is_answered_after_it(years):
    for number, date in enumerate(years):
        make.make_policy(slug=f"plan-{number}", title="智慧健康建设方案", issued=date)
    prepared = prepared_of(UNCLEAR)
    key = record_question(prepared).key
    set_answers(prepared, {key: f"record/plan-{len(years) - 1}", MONTH: "2016-10"})
    question = record_question(prepared)
    assert (question.key, question.is_answered) == (key, True)
    set_answers(prepared, {MONTH: "2016"})
    assert record_question(prepared).is_answered


def test_the_answer_about_rows_of_one_title_stays_when_their_date_is_answered_after_it():
    title, number = "智慧健康建设方案", "甬政发〔2016〕9号"
    prepared = prepared_of(policies([title, number, "2016.1"], [title, number, "2016.1"]))
    key = record_question(prepared).key
    dates = [one.key for one in questions(prepared) if one.kind == "date"]
    set_answers(prepared, {key: "leave-out", **dict.fromkeys(dates, "2016-10")})
    question = record_question(prepared)
    assert (question.key, question.is_answered) == (key, True)


def imported(file, answers, by):
    prepared = prepared_of(file, by)
    set_answers(prepared, answers)
    carry_out(prepared)
    return prepared


def test_the_mapping_is_remembered_with_the_answers_that_hold_for_the_next_file():
    by = make.make_user()
    prepared = imported(UNCLEAR, {MONTH: "2016-10", "document-type:方案": "other"}, by)
    stored = ImportMapping.objects.get()
    assert (stored.name, stored.created_by) == (UNCLEAR.name, by)
    assert Mapping.from_plain(stored.mapping).answers == {
        MONTH: "2016-10",
        "document-type:方案": "other",
    }
    assert remembered_mapping(mapping_of(prepared)) == stored


def test_the_title_of_a_file_is_not_that_of_the_next():
    prepared = prepared_of(policies(["甲通知", "", "2016"]))
    set_mapping(prepared, replace(mapping_of(prepared), source_title="2016年汇总"))
    carry_out(prepared)
    assert Source.objects.get().title == "2016年汇总"
    assert Mapping.from_plain(ImportMapping.objects.get().mapping).source_title == ""


@pytest.mark.parametrize(
    ("column", "text", "answer"),
    [
        ("发文日期", "2015年春节前后", "2015（2015年春节前后）"),
        ("发文日期", "尚待核实", "empty"),
        ("施行日期", "自2022年9月1日起施行，有效期5年", "2022-09-01"),
        ("文号", "甬政发〔2020〕1号、甬政办发〔2020〕12号", "甬政发〔2020〕1号"),
    ],
)
def test_the_same_words_of_a_cell_are_not_asked_about_again_in_the_next_file(column, text, answer):
    header = ["文件名称", "文号", "发文日期", "施行日期"]

    def lines(*titles):
        rows = ([title, *(text if name == column else "" for name in header[1:])] for title in titles)
        return policies(*rows, header=header)

    prepared = prepared_of(lines("关于甲的通知"))
    (question,) = questions(prepared)
    set_answers(prepared, {question.key: answer})
    assert carry_out(prepared) is not None
    prepared = prepared_of(lines("关于甲的通知", "关于乙的通知"))
    (again,) = (one for one in questions(prepared) if one.key == question.key)
    assert (again.answer, again.is_answered, again.rows) == (answer, True, 2)


def test_a_date_that_each_row_counts_by_itself_is_remembered_for_its_record_alone():
    prepared = prepared_of(policies(["关于甲的通知", "", "年底"]))
    (question,) = questions(prepared)
    set_answers(prepared, {question.key: "2015-12"})
    assert carry_out(prepared) is not None
    prepared = prepared_of(policies(["关于甲的通知", "", "年底"], ["关于乙的通知", "", "年底"]))
    dates = [one for one in questions(prepared) if one.kind == "date"]
    assert [(one.answer, one.is_answered) for one in dates] == [("2015-12", True), ("", False)]


def test_nothing_is_remembered_of_a_file_that_was_not_imported():
    prepared_of(UNCLEAR)
    assert not ImportMapping.objects.exists()


def test_the_next_file_of_the_shape_is_read_so():
    by = make.make_user()
    imported(UNCLEAR, {MONTH: "2016-10", "document-type:方案": "other"}, by)
    prepared = prepared_of(table(["今年"], HEADER, ["智慧物流建设方案", "", "2017"], name="2017.csv"))
    assert proposal_of(prepared).remembered is not None
    assert [question.answer for question in questions(prepared)] == ["other"]
    assert proposal_of(prepared, anew=True).remembered is None


def test_a_month_is_asked_about_again_for_other_records_by_whomever_and_not_for_the_same():
    imported(UNCLEAR, {MONTH: "2016-10", "document-type:方案": "other"}, make.make_user())
    prepared = prepared_of(policies(["智慧物流建设方案", "", "2016.1"], ["智慧健康建设方案", "", "2016.1"]))
    found = {question.key: question.answer for question in questions(prepared) if question.kind == "date"}
    assert found == {"date:policies.issued:2016.1:智慧物流建设方案": "", MONTH: "2016-10"}


def test_the_newest_mapping_of_a_shape_is_remembered():
    by = make.make_user()
    prepared = prepared_of(policies(["甲通知", "", "2016"]), by)
    carry_out(prepared)
    prepared = prepared_of_next(policies(["乙通知", "", "2017"]), by)
    mapping = replace(mapping_of(prepared), reads_dittos=False)
    set_mapping(prepared, mapping)
    carry_out(prepared)
    assert Mapping.from_plain(ImportMapping.objects.get().mapping).reads_dittos is False


def test_the_workbook_of_faults_has_the_sheet_of_the_table():
    prepared = prepared_of(table(["今年"], HEADER, ["甲通知", "", "2016年13月"]))
    assert prepared.outcome["can_be_mended"]
    assert prepared_imports.error_workbook(prepared)


def test_the_table_of_a_government_is_asked_about_and_has_no_other_problem():
    file = case("70")
    store_preview(prepare(file.name, file.read_bytes(), OPTIONS, by=make.make_user()))
    prepared = PreparedImport.objects.get()
    assert problems_of(prepared) == []
    assert {question.key for question in questions(prepared)} >= {
        "date:policies.issued:number 2016.10:甬政办发〔2016〕158号 宁波市智慧城市发展十三五规划",
        "date:policies.issued:2012.20",
    }


def test_records_of_the_former_file_that_the_next_one_lacks_are_told_and_stay():
    rows = [["关于甲的通知", "甬政发〔2016〕1号", "2016"], ["关于乙的通知", "甬政发〔2016〕2号", "2016"]]
    new = ["关于丙的通知", "甬政发〔2017〕1号", "2017"]
    first = prepared_of(policies(*rows))
    assert first.outcome["missing"] == {}
    carry_out(first)
    prepared = prepared_of_next(policies(rows[1], new))
    left = Policy.objects.get(title="关于甲的通知")
    missing = prepared.outcome["missing"]
    assert (missing["count"], missing["named"]) == (1, [["policies", left.slug]])
    assert (missing["file"], missing["source"]) == ("政策文件汇总表.csv", "")
    carry_out(prepared)
    assert Policy.objects.count() == 3
    # What counts is the last file.
    prepared = prepared_of_next(policies(rows[0], new))
    assert [slug for _table, slug in prepared.outcome["missing"]["named"]] == [
        Policy.objects.get(title="关于乙的通知").slug
    ]


def test_after_an_undo_the_import_before_it_is_the_former_file():
    rows = [["关于甲的通知", "甬政发〔2016〕1号", "2016"], ["关于乙的通知", "甬政发〔2016〕2号", "2016"]]
    carry_out(prepared_of(policies(*rows)))
    new = ["关于丙的通知", "甬政发〔2017〕1号", "2017"]
    batch = carry_out(prepared_of_next(policies(rows[1], new)))
    kept = Policy.objects.get(title="关于丙的通知")
    kept.title = "关于丙的通知（改）"
    kept.save()
    record_revision(kept, by=make.make_user())
    undo(batch, by=make.make_user())
    next_one = ["关于丁的通知", "甬政发〔2018〕1号", "2018"]
    missing = prepared_of_next(policies(rows[1], next_one)).outcome["missing"]
    assert missing["named"] == [["policies", Policy.objects.get(title="关于甲的通知").slug]]


def test_what_a_corrected_table_lacks_is_told_of_its_own_former_version_and_not_of_the_last_file():
    rows = [["关于甲的通知", "甬政发〔2016〕1号", "2016"], ["关于乙的通知", "甬政发〔2016〕2号", "2016"]]
    carry_out(prepared_of(policies(*rows)))
    source, left = Source.objects.get(), Policy.objects.get(title="关于甲的通知")
    carry_out(prepared_of(table(HEADER, ["关于丙的通知", "甬政发〔2017〕1号", "2017"], name="2017.csv")))
    prepared = prepared_of(policies(rows[1]))
    (question,) = [each for each in questions(prepared) if each.key.startswith("record/sources")]
    set_answers(prepared, {question.key: f"record/{source.slug}"})
    missing = PreparedImport.objects.get(pk=prepared.pk).outcome["missing"]
    assert (missing["count"], missing["named"]) == (1, [["policies", left.slug]])
    assert (missing["source"], missing["places"]) == (source.title, {left.slug: ["第2行"]})


def test_rows_that_wait_for_an_answer_are_counted_apart_with_their_citations():
    for date in ("2016-03", "2016-10"):
        make.make_policy(title="关于丁的通知", issued=date)
    rows = ["关于丁的通知", "", "2016"], ["关于甲的通知", "", "2016"], ["关于乙的通知", "", "2016.1"]
    prepared = prepared_of(policies(*rows))
    assert [one.kind for one in questions(prepared) if not one.answer] == ["date", "record"]
    counts = prepared.outcome["counts"]
    assert (counts["policies"], counts["citations"]) == ({"open": 2, "new": 1}, {"open": 2, "new": 1})
    assert prepared.outcome["totals"]["open"] == 4
