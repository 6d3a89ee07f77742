"""Cells with several names, as offices write them."""

import pytest

from timeline.exchange.mapping.name_lists import possible_names, split_joined, split_names

KNOWN = {"市委", "市政府", "统计局、调查队", "Ningbo Government", "和平区"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("市委、市政府", ["市委", "市政府"]),
        ("市委，市政府；市委", ["市委", "市政府"]),
        ("市委 市政府", ["市委", "市政府"]),
        ("市委\n市政府", ["市委", "市政府"]),
        ("市委和市政府", ["市委", "市政府"]),
        ("市委会同市政府", ["市委", "市政府"]),
        ("和平区、市委", ["和平区", "市委"]),
        ("市委和教育局", ["市委和教育局"]),
        ("市委、统计局、调查队", ["市委", "统计局、调查队"]),
        ("市委 教育局 卫生局", ["市委", "教育局", "卫生局"]),
        ("Ningbo Government, Data Bureau", ["Ningbo Government", "Data Bureau"]),
        ("Data Bureau of Ningbo", ["Data Bureau of Ningbo"]),
        ("、", []),
    ],
)
def test_the_longest_known_names_are_found_and_others_end_at_a_separator(text, names):
    assert split_names(text, KNOWN.__contains__) == names


@pytest.mark.parametrize("text", ["统计局、调查队", "市委 市政府", "和平区和市委"])
def test_all_names_that_are_found_are_possible_ones(text):
    assert {*split_names(text, KNOWN.__contains__)} <= {*possible_names(text)}


def test_joined_names_are_split_where_there_is_just_one_way():
    assert split_joined("市委市政府", ["市委", "市政府", "政府"]) == ["市委", "市政府"]
    assert split_joined("甲乙丙", ["甲乙", "丙", "甲", "乙丙"]) == []
    assert split_joined("市委", ["市委"]) == []
    assert split_joined("市委办", ["市委"]) == []
