"""Cells that leave open what they mean: replaced by the answers, or asked about."""

import pytest

from tests.factories import make_area, make_chronicle
from tests.foreign_tables import import_proposed, policies, table, texts
from timeline.exchange.mapping.cell_values import takes_typed_value
from timeline.models import Milestone, PilotDesignation, Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PILOTS = ("试点名称", "公布时间", "批次", "试点区县")
MILESTONES = ("事件", "时间")


@pytest.fixture(autouse=True)
def chronicle():
    make_chronicle(city="宁波")


def milestones(*rows):
    return table(MILESTONES, *rows, name="大事记.csv")


def asked(report, kind):
    return [one for one in report.questions if one.kind == kind]


def test_a_date_that_cannot_be_read_is_a_question_that_says_what_would_be_right():
    report = import_proposed(milestones(("甲平台上线", "年底"), ("乙平台上线", "2016年3月")))
    (question,) = asked(report, "date")
    assert texts(report.problems) == [str(question.problem)]
    assert question.text.startswith(
        "Which date is “年底” in the column “时间” of “甲平台上线”? “年底” has no year."
    )
    assert (question.place.line, question.problem.column) == (2, "时间")
    assert [one.value for one in question.choices] == ["empty"]
    assert not Milestone.objects.exists()


def test_a_typed_date_is_that_of_the_record():
    file = milestones(("甲平台上线", "年底"))
    (question,) = import_proposed(file).questions
    report = import_proposed(file, answers={question.key: "2016（2016年底）"})
    assert texts(report.problems) == []
    assert str(Milestone.objects.get().date) == "2016（2016年底）"


def test_a_cell_that_is_left_empty_is_named():
    file = milestones(("甲平台上线", "年底"))
    (question,) = import_proposed(file).questions
    report = import_proposed(file, answers={question.key: "empty"})
    assert texts(report.problems) == []
    assert Milestone.objects.get().date is None
    (told,) = [notice for notice in texts(report.notices) if "left out, as it was answered" in notice]
    assert told.startswith("大事记.csv, row 1 (line 2): “年底” in the column “时间”")


def test_what_lacks_its_year_is_asked_for_each_record_and_other_texts_once():
    report = import_proposed(milestones(("甲", "年底"), ("乙", "年底"), ("丙", "筹备中"), ("丁", "筹备中")))
    assert sorted((one.subject, one.rows) for one in asked(report, "date")) == [
        ("年底", 1),
        ("年底", 1),
        ("筹备中", 2),
    ]


def test_a_batch_with_its_year_is_read_as_its_number():

    make_area(title="海曙区")
    file = table(PILOTS, ("智慧城市试点", "2021-03", "第二批（2021年）", "海曙区"), name="试点.csv")
    (question,) = asked(import_proposed(file), "value")
    assert question.answer == "2"
    assert PilotDesignation.objects.get().batch == 2


def test_one_of_two_document_numbers_is_chosen():
    file = policies(("关于甲的通知", "甬政发〔2020〕1号\n甬政办发〔2020〕12号", "2020"))
    (question,) = asked(import_proposed(file), "value")
    assert not Policy.objects.exists()
    report = import_proposed(file, answers={question.key: "甬政办发〔2020〕12号"})
    assert texts(report.problems) == []
    assert str(Policy.objects.get().document_number) == "甬政办发〔2020〕12号"


def test_the_date_that_a_record_needs_cannot_be_left_empty_but_typed():
    file = table(("名称", "起止"), ("起步", "年底起"), name="阶段.csv")
    report = import_proposed(file)
    (question,) = asked(report, "date")
    assert question.choices == ()
    assert texts(report.problems) == [str(question.problem)]
    assert texts(import_proposed(file, answers={question.key: "2016/.."}).problems) == []


def test_a_date_that_counts_from_that_of_the_document_is_asked_of_each_record():
    header = ("文件名称", "成文日期", "施行日期")
    rows = [
        ("关于甲的意见", "2021年6月10日", "自印发之日起30日后施行"),
        ("关于乙的意见", "2022年6月10日", "自印发之日起30日后施行"),
    ]
    first, second = asked(import_proposed(policies(*rows, header=header), _dry_run=True), "date")
    assert ("甲" in first.text, "乙" in second.text) == (True, True)
    answers = {first.key: "2021-07-10", second.key: "2022-07-10"}
    import_proposed(policies(*rows, header=header), answers=answers)
    found = Policy.objects.order_by("title").values_list("effective_from", flat=True)
    assert sorted(map(str, found)) == ["2021-07-10", "2022-07-10"]


def test_one_date_is_not_typed_for_rows_of_which_each_has_its_own():
    header = ("文件名称", "成文日期", "施行日期")
    file = policies(("关于甲的意见", "2021年6月10日", "自印发之日起施行"), header=header)
    (question,) = asked(import_proposed(file, _dry_run=True), "date")
    assert not takes_typed_value(question)
