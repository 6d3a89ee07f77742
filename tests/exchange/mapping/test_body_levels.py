"""Short names without a place or level: whose body is meant is asked, unless the row or the cell tells it."""

import pytest

from tests.factories import make_area, make_chronicle, make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import Identification, identify
from timeline.models import Chronicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "bodies")]

KEY = "name/organization/发改委"


@pytest.fixture
def bodies():
    make_chronicle(city="云澜")
    make_area(slug="city", title="云澜市")
    make_organization(slug="reform", title="云澜市发展和改革委员会", aliases="发改委；市发改委；市计委")
    make_organization(slug="state-reform", title="国家发展和改革委员会")
    make_organization(slug="government", title="云澜市人民政府", aliases="市政府")
    make_organization(slug="ministry", title="工业和信息化部", aliases="工信部")


def pilots(authorities: str, answers: dict | None = None) -> tuple[object, Identification]:
    row = {"title": "甲", "programme": "国家信息惠民试点", "designee": "city", "authorities": authorities}
    found = identify([sheet("pilot_designations", row)], answers or {})
    return [*found.sheets[0]][0].cells["authorities"], found


def policies(*rows: dict) -> Identification:
    filled = [{"title": f"意见{number}", "issuers": "发改委", **row} for number, row in enumerate(rows)]
    return identify([sheet("policies", *filled)])


def test_a_short_name_that_tells_no_level_is_an_open_question_with_the_body_of_the_city_first():
    named, found = pilots("发改委")
    (question,) = found.questions
    assert (named, question.answer, question.key) == (None, "", KEY)
    assert (
        question.text
        == "Is “发改委” 云澜市发展和改革委员会? It names no level, and may be a body above the city."
    )
    assert [choice.value for choice in question.choices][:2] == ["record/reform", "record/state-reform"]


def test_a_body_of_some_district_is_asked_about_also_where_one_is_called_so():
    make_organization(slug="of-another-district", title="区大数据局")
    named, found = pilots("区大数据局")
    (question,) = found.questions
    assert (named, question.answer) == (None, "")
    assert (
        question.text
        == "There is a record “区大数据局”. Is it meant? The name does not tell of which district it is."
    )
    assert not question.is_remembered
    assert pilots("区大数据局", {question.key: question.choices[0].value})[0] == ["of-another-district"]


def test_its_answer_is_remembered():
    (question,) = pilots("发改委")[1].questions
    assert question.is_remembered
    named, found = pilots("发改委", {KEY: "record/state-reform"})
    assert named == ["state-reform"]
    assert found.questions[0].is_answered


@pytest.mark.parametrize("name", ["市发改委", "云澜市发展和改革委员会", "云澜市发改委"])
def test_a_name_of_the_city_and_a_title_are_not_asked_about(name):
    named, found = pilots(name)
    assert (named, found.questions) == (["reform"], [])


def test_another_name_with_a_level_is_proposed():
    (question,) = pilots("市计委")[1].questions
    assert question.answer == "record/reform"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("云澜市市场监督管理局", "市场监管局"),
        ("云澜市区块链发展办公室", "区块链办"),
        ("中共云澜市委网信办", "网信办"),
    ],
)
def test_a_name_of_a_field_that_begins_as_a_level_tells_none(title, name):
    make_organization(slug="other", title=title, aliases=name)
    (question,) = pilots(name)[1].questions
    assert question.answer == ""


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("云澜市东山区大数据中心", "东山区数据中心"),
        ("云澜市东山新城办公室", "东山办"),
        ("云澜市市场监督管理局", "市市场局"),
        ("云澜大学", "大学"),
        ("工业和信息化部", "工业与信息化部"),
    ],
)
def test_a_name_with_a_place_or_of_no_body_of_the_city_is_proposed(title, name):
    make_area(slug="east", title="东山区", aliases="东山")
    make_organization(slug="other", title=f"{title}（甲）", aliases=f"{name}甲")
    (question,) = pilots(f"{name}甲")[1].questions
    assert question.answer == "record/other"


@pytest.mark.parametrize(
    "row",
    [
        {"document_number": "云发改〔2012〕201号"},
        {"level": "municipal"},
        {"level": "Municipal"},
        {"issuers": "市政府、发改委"},
        {"issuers": "云澜市人民政府、某某局、发改委"},
    ],
)
def test_a_row_or_a_cell_that_tells_the_city_answers_it(row):
    (question,) = [one for one in policies(row).questions if one.subject == "发改委"]
    assert question.answer == "record/reform"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"level": "national"},
        {"level": "provincial", "document_number": "云发改〔2012〕201号"},
        {"issuers": "工信部、发改委"},
        {"issuers": "工信部、市政府、发改委"},
        {"document_number": "第3号"},
    ],
)
def test_a_row_that_does_not_tell_the_city_leaves_it_open(row):
    (question,) = [one for one in policies(row).questions if one.subject == "发改委"]
    assert question.answer == ""


def test_rows_that_tell_the_city_and_others_are_asked_about_apart():
    found = policies({"level": "municipal"}, {})
    assert [(one.answer, one.rows) for one in found.questions] == [("record/reform", 1), ("", 1)]
    assert [row.cells["issuers"] for row in found.sheets[0]] == [["reform"], None]


def test_a_chronicle_without_a_city_asks_nothing_of_levels():
    Chronicle.objects.update(city="")
    (question,) = pilots("发改委")[1].questions
    assert question.answer == "record/reform"


def test_the_number_of_another_office_of_the_city_opens_the_question():
    rows = [{"document_number": "云经信数据〔2018〕77号"}, {"document_number": "云发改〔2018〕7号"}]
    found = policies(*rows)
    asked, told = found.questions
    assert (asked.answer, told.answer) == ("", "record/reform")
    assert asked.text == (
        "Is “发改委” 云澜市发展和改革委员会? The document number begins with “云经信数据”, as those of another body."
    )
    assert [choice.value for choice in asked.choices] == ["record/reform", "record/state-reform", "empty"]
    assert asked.key != told.key
    assert [row.cells["issuers"] for row in found.sheets[0]] == [None, ["reform"]]


@pytest.mark.parametrize(
    "row",
    [
        {"document_number": "云政办发〔2018〕7号"},
        {"document_number": "云党发〔2018〕7号"},
        {"document_number": "云发改投资〔2018〕7号"},
        {"document_number": "云澜市发改委令第3号"},
        {"document_number": "云经信〔2018〕7号", "issuers": "云澜市经济和信息化局、发改委"},
    ],
)
def test_the_number_of_the_office_itself_of_the_city_and_of_one_beside_it_open_nothing(row):
    (question,) = [one for one in policies(row).questions if one.subject == "发改委"]
    assert question.answer == "record/reform"


@pytest.mark.parametrize(("name", "code"), [("教育局", "云教人"), ("市场监管局", "云市监")])
def test_an_unknown_office_without_a_place_is_of_the_city_where_the_number_may_be_its_own(name, code):
    rows = [{"issuers": name, "document_number": f"{code}〔2018〕7号"}]
    (question,) = policies(*rows).questions
    assert f"Create “云澜市{name}” as a draft" in [choice.label for choice in question.choices]
    make_organization(slug="education", title=f"云澜市{name}")
    (question,) = policies(*rows).questions
    assert question.answer == "record/education"


@pytest.mark.parametrize(
    "row",
    [
        {"issuers": "教育局"},
        {"issuers": "教育局", "document_number": "云经信〔2018〕7号"},
        {"issuers": "省教育局", "document_number": "云教〔2018〕7号"},
        {"issuers": "东山教育局", "document_number": "云教〔2018〕7号"},
    ],
)
def test_an_unknown_office_of_which_no_row_tells_the_city_keeps_its_name(row):
    make_area(slug="east", title="东山")
    (question,) = policies(row).questions
    assert any(choice.label.startswith(f"Create “{row['issuers']}”") for choice in question.choices)


def test_a_bureau_is_not_read_as_the_commission_of_its_field():
    make_organization(slug="economy", title="云澜市经济和信息化委员会", aliases="市经信委")
    (question,) = policies({"issuers": "市经信局", "document_number": "云经信〔2019〕7号"}).questions
    assert question.answer == ""
    labels = {choice.value: choice.label for choice in question.choices}
    assert "record/economy" in labels
    assert labels["create"] == "Create “云澜市经济和信息化局” as a draft"
