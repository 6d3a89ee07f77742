"""The questions whether a row is a record, and whether several rows are one."""

import pytest

from tests.editing.entries import whole
from tests.factories import make_area, make_citation, make_designation, make_milestone, make_policy, make_user
from tests.mapped_sheets import rows_of, sheet
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.record_choices import slug_filled

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


def test_one_record_is_not_proposed_to_two_rows():
    make_policy(slug="both", title="甲和乙", document_number="甬政发〔2013〕7—8号")
    found = identify_policies(
        {"title": "甲", "document_number": "甬政发〔2013〕7号"},
        {"title": "乙", "document_number": "甬政发〔2013〕8号"},
    )
    assert [question.answer for question in found.questions] == ["record/both", ""]


def test_twins_that_contradict_each_other_are_not_put_together():
    rows = DECISION, {**DECISION, "title": "另一个题名"}
    (question,) = identify_policies(*rows).questions
    assert choices(question) == ["separate", "leave-out"]
    assert slugs(identify_policies(*rows, answers={question.key: "separate"})) == [
        "guan-yu-jian-she-zhi-hui-cheng-shi-de-jue-ding",
        "ling-yi-ge-ti-ming",
    ]
    assert len(slugs(identify_policies(*rows, answers={question.key: "leave-out"}))) == 1


def test_an_answer_does_not_hold_for_other_candidates():
    row = {"title": "甲", "document_number": "甬政发〔2013〕7号"}
    make_policy(slug="first", document_number="甬政发〔2013〕7号")
    (question,) = identify_policies(row).questions
    answers = {question.key: "new"}
    assert identify_policies(row, answers=answers).questions[0].is_answered
    make_policy(slug="second", document_number="甬政发〔2013〕7号")
    (again,) = identify_policies(row, answers=answers).questions
    assert not again.is_answered


def test_an_answer_about_rows_does_not_hold_for_other_rows():
    (question,) = identify_policies(DECISION, DECISION).questions
    answers = {question.key: "leave-out"}
    assert identify_policies(DECISION, DECISION, answers=answers).questions[0].is_answered
    others = DECISION, {**DECISION, "title": "另一个题名"}
    assert not identify_policies(*others, answers=answers).questions[0].is_answered


def test_an_answer_about_a_row_stays_when_what_it_names_is_answered():
    make_designation(slug="pilot", title="甲试点", programme="惠民试点")
    row = {"title": "甲试点", "programme": "信息试点", "designee": "江北县"}
    name, record = identify([sheet("pilot_designations", row)]).questions
    answers = {name.key: "create", record.key: "new"}
    found = identify([sheet("pilot_designations", row)], answers)
    assert [question.is_answered for question in found.questions] == [True, True]


@pytest.fixture
def pilot():
    area = make_area(slug="zhenhai", title="镇海区")
    programme = "国家智慧城市试点"
    title = "镇海区列入国家首批智慧城市试点"
    return make_designation(
        slug="pilot", title=title, programme=programme, batch=1, designee=area, date="2013"
    )


def identify_pilot(title, programme="国家智慧城市试点", date="2013-01-29", batch="1", answers=None):
    cells = {"title": title, "programme": programme, "date": date, "batch": batch, "designee": "镇海区"}
    return identify([sheet("pilot_designations", cells)], answers or {})


@pytest.mark.parametrize(
    ("title", "programme"),
    [
        ("关于镇海的通知", "国家智慧城市试点"),
        ("镇海区列入智慧城市试点", "镇海区列入国家智慧城市试点"),
        ("国家智慧城市试点", "国家智慧城市试点"),
    ],
)
def test_a_pilot_of_another_title_is_asked_about_and_not_proposed(pilot, title, programme):
    (question,) = identify_pilot(title, programme).questions
    assert (choices(question), question.answer) == (["record/pilot", "new"], "")


@pytest.mark.parametrize(
    "cells",
    [{"date": "2014", "programme": "国家智慧教育试点"}, {"batch": "2"}, {"programme": "浙江省智慧社区试点"}],
)
def test_a_pilot_of_another_date_batch_or_programme_is_another_one(pilot, cells):
    assert identify_pilot("镇海区智慧应用试点", **cells).questions == []


def test_a_question_says_what_becomes_of_the_title(pilot):
    (question,) = identify_pilot("镇海区入选").questions
    assert question.text.endswith(
        "Its title “镇海区列入国家首批智慧城市试点” would become “镇海区入选”. What stands there as date would be replaced."
    )
    (question,) = identify_pilot(f"《{pilot.title}》", date="2013").questions
    assert question.answer == "record/pilot"
    assert question.text.endswith(f"Its title “{pilot.title}” would become “《{pilot.title}》”.")
    (question,) = identify_pilot(pilot.title).questions
    assert "would become" not in question.text


@pytest.mark.parametrize("text", ["国家智慧城市试点", "镇海区列入国家智慧城市试点"])
def test_a_text_that_is_title_and_programme_replaces_neither(pilot, text):
    (question,) = identify_pilot(text, text, date="2013").questions
    assert question.text.endswith("It keeps its title and its programme: the file has one text for both.")
    answers = {question.key: "record/pilot"}
    (row,) = rows_of(identify_pilot(text, text, date="2013", answers=answers))
    assert (row.cells["slug"], row.cells["title"]) == ("pilot", pilot.title)
    assert row.cells["programme"] == "国家智慧城市试点"


NOTE = {
    "title": "宁波市获批智慧城市试点",
    "date": "2013-01-29",
    "editor_note": "大榭供稿",
    "summary": "试点批复。",
}


def identify_milestone(answers=None, **cells):
    return identify([sheet("milestones", {**NOTE, **cells})], answers or {})


@pytest.fixture
def milestone():
    note = "批复日期以住房城乡建设部的名单为准。"
    return make_milestone(slug="approved", title=NOTE["title"], date="2013-01-29", editor_note=note)


def test_a_question_names_what_the_row_would_replace_and_nothing_else(milestone):
    (question,) = identify_milestone().questions
    assert question.text.endswith("What stands there as editor’s note would be replaced.")
    assert [choice.value for choice in question.choices] == ["record/approved", "fill/approved", "new"]
    (question,) = identify_milestone(editor_note=milestone.editor_note).questions
    assert "replaced" not in question.text
    assert [choice.value for choice in question.choices] == ["record/approved", "new"]


def test_what_a_working_copy_has_would_be_replaced_as_well(milestone):
    save_working_copy(milestone, {**whole(milestone), "summary": "经批准，宁波成为试点。"}, by=make_user())
    (question,) = identify_milestone().questions
    assert question.text.endswith("What stands there as summary, editor’s note would be replaced.")


def test_a_record_keeps_what_it_has_where_only_the_rest_is_filled_in(milestone):
    (question,) = identify_milestone(title=f"《{NOTE['title']}》").questions
    answers = {question.key: "fill/approved"}
    (row,) = rows_of(identify_milestone(answers, title=f"《{NOTE['title']}》"))
    assert {name: row.cells[name] for name in ("slug", "title", "editor_note", "summary")} == {
        "slug": "approved",
        "title": NOTE["title"],
        "editor_note": milestone.editor_note,
        "summary": NOTE["summary"],
    }


def test_what_is_public_is_replaced_only_after_an_answer():
    milestone = make_milestone(slug="approved", title=NOTE["title"], date="2013-01-29", summary="经批准。")
    (question,) = identify_milestone(date="2013-01-29").questions
    assert question.answer == "record/approved"
    make_citation(milestone, locator="¶1")
    milestone.publish(by=make_user())
    (question,) = identify_milestone(date="2013-01-29").questions
    assert (question.answer, choices(question)) == ("", ["record/approved", "new"])
    (question,) = identify_milestone(date="2013-01-29", summary="经批准。").questions
    assert question.answer == "record/approved"


def test_the_title_of_a_public_document_becomes_that_of_the_row_only_after_an_answer():
    policy = make_policy(title="中共宁波市委关于建设智慧城市的决定", document_number="甬党〔2010〕14号")
    row = {**DECISION, "document_type": policy.document_type}
    assert [question.answer for question in identify_policies(row).questions] == [f"record/{policy.slug}"]
    make_citation(policy, locator="¶1")
    policy.publish(by=make_user())
    assert [question.answer for question in identify_policies(row).questions] == [""]
    row["title"] = f"《{policy.title}》"
    assert [question.answer for question in identify_policies(row).questions] == [f"record/{policy.slug}"]
