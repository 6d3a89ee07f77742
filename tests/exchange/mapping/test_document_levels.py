"""Which document numbers are of bodies above a city."""

import pytest

from timeline.exchange.mapping.document_levels import number_above_city


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
