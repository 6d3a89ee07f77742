"""Chinese numerals of small numbers."""

import pytest

from timeline.values.numerals import chinese_numeral, number_of_ordinal, numbers_of_ordinals


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四"), (99, "九十九")],
)
def test_small_numbers_have_chinese_numerals(number, numeral):
    assert chinese_numeral(number) == numeral


@pytest.mark.parametrize("number", [0, 100, 2013])
def test_other_numbers_keep_their_digits(number):
    assert chinese_numeral(number) == str(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第一批", 1),
        ("第2批", 2),
        ("第二批次", 2),
        ("第 ３ 批", 3),
        ("首批", 1),
        ("十二批", 12),
        ("第二十三", 23),
        ("第一次", 1),
        ("三", 3),
    ],
)
def test_an_ordinal_is_read_as_its_number(text, number):
    assert number_of_ordinal(text) == number


@pytest.mark.parametrize(
    "text", ["", "第批", "一二批", "第一、二批", "十十", "第一批名单", "2.5批", "最后一批"]
)
def test_what_is_no_ordinal_has_no_number(text):
    assert number_of_ordinal(text) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第二批（2021年）", [2]),
        ("第2批(2021)", [2]),
        ("2021年第二批", [2]),
        ("二批", [2]),
        ("2批次", [2]),
        ("首批", [1]),
        ("第一、二批", [1, 2]),
        ("第1、2批", [1, 2]),
        ("第一批和第三批", [1, 3]),
        ("2021", []),
        ("第二批第三轮", []),
        ("第一批、待定", []),
        ("", []),
    ],
)
def test_a_text_may_stand_for_the_numbers_of_ordinals(text, numbers):
    assert numbers_of_ordinals(text) == numbers
