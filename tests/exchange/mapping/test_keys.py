"""Which record a row is: by its slug, document number, title and date; what is asked; and slugs for new records."""

import re

import pytest

from tests.editing.entries import whole
from tests.factories import make_chronicle, make_citation, make_milestone, make_policy, make_user
from tests.mapped_sheets import rows_of, sheet
from timeline.editing.revisions import record_revision, record_revisions
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.record_choices import slug_filled
from timeline.models import ImportBatch, Policy
from timeline.values.partial_date import PartialDate
from timeline.workflow import Action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DECISION = {
    "title": "关于建设智慧城市的决定",
    "document_type": "decision",
    "document_number": "甬党〔2010〕14号",
}


def identify_policies(*rows, answers=None):
    return identify([sheet("policies", *rows)], answers or {})


def slugs(found):
    return [row.cells["slug"] for row in rows_of(found)]


def choices(question):
    """The values of the choices, without those of records that are only filled in."""
    return [choice.value for choice in question.choices if not slug_filled(choice.value)]


@pytest.fixture
def decision():
    return make_policy(
        slug="smart-city-decision",
        title=DECISION["title"],
        document_number="甬党〔2010〕14号",
        date="2010-09-08",
    )


def test_a_new_record_gets_a_slug_from_its_title():
    found = identify_policies({"title": "关于推进大数据发展的意见"})
    assert slugs(found) == ["guan-yu-tui-jin-da-shu-ju-fa-zhan-de-yi-jian"]
    assert found.questions == []


OUTLINE = {"title": "宁波市加快创建智慧城市行动纲要（2011—2015）", "document_type": "outline"}


@pytest.fixture
def outline():
    make_chronicle(city="宁波市")
    return make_policy(slug="outline", title="加快创建智慧城市行动纲要（2011—2015）", issued="2011-04-20")


@pytest.mark.parametrize("date", ["2011-04", ""])
def test_a_title_that_is_nearly_the_same_is_asked_about_and_nothing_is_proposed(outline, date):
    row = {**OUTLINE, "issued": date}
    (question,) = identify_policies(row).questions
    assert "there is a policy with nearly the same title. Is it this one?" in question.text
    assert (choices(question), question.answer) == (["record/outline", "new"], "")
    found = identify_policies(row, answers={question.key: "record/outline"})
    assert slugs(found) == ["outline"]


def test_two_years_apart_it_is_another_document(outline):
    assert identify_policies({**OUTLINE, "issued": "2013"}).questions == []


@pytest.mark.parametrize("title", [OUTLINE["title"], OUTLINE["title"][3:]])
@pytest.mark.parametrize("date", ["2011-05", "2010-12-31", "2012"])
def test_a_date_that_is_near_may_be_that_of_the_same_document(outline, title, date):
    (question,) = identify_policies({**OUTLINE, "title": title, "issued": date}).questions
    assert (choices(question), question.answer) == (["record/outline", "new"], "")


def test_a_date_that_is_near_with_another_number_is_another_document(outline):
    outline.document_number = "甬政发〔2011〕45号"
    outline.save()
    row = {**OUTLINE, "issued": "2012-05", "document_number": "甬政发〔2012〕50号"}
    assert identify_policies(row).questions == []


def test_beside_the_same_record_one_of_another_date_is_not_asked_about(outline):
    make_policy(slug="same", title=OUTLINE["title"], issued="2012-04")
    (question,) = identify_policies({**OUTLINE, "issued": "2012-04"}).questions
    assert choices(question) == ["record/same", "new"]


def test_beside_a_record_of_the_same_title_one_of_nearly_the_same_is_not_asked_about(outline):
    make_policy(slug="same", title=OUTLINE["title"], issued="2011-04-20")
    (question,) = identify_policies({**OUTLINE, "issued": "2011-04-20"}).questions
    assert (choices(question), question.answer) == (["record/same", "new"], "record/same")


def test_rows_of_nearly_the_same_title_are_asked_about(outline):
    outline.delete()
    (question,) = identify_policies(OUTLINE, {**OUTLINE, "title": OUTLINE["title"][3:]}).questions
    assert "stands in several rows with nearly the same title" in question.text
    assert choices(question) == ["separate", "leave-out"]


def test_a_given_slug_decides(decision):
    found = identify_policies({**DECISION, "slug": "another"})
    assert (slugs(found), found.questions) == (["another"], [])


def test_serial_numbers_are_no_slugs():
    found = identify_policies({"slug": "1", "title": "甲"}, {"slug": "2", "title": "乙"})
    assert slugs(found) == ["jia", "yi"]
    (notice,) = found.notices
    assert "has serial numbers, not slugs" in notice.message


def test_a_number_that_is_the_slug_of_a_record_is_one():
    make_policy(slug="2013")
    assert slugs(identify_policies({"slug": "2013", "title": "甲"})) == ["2013"]


@pytest.mark.parametrize("number", ["甬党〔2010〕14号", "甬党[2010]14号", "甬党（2010）第014号"])
def test_the_document_number_proposes_the_record(decision, number):
    found = identify_policies(
        {**DECISION, "title": "中共宁波市委关于建设智慧城市的决定", "document_number": number}
    )
    (question,) = found.questions
    assert question.answer == "record/smart-city-decision"
    assert not question.is_answered
    assert not question.is_remembered
    assert choices(question) == ["record/smart-city-decision", "new"]
    assert question.choices[0].label == "“关于建设智慧城市的决定” (甬党〔2010〕14号, 8 September 2010)"
    assert slugs(found) == ["smart-city-decision"]


@pytest.mark.parametrize("title", ["关于公布2010年度优秀论文的通知", "关于加强食品安全工作的决定"])
def test_the_document_number_with_clearly_another_title_proposes_nothing(decision, title):
    (question,) = identify_policies({**DECISION, "title": title}).questions
    assert (question.answer, choices(question)) == ("", ["record/smart-city-decision", "new"])


@pytest.mark.parametrize(
    "cells", [{"document_number": "甬党〔2010〕99号"}, {"title": "关于建设智慧城市的决议", "date": "2010-09"}]
)
def test_what_stands_only_in_a_working_copy_is_found(cells):
    policy = make_policy(slug="smart-city", title="智慧城市", date="2010-09-08", published=True)
    record_revision(policy, by=make_user())
    row = {"title": "关于建设智慧城市的决议", "document_number": "甬党〔2010〕99号"}
    save_working_copy(policy, whole(policy) | row, by=make_user())
    (question,) = identify_policies({"title": "关于建设智慧城市的决议", **cells}).questions
    assert question.answer == "record/smart-city"


@pytest.mark.parametrize(
    "date", ["2010", "2010-09", "2010年9月8日", "2010年9月上旬", "2010年下半年", "2010年三季度"]
)
def test_title_and_date_propose_the_record(decision, date):
    (question,) = identify_policies(
        {"title": "《关于建设智慧城市的决定》", "issued": "", "date": date}
    ).questions
    assert question.answer == "record/smart-city-decision"
    assert "the same title, date" in question.text


@pytest.mark.parametrize("date", ["2016年9月下旬", "2016年三季度", "2016-09"])
def test_a_milestone_whose_date_is_less_exact_is_no_second_one(date):
    make_milestone(slug="fair", title="智博会开幕", date="2016-09-26")
    (question,) = identify([sheet("milestones", {"title": "智博会开幕", "date": date})]).questions
    assert question.answer == "record/fair"


@pytest.mark.parametrize(
    ("title", "date", "what"),
    [
        ("智博会开幕", "2016年9月上旬", "the same title."),
        ("智博会开幕", "2016-11", "the same title."),
        ("第六届智博会开幕", "2016-09", "nearly the same title."),
        ("智博会正式开幕", "2016-09-26", "nearly the same title."),
    ],
)
def test_a_milestone_of_the_same_year_may_be_the_same(title, date, what):
    make_milestone(slug="fair", title="智博会开幕", date="2016-09-26")
    (question,) = identify([sheet("milestones", {"title": title, "date": date})]).questions
    assert f"there is a milestone with {what} Is it this one?" in question.text
    assert (choices(question), question.answer) == (["record/fair", "new"], "")


@pytest.mark.parametrize(
    ("title", "date"), [("智博会开幕", "2017-09"), ("智博会闭幕", "2016-09"), ("第六届智博会开幕", "2017-09")]
)
def test_a_milestone_of_another_year_or_of_something_else_is_another_one(title, date):
    make_milestone(slug="fair", title="智博会开幕", date="2016-09-26")
    assert identify([sheet("milestones", {"title": title, "date": date})]).questions == []


def test_rows_of_one_year_whose_titles_are_alike_are_no_twins():
    rows = {"title": "智博会开幕", "date": "2016-09-26"}, {"title": "智博会开幕式", "date": "2016-10"}
    assert identify([sheet("milestones", *rows)]).questions == []


@pytest.mark.parametrize(
    "title", ["关于建设 智慧城市的决定", "关于建设智慧城市的决定　", "关于建设智慧城市的决定"]
)
def test_a_title_that_differs_in_blanks_and_width_stays_as_it_is(decision, title):
    decision.title = "关于建设智慧城市的决定"
    decision.save()
    (row,) = rows_of(identify_policies({"title": title, "date": "2010-09-08"}))
    assert (row.cells["slug"], row.cells["title"]) == ("smart-city-decision", "关于建设智慧城市的决定")


def test_another_title_of_the_record_is_that_of_the_row(decision):
    (row,) = rows_of(identify_policies({**DECISION, "title": "中共宁波市委关于建设智慧城市的决定"}))
    assert row.cells["title"] == "中共宁波市委关于建设智慧城市的决定"


@pytest.mark.parametrize("number", ["", "甬政发〔2022〕1号"])
def test_a_record_that_was_renamed_since_an_import_is_found_and_keeps_its_title(number):
    by, numbered = make_user(), {"document_number": number} if number else {}
    policy = make_policy(slug="regulation", title="宁波市数据条例", issued="2022-05", **numbered)
    batch = ImportBatch.objects.create(created_by=by)
    record_revisions(Policy, [policy.pk], by=by, action=Action.IMPORTED, batch=batch)
    policy.title = "宁波市数据条例（修订稿件）"
    policy.save()
    row = {"title": "宁波市数据条例", "issued": "2022-05", **numbered}
    (question,) = (found := identify_policies(row)).questions
    assert "which was renamed since" in question.text
    assert question.answer == "record/regulation"
    (row,) = rows_of(found)
    assert (row.cells["slug"], row.cells["title"]) == ("regulation", "宁波市数据条例（修订稿件）")
    assert identify_policies({"title": "宁波市数据条例", "issued": "2019-05"}).questions == []
    # A title that neither has is that of the table.
    (changed,) = rows_of(
        identify_policies({**row.cells, "slug": "", "title": "宁波市数据条例（2022年修订）"})
    )
    assert changed.cells["title"] == "宁波市数据条例（2022年修订）"


def test_what_an_import_wrote_and_somebody_changed_in_public_leaves_the_record_proposed(decision):
    make_citation(decision, locator="¶1")
    decision.publish(by=make_user())
    batch = ImportBatch.objects.create(created_by=make_user())
    record_revisions(Policy, [decision.pk], by=make_user(), action=Action.IMPORTED, batch=batch)
    decision.date = PartialDate.parse("2010-09")
    decision.save()
    row = {**DECISION, "document_type": decision.document_type, "date": "2010-09-08"}
    assert [question.answer for question in identify_policies(row).questions] == [f"record/{decision.slug}"]
    assert [one.answer for one in identify_policies({**row, "date": "2011-09-08"}).questions] == [""]


@pytest.mark.parametrize(
    ("title", "given", "provisional"),
    [
        ("政务云管理办法", None, "false"),
        ("政务云管理办法", "true", "true"),
        ("政务云管理暂行办法", None, None),
    ],
)
def test_a_document_whose_title_no_longer_ends_as_provisional_is_none(title, given, provisional):
    number = "甬政办发〔2019〕3号"
    make_policy(slug="cloud", title="政务云管理暂行办法", document_number=number, provisional=True)
    cells = {"title": title, "document_number": number, "issued": "2019", "provisional": given}
    (row,) = rows_of(identify_policies(cells))
    assert (row.cells["slug"], row.cells["provisional"]) == ("cloud", provisional)


def test_the_title_that_is_not_taken_makes_no_document_provisional():
    by, number = make_user(), "甬政办发〔2019〕3号"
    policy = make_policy(slug="cloud", title="政务云管理暂行办法", document_number=number)
    batch = ImportBatch.objects.create(created_by=by)
    record_revisions(Policy, [policy.pk], by=by, action=Action.IMPORTED, batch=batch)
    policy.title = "政务云管理办法"
    policy.save()
    row = {"title": "政务云管理暂行办法", "document_number": number, "issued": "2019", "provisional": "true"}
    (found,) = rows_of(identify_policies(row))
    assert (found.cells["title"], found.cells["provisional"]) == ("政务云管理办法", None)


def test_only_what_both_have_is_named_as_the_same():
    make_policy(slug="old", title="智慧城市的决定", date="2010")
    (question,) = identify_policies({"title": "智慧城市的决定", "issued": "2010-09-10"}).questions
    assert "a policy with the same title. Is it" in question.text


def test_the_title_alone_proposes_nothing(decision):
    (question,) = identify_policies({"title": DECISION["title"]}).questions
    assert (question.answer, choices(question)) == ("", ["record/smart-city-decision", "new"])


@pytest.mark.parametrize("cells", [{}, {"document_number": "甬政发〔2015〕1号"}])
def test_a_date_in_another_year_is_that_of_another_record(decision, cells):
    assert identify_policies({"title": DECISION["title"], "date": "2015", **cells}).questions == []


@pytest.mark.parametrize("cells", [{}, {"date": "2010"}, {"date": "2010-12"}])
def test_the_same_title_with_another_number_is_asked_about_without_a_proposal(decision, cells):
    row = {"title": DECISION["title"], "document_number": "甬政发〔2010〕1号", **cells}
    (question,) = identify_policies(row).questions
    assert (question.answer, choices(question)) == ("", ["record/smart-city-decision", "new"])
    assert "a policy with the same title" in question.text
    (again,) = rows_of(identify_policies(row, answers={question.key: "new"}))
    # No note about a duplicate asks again.
    assert again.is_identified


def test_nearly_the_same_title_with_another_number_is_another_record(decision):
    row = {"title": "宁波市关于建设智慧城市的决定", "document_number": "甬政发〔2010〕1号", "date": "2010"}
    assert identify_policies(row).questions == []


def test_beside_the_record_of_the_number_one_of_the_same_title_is_not_asked_about(decision):
    make_policy(slug="other", title=DECISION["title"], document_number="甬政发〔2010〕1号", date="2010")
    (question,) = identify_policies({**DECISION, "date": "2010-09-08"}).questions
    assert choices(question) == ["record/smart-city-decision", "new"]


def test_a_row_without_a_number_is_proposed_as_a_numbered_document_only_of_the_same_day():
    make_policy(
        slug="notice",
        title="关于推进数据归集的通知",
        document_number="镇政办发〔2018〕77号",
        date="2018-09-03",
    )
    row = {"title": "关于推进数据归集的通知", "document_number": ""}
    answers = [
        identify_policies({**row, "date": date}).questions[0].answer for date in ("2018", "2018-09-03")
    ]
    assert answers == ["", "record/notice"]


def test_several_records_are_asked_for_without_a_proposal(decision):
    make_policy(slug="copy", title="建设智慧城市的决定", document_number="甬党〔2010〕14号")
    (question,) = identify_policies(DECISION).questions
    assert (question.answer, choices(question)[:2]) == ("", ["record/smart-city-decision", "record/copy"])


def test_the_answer_that_it_is_new_gives_a_new_slug(decision):
    (question,) = identify_policies(DECISION).questions
    found = identify_policies(DECISION, answers={question.key: "new"})
    assert slugs(found) == ["guan-yu-jian-she-zhi-hui-cheng-shi-de-jue-ding"]
    assert found.questions[0].is_answered


def test_an_answer_does_not_depend_on_the_number_of_the_row(decision):
    (question,) = identify_policies(DECISION).questions
    (again,) = identify_policies({"title": "甲"}, DECISION).questions
    assert again.key == question.key


def test_twins_in_the_file_are_asked_for():
    found = identify_policies(DECISION, {**DECISION, "date": "2010"})
    (question,) = found.questions
    assert (question.answer, question.rows) == ("", 2)
    assert choices(question) == ["merge", "separate", "leave-out"]
    assert re.search("row 1 .*row 2", question.text)


def test_twins_that_are_one_record_are_put_together():
    rows = DECISION, {**DECISION, "date": "2010"}
    (question,) = identify_policies(*rows).questions
    found = identify_policies(*rows, answers={question.key: "merge"})
    (row,) = rows_of(found)
    assert (row.cells["date"], row.cells["document_number"]) == ("2010", "甬党〔2010〕14号")


def test_rows_of_one_title_with_other_dates_or_numbers_are_no_twins():
    found = identify_policies(
        {"title": "通报", "date": "2013-01"},
        {"title": "通报", "date": "2013-02"},
        {"title": "通报", "date": "2013-03", "document_number": "甬政发〔2013〕7号"},
        {"title": "通报", "date": "2013-03", "document_number": "甬政发〔2013〕8号"},
    )
    assert found.questions == []
    assert len({*slugs(found)}) == 4


def test_twins_may_be_a_record_that_is_there(decision):
    found = identify_policies(DECISION, DECISION)
    twins, record = sorted(found.questions, key=lambda question: question.key, reverse=True)
    assert record.answer == "record/smart-city-decision"
    answered = identify_policies(DECISION, DECISION, answers={twins.key: "merge"})
    assert slugs(answered) == ["smart-city-decision"]
