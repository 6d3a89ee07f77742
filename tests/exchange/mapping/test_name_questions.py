"""The questions about names: with what the records are told apart, and what cannot be created."""

import pytest

from tests.factories import make_area, make_chronicle, make_organization, make_phase
from tests.foreign_tables import import_proposed, table
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def identify_rows(name, *rows, answers=None):
    return identify([sheet(name, *rows)], answers or {})


def test_a_name_of_several_records_is_asked_for():
    make_area(slug="ningbo-haishu", title="海曙", parent=make_area(title="宁波市"))
    make_area(slug="other-haishu", title="海曙", parent=make_area(title="别市"))
    found = identify_rows("areas", {"title": "某街道", "parent": "海曙"})
    (question,) = found.questions
    assert [choice.label for choice in question.choices] == [
        "“海曙” (宁波市)",
        "“海曙” (别市)",
    ]
    assert question.answer == ""
    answered = identify_rows(
        "areas", {"title": "某街道", "parent": "海曙"}, answers={question.key: "record/other-haishu"}
    )
    assert [*answered.sheets[0]][0].cells["parent"] == "other-haishu"


@pytest.mark.parametrize(
    ("publish", "words"), [(False, "Create “别处” as a draft"), (True, "Create and publish “别处”")]
)
def test_what_a_name_creates_is_a_draft_or_public_as_the_import_says(publish, words):
    found = identify([sheet("areas", {"title": "某街道", "parent": "别处"})], publish=publish)
    (question,) = found.questions
    assert words in [choice.label for choice in question.choices]


def test_a_record_that_needs_more_than_a_title_is_not_created():
    make_phase(slug="first", title="打基础")
    (question,) = identify_rows("policies", {"title": "意见", "phase": "深化阶段"}).questions
    assert "because it needs more than a title: period" in question.text
    assert [choice.value for choice in question.choices] == ["record/first", "empty"]


def test_what_can_be_neither_found_nor_created_is_an_error():
    (problem,) = identify_rows("policies", {"title": "意见", "phase": "深化阶段"}).problems
    assert (problem.column, problem.value, problem.place.row) == ("phase", "深化阶段", 1)


def test_a_required_name_with_none_near_it_is_asked_about_beside_the_first_records():
    make_area(slug="city", title="云澜市")
    row = {"title": "甲", "programme": "乙", "designee": "全市"}
    found = identify_rows("pilot_designations", row)
    assert found.problems == []
    (question,) = found.questions
    assert [choice.value for choice in question.choices] == ["record/city", "create"]
    assert question.answer == ""
    answered = identify_rows("pilot_designations", row, answers={question.key: "record/city"})
    assert [*answered.sheets[0]][0].cells["designee"] == "city"


def test_the_first_name_of_all_can_be_created():
    (question,) = identify_rows(
        "pilot_designations", {"title": "甲", "programme": "乙", "designee": "慈溪"}
    ).questions
    assert [choice.value for choice in question.choices] == ["create"]


def test_a_required_name_that_is_asked_about_is_no_error_besides():
    make_area(title="海曙区")
    header = ["试点名称", "区县"]
    rows = [["甲", "东片、西片"], ["乙", "全市"]]
    report = import_proposed(table(header, *rows, name="试点.csv"), _dry_run=True)
    assert [problem.message for problem in report.problems] == [
        "There is no area “东片、西片”. It may be several.",
        "There is no area “全市”.",
    ]


def test_a_name_that_is_required_in_one_cell_is_no_error_in_a_list_of_another_either():
    make_area(title="海曙区")
    pilot = ["甲", "海曙区", "全市、海曙区"]
    rows = [pilot, ["乙", "全市", ""]]
    report = import_proposed(table(["试点名称", "区县", "同列地区"], *rows, name="试点.csv"), _dry_run=True)
    assert [problem.message for problem in report.problems] == ["There is no area “全市”."]


@pytest.mark.parametrize(
    ("name", "is_remembered"),
    [
        ("市卫健委", True),
        ("镇海区政府", True),
        ("本局", False),
        ("我委", False),
        ("办公室", False),
        ("区政府", False),
        ("区大数据局", False),
        ("街道办", False),
    ],
)
def test_whose_name_it_is_for_the_writer_of_a_table_is_not_remembered(name, is_remembered):
    (question,) = identify_rows("policies", {"title": "意见", "issuers": name}).questions
    assert question.is_remembered is is_remembered


@pytest.mark.parametrize("name", ["区政府", "区大数据局", "本局"])
def test_a_new_body_does_not_get_the_name_that_it_has_in_one_table_only(name):
    row = {"title": "意见", "issuers": name}
    (question,) = identify_rows("policies", row).questions
    answers = {question.key: "create-titled/镇海区人民政府"}
    (created,) = identify_rows("policies", row, answers=answers).sheets[-1]
    assert (created.cells["title"], "aliases" in created.cells) == ("镇海区人民政府", False)


def test_a_name_that_a_body_of_a_district_has_is_not_proposed_as_this_body():
    make_organization(title="镇海区人民政府", slug="zhenhai", aliases="区政府")
    (question,) = identify_rows("policies", {"title": "意见", "issuers": "区政府"}).questions
    assert not question.answer
    assert question.choices[0].value.endswith("zhenhai")
    assert "depends on whose table this is" in question.text


def test_a_new_area_belongs_to_what_the_others_of_its_unit_belong_to_and_the_choice_says_so():
    city = make_area(slug="city", title="云澜市")
    for title in ("海曙区", "镇海区"):
        make_area(title=title, parent=city)
    row = {"title": "甲", "programme": "乙", "designee": "江北区"}
    (question,) = identify_rows("pilot_designations", row).questions
    labels = {choice.value: choice.label for choice in question.choices}
    assert labels["create"].endswith("(within “云澜市”)")
    found = identify_rows("pilot_designations", row, answers={question.key: "create"})
    (created,) = found.sheets[-1]
    assert created.cells["parent"] == "city"


def test_where_areas_of_a_unit_belong_to_several_a_new_one_belongs_to_none():
    for title in ("云澜市", "别市"):
        make_area(title=f"{title}区", parent=make_area(title=title))
    row = {"title": "甲", "programme": "乙", "designee": "江北区"}
    (question,) = identify_rows("pilot_designations", row).questions
    assert not any("within" in choice.label for choice in question.choices)


def test_a_new_area_is_offered_beside_areas_only_if_these_are_near():
    city = make_area(slug="city", title="云澜市")
    for title in ("海曙区", "镇海区"):
        make_area(title=title, parent=city)
    row = {"title": "甲", "programme": "乙", "designee": "象山县"}
    (question,) = identify_rows("pilot_designations", row).questions
    assert [choice.value for choice in question.choices] == ["create", "create/"]
    make_area(slug="zone", title="象山县滨海区")
    (question,) = identify_rows("pilot_designations", row).questions
    assert [choice.value for choice in question.choices] == ["record/zone", "create", "create/"]


def test_a_name_that_is_read_as_a_record_is_not_called_missing():
    make_chronicle(city="云澜")
    make_organization(slug="government", title="云澜市人民政府")
    for name in ("市府", "市政府"):
        (question,) = identify_rows("policies", {"title": "意见", "issuers": name}).questions
        assert question.answer == "record/government"
        assert question.text.startswith(f"“{name}” is read as “云澜市人民政府”.")


def test_a_text_in_which_marks_stand_and_no_area_is_there_to_choose_is_an_error():
    row = {"title": "甲", "programme": "乙", "designee": "全市（除海曙区、镇海区）"}
    (problem,) = identify_rows("pilot_designations", row).problems
    assert problem.message == "There is no area “全市（除海曙区、镇海区）”. It may be several."
