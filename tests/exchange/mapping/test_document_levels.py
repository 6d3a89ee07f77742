"""Which document numbers are of bodies above a city."""

import pytest

from timeline.exchange.mapping.document_levels import (
    code_of_city,
    is_of_office,
    key_of_level,
    number_above_city,
    tells_city,
)


@pytest.mark.parametrize(
    "number",
    [
        "国发〔2015〕50号",
        "国办发[2014]1号",
        "发改高技〔2014〕46号",
        "工信部联〔2014〕1号",
        "浙政发〔2016〕6号",
    ],
)
def test_the_state_its_ministries_and_provinces_are_above_the_city(number):
    assert number_above_city(number, "宁波")


@pytest.mark.parametrize("number", ["甬政发〔2016〕98号", "甬发改〔2012〕201号", "2010—14", "", "123"])
def test_the_city_itself_and_what_is_no_number_are_not(number):
    assert number_above_city(number, "宁波") == ""


def test_a_character_of_the_name_of_the_city_may_be_its_own():
    assert number_above_city("青政发〔2016〕9号", "青岛") == ""
    assert number_above_city("沪府发〔2016〕9号", "上海") == ""
    assert number_above_city("青政发〔2016〕9号", "宁波")


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("甬经信数据", "宁波市经济和信息化局"),
        ("甬教人", "宁波市教育局"),
        ("甬市监", "宁波市市场监督管理局"),
        ("市经信", "宁波市经济和信息化局"),
        ("宁波市教育局令", "宁波市教育局"),
        ("甬政办发", "宁波市教育局"),
        ("甬党发", "宁波市教育局"),
        ("甬", "宁波市教育局"),
    ],
)
def test_a_code_may_be_of_the_office_of_which_it_has_a_character(code, title):
    assert is_of_office(code, "宁波", [title])


@pytest.mark.parametrize("code", ["甬经信", "甬市监", "市经信", "宁波市财政局令"])
def test_a_code_of_another_office_is_not_of_this_one(code):
    assert not is_of_office(code, "宁波", ["教育局", "宁波市教育局"])


def test_a_level_of_the_city_may_have_the_code_of_an_office():
    assert tells_city("of-city")
    assert tells_city("of-city/甬教")
    assert not tells_city("国发〔2015〕50号")
    assert (code_of_city("of-city/甬教"), code_of_city("of-city")) == ("甬教", "")
    assert key_of_level("of-city/甬教") == "of-city/甬教"
