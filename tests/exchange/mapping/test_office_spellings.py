"""Full names of offices and their usual short forms."""

import pytest

from timeline.exchange.mapping.office_spellings import full_name, full_spellings, province_of


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("市政府", "宁波市人民政府"),
        ("市发改委", "宁波市发展和改革委员会"),
        ("市人大常委会", "宁波市人民代表大会常务委员会"),
        ("市委", "中国共产党宁波市委员会"),
        ("市委办", "中共宁波市委办公室"),
        ("市委办公厅", "中共宁波市委员会办公室"),
        ("市府办", "宁波市人民政府办公厅"),
        ("市政府办", "浙江省宁波市人民政府办公室"),
    ],
)
def test_short_forms_of_offices_of_the_city_are_known(short, full):
    assert full_name(short, "宁波") == full_name(full, "宁波")
    assert full_name(short, "") != full_name(full, "")


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("国家发改委", "国家发展和改革委员会"),
        ("国家发展改革委", "国家发展和改革委员会"),
        ("工信部", "工业和信息化部"),
        ("国家工信部", "中华人民共和国工业和信息化部"),
        ("住建部", "住房和城乡建设部"),
        ("市场监管总局", "国家市场监督管理总局"),
        ("国办", "国务院办公厅"),
        ("国发", "国务院"),
        ("中办", "中共中央办公厅"),
        ("国家网信办", "国家互联网信息办公室"),
        ("浙江省府办", "浙江省人民政府办公厅"),
        ("中央网信办", "中央网络安全和信息化委员会办公室"),
    ],
)
def test_short_forms_of_other_offices_are_known(short, full):
    assert full_name(short, "宁波") == full_name(full, "宁波") == full_name(full, "")


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("发改委", "国家发展和改革委员会"),
        ("发改委", "宁波市发展和改革委员会"),
        ("统计局", "国家统计局"),
        ("市政府", "宁波市人民政府办公厅"),
        ("府办", "宁波市人民政府办公厅"),
        ("省政府", "宁波市人民政府"),
    ],
)
def test_a_name_that_does_not_tell_whose_office_it_is_is_no_short_form(short, full):
    assert full_name(short, "宁波") not in dict(full_spellings(full, "宁波"))


@pytest.mark.parametrize(
    ("short", "full", "province"),
    [
        ("省府办", "浙江省人民政府办公厅", "浙江"),
        ("省委", "中共黑龙江省委员会", "黑龙江"),
        ("自治区政府", "广西壮族自治区人民政府", "广西壮族"),
        ("鄞州区府办", "宁波市鄞州区人民政府办公室", ""),
    ],
)
def test_the_province_of_a_record_and_the_city_of_a_district_may_be_left_out(short, full, province):
    assert dict(full_spellings(full, "宁波"))[full_name(short, "宁波")] == province
    assert full_name(short, "宁波") != full_name(full, "宁波")


def test_the_province_is_that_with_which_a_name_begins():
    assert province_of("浙江省人民政府") == "浙江"
    assert province_of("省政府") == province_of("宁波市人民政府") == ""
