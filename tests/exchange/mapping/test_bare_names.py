"""Short names that do not tell whose body they are."""

import pytest

from timeline.exchange.mapping.bare_names import begins_with_level, is_bare, is_relative, lacks_district

TITLE = "云澜市发展和改革委员会"


@pytest.mark.parametrize("name", ["发改委", "发展改革委"])
def test_a_name_without_city_and_level_is_bare(name):
    assert is_bare(name, TITLE, "云澜", ())


@pytest.mark.parametrize("name", ["市发改委", "云澜发改委", "国家发改委", "省发改委", "东港发改委", "NDRC"])
def test_a_name_that_tells_a_place_or_a_level_is_not(name):
    assert not is_bare(name, TITLE, "云澜", ("东港",))


def test_the_body_of_another_place_has_no_bare_names():
    assert not is_bare("发改委", "国家发展和改革委员会", "云澜", ())
    assert not is_bare("发改委", TITLE, "", ())


def test_a_name_that_begins_as_its_title_goes_on_tells_no_level():
    assert is_bare("市场监管局", "云澜市市场监督管理局", "云澜", ())
    assert not is_bare("市市场监管局", "云澜市市场监督管理局", "云澜", ())
    assert begins_with_level("市场监管局")
    assert not begins_with_level("市场监管局", "市场监督管理局")


@pytest.mark.parametrize("name", ["区大数据局", "区政府", "县发改局", "区数据中心"])
def test_the_name_of_a_body_of_a_district_may_lack_the_district(name):
    assert lacks_district(name)


@pytest.mark.parametrize(
    "name", ["镇海区大数据局", "区块链中心", "市大数据局", "区域协调办公室", "大数据局", "区"]
)
def test_other_names_do_not(name):
    assert not lacks_district(name)


@pytest.mark.parametrize(
    "name",
    ["本局", "我委", "办公室", "市局", "各有关部门", "区政府", "全区", "镇政府", "街道办", "区大数据局"],
)
def test_a_name_is_relative_that_is_another_body_s_in_the_table_of_another_office(name):
    assert is_relative(name)


@pytest.mark.parametrize(
    "name",
    ["市政府", "镇海区政府", "市政府办公厅", "市卫健委", "全市", "招宝山街道办", "区块链中心", "本溪路社区"],
)
def test_others_are_not(name):
    assert not is_relative(name)
