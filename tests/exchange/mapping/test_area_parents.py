"""The areas to which a new one may belong: told by the kind of its name, or asked."""

import pytest

from tests.factories import make_area, make_chronicle
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.area_parents import possible_parents
from timeline.exchange.mapping.identification import identify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CITY, ZHENHAI, NONE = "city", "zhenhai", ""


def make_areas():
    city = make_area(slug=CITY, title="云澜市")
    make_area(slug=ZHENHAI, title="镇海区", parent=city)
    make_area(slug="zone", title="某经济开发区", parent=city)


def slugs(title, city="云澜", header=""):
    return [area.slug for area in possible_parents(title, city, header).areas]


@pytest.mark.parametrize(
    ("title", "parents"),
    [
        ("江北区", [CITY, NONE]),
        ("象山县", [CITY, NONE]),
        ("云澜市奉化区", [CITY]),
        ("镇海区梅山街道", [ZHENHAI]),
        ("江北区梅山街道", [CITY, NONE]),
        ("鹤浦镇", [CITY, ZHENHAI, NONE]),
        ("东市街道", [CITY, ZHENHAI, NONE]),
        ("江东市江北区", [NONE]),
        ("云澜市", [NONE]),
        ("某江省", [NONE]),
        ("某江省甲乙市", [NONE]),
        ("某某壮族自治区", [NONE]),
        ("上海市", [NONE]),
        ("上海", [NONE]),
        ("重庆市某区", [NONE]),
        ("镇海新城", [NONE, CITY]),
        ("三角洲一体化示范区", [NONE, CITY]),
    ],
)
def test_the_kind_of_a_name_tells_to_what_an_area_belongs(title, parents):
    make_areas()
    assert slugs(title) == parents
    assert possible_parents(title, "云澜").is_told


@pytest.mark.parametrize(
    ("header", "is_told"), [("所在城市", False), ("区县市", True), ("县（市、区）", True)]
)
def test_whether_a_city_belongs_to_that_of_the_chronicle_only_its_column_tells(header, is_told):
    make_areas()
    assert slugs("慈溪市", header=header) == [CITY, NONE]
    assert possible_parents("慈溪市", "云澜", header).is_told is is_told


def test_without_a_chronicle_the_city_is_that_to_which_the_areas_of_a_unit_belong():
    city = make_area(slug=CITY, title="云澜市")
    make_area(title="镇海区", parent=city)
    make_area(title="滨海新城", parent=make_area(title="别市"))
    assert slugs("江北区", "") == [CITY, NONE]
    assert slugs("象山县", "") == [NONE]


def pilots(cell, header="", answers=None):
    row = {"title": "甲", "programme": "乙", "designee": cell}
    return identify([sheet("pilot_designations", row)], answers or {})


def created(cell, answer):
    (question,) = pilots(cell).questions
    (row,) = pilots(cell, answers={question.key: answer}).sheets[-1]
    return row.cells.get("parent", "")


def test_a_choice_says_within_what_an_area_is_created():
    make_chronicle(city="云澜")
    make_areas()
    (question,) = pilots("象山县").questions
    assert [(choice.value, choice.label) for choice in question.choices] == [
        ("create", "Create “象山县” as a draft (within “云澜市”)"),
        ("create/", "Create “象山县” as a draft (within no other area)"),
    ]
    assert created("象山县", "create") == CITY
    assert created("象山县", "create/") == NONE
    assert created("鹤浦镇", "create/zhenhai") == ZHENHAI


def test_a_city_is_not_created_with_all_others():
    make_chronicle(city="云澜")
    make_areas()
    (question,) = pilots("慈溪市").questions
    assert [choice.value for choice in question.choices][-2:] == ["create/city", "create/"]


def test_an_area_that_belongs_to_none_has_one_choice_without_a_word_of_it():
    make_chronicle(city="云澜")
    make_areas()
    (question,) = pilots("某江省").questions
    assert [choice.label for choice in question.choices] == ["Create “某江省” as a draft"]
