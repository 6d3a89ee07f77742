"""Words in cells that are part of no name: brackets behind one, and what sums several up."""

import pytest

from timeline.exchange.mapping.name_remarks import listed_names, plain_texts, without_others, without_sum


@pytest.mark.parametrize(
    ("text", "plain", "words"),
    [
        ("象山县、宁海县等3个区县", "象山县、宁海县", "等3个区县"),
        ("象山县、宁海县等三个县（市）、区", "象山县、宁海县", "等三个县（市）、区"),
        ("象山县、宁海县等3个区县(市)", "象山县、宁海县", "等3个区县(市)"),
        ("象山县、宁海县等地", "象山县、宁海县", "等地"),
        ("市政府办公厅等", "市政府办公厅", "等"),
        ("国家发展改革委等十二部门", "国家发展改革委", "等十二部门"),
        ("和平区", "和平区", ""),
        ("永平等", "永平等", ""),
        ("某等", "某等", ""),
    ],
)
def test_the_words_for_others_at_the_end_are_no_part_of_a_name(text, plain, words):
    found = without_others(text)
    assert (found.text, found.words) == (plain, words)


@pytest.mark.parametrize(
    ("text", "plain", "unit", "number"),
    [
        ("海曙、镇海两区", "海曙、镇海", "区", 2),
        ("余姚、慈溪2个市", "余姚、慈溪", "市", 2),
        ("海曙、镇海、象山三区县", "海曙、镇海、象山", "", 3),
        ("云龙镇、五乡镇", "云龙镇、五乡镇", "", 0),
    ],
)
def test_the_words_that_sum_names_up_tell_their_number_and_unit(text, plain, unit, number):
    found = without_sum(text)
    assert (found.text, found.unit, found.number) == (plain, unit, number)


KNOWN = {"市政府", "市委", "信息中心（筹）"}


@pytest.mark.parametrize(
    ("text", "names", "remarks"),
    [
        ("市政府（市大数据局）、市委", ("市政府", "市委"), ("（市大数据局）",)),
        ("市政府(大数据局、信息中心)、市委", ("市政府", "市委"), ("(大数据局、信息中心)",)),
        ("市政府、某局（筹）", ("市政府", "某局（筹）"), ()),
        ("信息中心（筹）、市委等", ("信息中心（筹）", "市委"), ("等",)),
        ("市政府（市大数据局）等", ("市政府",), ("（市大数据局）", "等")),
    ],
)
def test_a_bracket_behind_a_known_name_is_a_remark(text, names, remarks):
    found = listed_names(text, KNOWN.__contains__)
    assert (found.names, found.remarks) == (names, remarks)
    assert {*names} <= {part for plain in plain_texts(text) for part in [plain, *plain.split("、")]}
