"""Titles of new offices: in full where the short form and the city tell it."""

import pytest

from tests.factories import make_chronicle, make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.office_titles import (
    field_of,
    full_title,
    full_titles,
    is_short,
    possible_titles,
)
from timeline.models import Organization, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("市卫生局", "宁波市卫生局"),
        ("市发改委", "宁波市发展和改革委员会"),
        ("市府办", "宁波市人民政府办公室"),
        ("市委", "中共宁波市委员会"),
        ("市委办", "中共宁波市委员会办公室"),
        ("市政协", "中国人民政治协商会议宁波市委员会"),
        ("宁波市卫生局", "宁波市卫生局"),
        ("发改委", "发改委"),
        ("市", "市"),
        ("市场监管局", "市场监管局"),
        ("市市场监管局", "宁波市市场监管局"),
    ],
)
def test_an_office_of_the_city_has_its_full_title(name, title):
    assert full_title(Organization, name, "宁波") == title


def test_what_is_no_office_or_has_no_city_keeps_its_name():
    assert full_title(Topic, "市政", "宁波") == "市政"
    assert full_title(Organization, "市卫生局", "") == "市卫生局"
    assert is_short(Organization, "发改委")
    assert not is_short(Topic, "交通")


def test_a_short_form_is_of_the_city_where_its_rows_tell_it():
    assert full_title(Organization, "教育局", "宁波", is_of_city=True) == "宁波市教育局"
    assert full_title(Organization, "市教育局", "宁波", is_of_city=True) == "宁波市教育局"
    assert full_title(Topic, "教育", "宁波", is_of_city=True) == "教育"
    assert possible_titles(Organization, "发改委", "宁波") == {"发改委", "宁波市发展和改革委员会"}


@pytest.mark.parametrize("name", ["市经信局", "市经信委", "宁波市经济和信息化局"])
def test_a_bureau_and_a_commission_have_one_field(name):
    assert field_of(Organization, name, "宁波") == "经济和信息化"
    assert field_of(Topic, name, "宁波") == field_of(Organization, "省教育局", "宁波") == ""


def rows(*names, answers=None):
    policies = ({"title": f"关于{name}的意见", "document_type": "opinion", "issuers": name} for name in names)
    return identify([sheet("policies", *policies)], answers or {})


def test_the_choice_says_the_full_title_and_the_short_form_becomes_another_name():
    make_chronicle(city="宁波")
    (question,) = rows("市卫生局").questions
    assert "Create “宁波市卫生局” as a draft" in [choice.label for choice in question.choices]
    found = rows("市卫生局", answers={question.key: "create"})
    (created,) = found.sheets[-1]
    assert (created.cells["title"], created.cells["aliases"]) == ("宁波市卫生局", "市卫生局")


def test_the_choice_of_a_short_name_says_that_it_becomes_the_title():
    make_chronicle(city="宁波")
    make_organization(title="完全别的机构")
    (question,) = rows("发改委").questions
    words = "Create “发改委” as a draft (a short name; the title can be changed afterwards)"
    assert words in [choice.label for choice in question.choices]


def test_two_spellings_of_one_new_office_create_it_once():
    make_chronicle(city="宁波")
    found = rows("市卫生局", "宁波市卫生局")
    answers = {question.key: "create" for question in found.questions}
    found = rows("市卫生局", "宁波市卫生局", answers=answers)
    assert [row.cells["title"] for row in found.sheets[-1]] == ["宁波市卫生局"]
    issuers = [row.cells["issuers"] for row in found.sheets[0]]
    assert issuers[0] == issuers[1]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("市委办", ("中共宁波市委员会办公室", "中共宁波市委员会办公厅")),
        ("市府办", ("宁波市人民政府办公室", "宁波市人民政府办公厅")),
        ("市委办公室", ("中共宁波市委员会办公室",)),
        ("省府办", ("省府办",)),
    ],
)
def test_a_short_form_does_not_tell_whether_an_office_is_a_general_one(name, titles):
    assert full_titles(Organization, name, "宁波") == titles


def test_which_title_a_new_general_office_gets_is_asked():
    make_chronicle(city="宁波")
    (question,) = rows("市委办").questions
    values = [f"create-titled/中共宁波市委员会办公{end}" for end in "室厅"]
    assert ([choice.value for choice in question.choices], question.answer) == ([*values, "empty"], "")
    (created,) = rows("市委办", answers={question.key: values[1]}).sheets[-1]
    assert (created.cells["title"], created.cells["aliases"]) == ("中共宁波市委员会办公厅", "市委办")


def test_a_general_office_that_is_there_is_not_created_under_the_other_title():
    make_chronicle(city="宁波")
    make_organization(slug="office", title="宁波市人民政府办公厅")
    (question,) = rows("市府办").questions
    assert [choice.value for choice in question.choices] == ["record/office", "empty"]
    assert question.answer == "record/office"
