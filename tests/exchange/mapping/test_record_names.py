"""The names of stored records: with the city of the chronicle, their usual short forms, and what is near."""

import pytest

from tests.factories import make_area, make_milestone, make_organization, make_policy
from timeline.exchange.mapping.record_names import (
    keys_of_names,
    names_in_city,
    near_names,
    other_names,
    stored_slugs,
    unit_of,
)
from timeline.models import Organization, Policy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("市教育局", ["宁波市教育局"]),
        ("宁波市教育局", ["市教育局", "教育局"]),
        ("宁波大学", []),
        ("杭州市教育局", []),
        ("市", []),
    ],
)
def test_a_name_has_the_city_in_it_or_not(name, others):
    assert names_in_city(name, "宁波") == others


def test_without_a_chronicle_no_city_is_understood():
    assert names_in_city("市教育局", "") == []


def make_city(province):
    """The chronicle's city in this province."""
    above = make_area(title=province) if province else None
    return make_area(title="宁波市", parent=above)


@pytest.mark.parametrize("name", ["省府办", "省政府办公厅", "浙江省府办"])
def test_the_one_body_of_the_province_that_has_the_short_name_is_near_in_full(name):
    make_city("浙江省")
    office = make_organization(title="浙江省人民政府办公厅")
    make_organization(title="浙江省人民政府")
    make_organization(title="江苏省人民政府办公厅")
    assert near_names(Organization, {name}, "宁波")[name].full == {office.pk}


@pytest.mark.parametrize("province", ["", "江苏省"])
def test_the_body_of_a_province_that_is_not_told_to_be_that_of_the_city_is_only_near(province):
    make_city(province)
    office = make_organization(title="浙江省人民政府办公厅")
    near = near_names(Organization, {"省府办", "浙江省府办"}, "宁波")
    assert (near["省府办"].full, near["省府办"].nearest) == (set(), [office.pk])
    assert near["浙江省府办"].full == {office.pk}


def test_names_of_one_kind_of_entry_are_not_those_of_another():
    policy = make_policy(title="规划")
    make_milestone(title="规划")
    assert keys_of_names(Policy, {"规划"}) == {"规划": {policy.pk}}


def test_slugs_are_found_in_whatever_case():
    office = make_organization(slug="office")
    assert stored_slugs(Organization, ["Office", "别的"]) == {"Office": office.pk}


def test_what_is_near_comes_nearest_first():
    make_organization(title="宁波市文化局")
    data, school = make_organization(title="宁波市大数据发展管理局"), make_organization(title="市大数据学校")
    near = near_names(Organization, {"市大数据局"}, "宁波")["市大数据局"]
    assert near.nearest == [data.pk, school.pk]
    assert near.full == set()


@pytest.mark.parametrize(
    ("name", "other"), [("市卫健委", "市委"), ("海曙区政府", "市政府"), ("海曙区政府", "浙江省人民政府")]
)
def test_what_has_only_what_all_offices_have_is_not_near(name, other):
    make_organization(title=other)
    assert near_names(Organization, {name}, "宁波")[name].nearest == []


@pytest.mark.parametrize(
    ("name", "other"), [("市大数据局", "宁波市大数据发展管理局"), ("市教育局机关", "市教育局")]
)
def test_a_short_form_and_a_longer_one_are_near(name, other):
    office = make_organization(title=other)
    assert near_names(Organization, {name}, "宁波")[name].nearest == [office.pk]


@pytest.mark.parametrize(("name", "unit"), [("镇海区", "区"), ("骆驼街道", "街道"), ("余姚", ""), ("市", "")])
def test_the_unit_of_an_area_is_the_end_of_its_name(name, unit):
    assert unit_of(name) == unit


def test_other_names_are_those_that_are_no_title_and_no_short_form():
    make_organization(slug="reform", title="云澜市发展和改革委员会", aliases="市计委；市发改委")
    slugs = dict.fromkeys(["市计委", "市发改委", "云澜市发展和改革委员会", "reform"], "reform")
    assert other_names(Organization, slugs, "云澜") == {"市计委": "云澜市发展和改革委员会"}


@pytest.mark.parametrize("name", ["区政府", "县政府", "街道政府", "镇政府"])
def test_bodies_above_the_city_are_not_near_those_of_districts(name):
    make_organization(title="国务院", aliases="中央人民政府")
    make_organization(title="浙江省人民政府")
    make_organization(title="国家发展和改革委员会", aliases="政府")
    city = make_organization(title="宁波市人民政府", aliases="市政府")
    assert near_names(Organization, [name], "宁波")[name].nearest == [city.pk]


@pytest.mark.parametrize("name", ["住房和城乡建设部办公厅", "城乡建设部"])
def test_a_ministry_is_near_what_names_town_and_country(name):
    ministry = make_organization(title="住房和城乡建设部")
    assert ministry.pk in near_names(Organization, [name], "宁波")[name].nearest
