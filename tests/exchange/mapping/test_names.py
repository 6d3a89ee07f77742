"""Names in the cells of references: found by any name, asked for where they do not tell, created where they are new."""

import pytest

from tests.factories import (
    make_area,
    make_chronicle,
    make_organization,
    make_source,
    make_topic,
)
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import Identification, identify
from timeline.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def identify_rows(name: str, *rows: dict, **answers: str) -> Identification:
    return identify([sheet(name, *rows)], answers.get("answers") or {})


def issuers(cell: str, answers: dict | None = None) -> tuple[list[str], Identification]:
    found = identify(
        [sheet("policies", {"title": "关于甲的意见", "document_type": "opinion", "issuers": cell})],
        answers or {},
    )
    return [*found.sheets[0]][0].cells["issuers"], found


@pytest.fixture
def offices():
    make_chronicle(city="宁波")
    make_organization(slug="committee", title="中共宁波市委", aliases="市委；宁波市委")
    make_organization(slug="government", title="宁波市人民政府", title_en="Ningbo Government")
    make_organization(slug="statistics", title="宁波市统计局、宁波调查队")


@pytest.mark.parametrize(
    "cell",
    [
        "committee",
        "COMMITTEE",
        "中共宁波市委",
        "中共寧波市委",
        "《中共宁波市委》",
        " 中共 宁波市委",
        "市委",
        "宁波市委",
    ],
)
def test_a_record_is_found_by_its_slug_title_and_other_names(offices, cell):
    assert issuers(cell)[0] == ["committee"]


def test_a_record_is_found_by_its_english_title(offices):
    assert issuers("ningbo government")[0] == ["government"]


def test_a_record_is_found_by_its_former_slug(offices):
    office = Organization.objects.get(slug="committee")
    office.slug = "party-committee"
    office.save()
    assert issuers("committee")[0] == ["party-committee"]


@pytest.mark.parametrize(
    "cell",
    [
        "市委、宁波市人民政府",
        "市委，宁波市人民政府",
        "市委; 宁波市人民政府",
        "中共宁波市委 宁波市人民政府",
        "市委\n宁波市人民政府",
        "市委和宁波市人民政府",
        "中共宁波市委宁波市人民政府",
    ],
)
def test_several_names_in_a_cell_are_several_records(offices, cell):
    names, found = issuers(cell)
    assert sorted(names) == ["committee", "government"]
    assert found.questions == []


def test_a_title_with_a_separator_is_tried_first(offices):
    assert issuers("宁波市统计局、宁波调查队、市委")[0] == ["statistics", "committee"]


def test_the_city_of_the_chronicle_is_understood():
    make_chronicle(city="宁波市")
    make_organization(slug="education", title="宁波市教育局")
    make_area(slug="zhenhai", title="镇海区")
    assert issuers("市教育局")[0] == ["education"]
    found = identify_rows("areas", {"title": "招宝山街道", "parent": "宁波市镇海区"})
    assert [*found.sheets[0]][0].cells["parent"] == "zhenhai"


def test_the_usual_short_form_is_proposed_and_not_taken_in_silence(offices):
    names, found = issuers("市政府")
    (question,) = found.questions
    assert question.answer == "record/government"
    assert not question.is_answered
    assert names == ["government"]


def test_the_short_name_of_a_body_above_the_city_is_proposed_where_one_has_it(offices):
    make_area(title="宁波市", parent=make_area(title="浙江省"))
    make_organization(slug="general-office", title="浙江省人民政府办公厅")
    make_organization(slug="state-council", title="国务院办公厅")
    names, found = issuers("省府办、国办")
    assert names == ["general-office", "state-council"]
    words = "“省府办” is read as “浙江省人民政府办公厅”. No organization has exactly this name."
    assert [question.text for question in found.questions][0] == words
    assert [question.answer for question in found.questions] == [f"record/{name}" for name in names]


def test_a_short_name_of_bodies_of_two_provinces_is_asked(offices):
    for slug, title in (("first", "浙江省人民政府办公厅"), ("second", "江苏省人民政府办公厅")):
        make_organization(slug=slug, title=title)
    names, found = issuers("省府办")
    (question,) = found.questions
    assert question.answer == ""
    assert {"record/first", "record/second"} <= {choice.value for choice in question.choices}
    assert names is None


def test_a_missing_name_is_asked_for_once(offices):
    rows = [{"title": f"意见{number}", "issuers": "市大数据局、市委"} for number in range(3)]
    (question,) = identify_rows("policies", *rows).questions
    assert question.text == "There is no organization “市大数据局”."
    assert (question.subject, question.rows, question.answer) == ("市大数据局", 3, "create")
    assert question.place.row == 1
    assert question.is_remembered
    assert [choice.value for choice in question.choices][-2:] == ["create", "empty"]


def test_a_missing_record_is_created_in_the_same_import(offices):
    key = "name/organization/市大数据局"
    names, found = issuers("市大数据局", {key: "create"})
    created = found.sheets[-1]
    assert created.table.name == "organizations"
    (row,) = created
    slug = "ning-bo-shi-da-shu-ju-ju"
    assert row.cells == {"slug": slug, "title": "宁波市大数据局", "aliases": "市大数据局"}
    assert names == [slug]


def test_a_missing_name_may_be_another_record_or_be_left_out(offices):
    key = "name/organization/市大数据局"
    assert issuers("市大数据局、市委", {key: "record/government"})[0] == ["government", "committee"]
    assert issuers("市大数据局、市委", {key: "empty"})[0] == ["committee"]


def test_the_nearest_records_are_among_the_choices(offices):
    make_organization(slug="data", title="宁波市大数据发展管理局")
    _names, found = issuers("市大数据局")
    assert "record/data" in [choice.value for choice in found.questions[0].choices]


def test_a_source_may_be_named():
    make_source(slug="gazette", title="宁波市人民政府公报")
    make_topic(slug="traffic", title="交通")
    found = identify(
        [sheet("citations", {"entry": "some-policy", "source": "《宁波市人民政府公报》"})],
        {"name/entry/somepolicy": "empty"},
    )
    assert [*found.sheets[0]][0].cells["source"] == "gazette"


@pytest.fixture
def reform_commission():
    make_chronicle(city="宁波")
    return make_organization(
        slug="reform", title="宁波市发展和改革委员会", aliases="发改委；市发改委；市计委"
    )


def test_a_name_that_is_only_another_name_is_taken_and_told(reform_commission):
    name = "市计委"
    names, found = issuers(name)
    (question,) = found.questions
    assert names == ["reform"]
    assert question.text.startswith(f"“{name}” → 宁波市发展和改革委员会")
    assert (question.answer, question.is_answered) == ("record/reform", False)
    assert issuers(name, {question.key: "empty"})[0] is None


def test_another_name_that_is_the_usual_short_form_is_not_told(reform_commission):
    assert issuers("市发改委")[1].questions == []


@pytest.mark.parametrize("number", ["发改高技〔2014〕46号", "浙发改〔2014〕46号"])
def test_another_name_is_asked_about_beside_a_number_of_a_body_above_the_city(reform_commission, number):
    rows = [
        {"title": "甲意见", "issuers": "发改委", "document_number": number},
        {"title": "乙意见", "issuers": "发改委", "document_number": "甬发改〔2012〕201号"},
    ]
    found = identify_rows("policies", *rows)
    asked, told = found.questions
    assert number in asked.text
    assert (asked.answer, told.answer) == ("", "record/reform")
    assert [row.cells["issuers"] for row in found.sheets[0]] == [None, ["reform"]]
    answered = identify_rows("policies", *rows, answers={asked.key: "record/reform"})
    assert [row.cells["issuers"] for row in answered.sheets[0]] == [["reform"], ["reform"]]


def test_a_ministry_by_another_name_needs_no_question_of_its_number(reform_commission):
    make_organization(slug="mohurd", title="住房和城乡建设部", aliases="建设部")
    row = {"title": "甲意见", "issuers": "建设部", "document_number": "建科〔2012〕42号"}
    (question,) = identify_rows("policies", row).questions
    assert question.answer == "record/mohurd"


def test_a_name_that_can_be_neither_found_nor_created_is_told_once():
    found = identify_rows("citations", {"entry": "x", "source": "某报", "locator": "1"})
    assert [problem.value for problem in found.problems if problem.column == "entry"] == ["x"]
    (row,) = found.sheets[0]
    # The import does not tell it again, as an empty cell.
    assert "entry" in row.unread
    assert not row.cells["entry"]


def test_a_name_with_which_the_title_of_its_office_begins_is_asked_about(offices):
    make_organization(slug="centre", title="国家发展改革委城市中心", aliases="国家发展改革委")
    for cell in ("国家发展改革委", "国家发改委"):
        (question,) = issuers(cell)[1].questions
        assert question.answer == ""
        assert "centre" in question.choices[0].value


def test_a_name_beside_numbers_of_several_bodies_above_the_city_is_asked_about_for_each(reform_commission):
    rows = [
        {"title": "甲意见", "issuers": "发改委", "document_number": "发改高技〔2014〕46号"},
        {"title": "乙意见", "issuers": "发改委", "document_number": "浙发改高技〔2014〕7号"},
    ]
    questions = identify_rows("policies", *rows).questions
    assert len({question.key for question in questions}) == 2


def test_what_is_there_under_the_title_of_a_new_record_is_proposed_and_not_created(offices):
    (question,) = issuers("市府")[1].questions
    assert question.answer == "record/government"
    assert "create" not in [choice.value for choice in question.choices]
    names, found = issuers("市府", {question.key: "create"})
    assert names == ["government"]
    assert len(found.sheets) == 1


def test_another_name_offers_no_second_record_of_a_title_that_is_there(offices):
    make_organization(slug="economy", title="宁波市经济和信息化委员会")
    make_organization(slug="bureau", title="宁波市经济和信息化局", aliases="市经信委")
    (question,) = issuers("市经信委")[1].questions
    values = [choice.value for choice in question.choices]
    assert values == ["record/bureau", "record/economy", "empty"]


def test_two_names_that_create_one_title_make_one_record_with_both():
    make_chronicle(city="宁波")
    rows = [{"title": "甲", "issuers": "市大数据局"}, {"title": "乙", "issuers": "宁波市大数据局"}]
    keys = [question.key for question in identify_rows("policies", *rows).questions]
    found = identify_rows("policies", *rows, answers=dict.fromkeys(keys, "create"))
    (row,) = found.sheets[-1]
    assert row.cells["aliases"] == "市大数据局"
    assert len(keys) == 2


def test_a_place_within_what_is_named_is_not_called_another_name_of_it():
    make_area(slug="town", title="鄞州区咸祥镇", aliases="鄞州区")
    row = {"title": "甲", "programme": "乙", "designee": "鄞州区"}
    (question,) = identify_rows("pilot_designations", row).questions
    assert question.text.startswith("“鄞州区咸祥镇” begins with “鄞州区”")
    assert question.answer == ""
