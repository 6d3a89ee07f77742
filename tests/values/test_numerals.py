"""Chinese numerals of small numbers."""

import pytest

from timeline.values.numerals import chinese_numeral


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四"), (99, "九十九")],
)
def test_small_numbers_have_chinese_numerals(number, numeral):
    assert chinese_numeral(number) == numeral


@pytest.mark.parametrize("number", [0, 100, 2013])
def test_other_numbers_keep_their_digits(number):
    assert chinese_numeral(number) == str(number)
