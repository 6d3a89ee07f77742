"""Dates in Chinese numerals, and words that give no definite date."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.partial_date import PartialDate, PartialDateError

parse = PartialDate.parse

VAGUE = {
    "2015年底": ("年底", "2015"),
    "二〇一五年年底": ("年底", "2015"),
    "2015年末": ("年末", "2015"),
    "2015年年初": ("年初", "2015"),
    "2015年中": ("年中", "2015"),
    "2015年春": ("春", "2015"),
    "2015年冬季": ("冬季", "2015"),
    "2015年6月底": ("月底", "2015-06"),
    "2015年12月中旬": ("中旬", "2015-12"),
    "2015-12上旬": ("上旬", "2015-12"),
    "2015年6月下半月": ("下半月", "2015-06"),
    "2015年国庆前后": ("国庆", "2015"),
    "2015年6月3日前后两天": ("前后", "2015-06"),
    "2015年正月": ("正月", "2015"),
    "2015年底至2016年初": ("年底", "2015"),
    "2015年底前后": ("年底", "2015"),
}
# The indefinite word of each text that has no year, so that no date can be proposed.
WITHOUT_YEAR = {"年底": "年底", "去年": "去年", "1月下旬": "下旬", "年初": "年初", "上世纪90年代": "年代"}
BEFORE = {
    "2015年后": "后",
    "2013年以后": "以后",
    "2015年底前": "前",
    "2015年之前": "之前",
    "2015年以前": "以前",
    "2015年前": "前",
    "2015年6月前": "前",
    "2015年底以前": "以前",
}


@pytest.mark.parametrize("text", VAGUE)
def test_a_word_that_says_no_definite_date_is_named(text):
    word, example = VAGUE[text]
    with pytest.raises(PartialDateError) as refusal:
        parse(text)
    assert str(refusal.value).startswith(f"“{word}” says no definite date.")
    assert f"such as {example}, and keep" in str(refusal.value)
    assert parse(example)


@pytest.mark.parametrize("text", WITHOUT_YEAR)
def test_where_there_is_no_year_none_is_proposed(text):
    with pytest.raises(PartialDateError) as refusal:
        parse(text)
    assert str(refusal.value).startswith(f"“{WITHOUT_YEAR[text]}” says no definite date.")
    assert not re.search("[0-9]", str(refusal.value))


@pytest.mark.parametrize("text", BEFORE)
def test_before_a_time_is_no_date_and_no_year_is_proposed(text):
    with pytest.raises(PartialDateError) as refusal:
        parse(text)
    assert str(refusal.value).startswith(f"“{BEFORE[text]}” says only before or after what it was")
    assert not re.search("[0-9]", str(refusal.value))


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from("〇零○O0"))
def test_a_date_in_chinese_numerals_is_the_same_date(day, zero):
    def numeral(number):
        tens, ones = divmod(number, 10)
        ten = "" if tens == 0 else "十" if tens == 1 else f"{'一二三'[tens - 1]}十"
        return ten + ("一二三四五六七八九"[ones - 1] if ones else "")

    year = f"{day.year}".translate(str.maketrans("0123456789", f"{zero}一二三四五六七八九"))
    assert parse(f"{year}年{numeral(day.month)}月{numeral(day.day)}日") == parse(day)
    assert parse(f"{year}年{numeral(day.month)}月") == parse(day.isoformat()[:7])
    assert parse(f"{year}年") == parse(f"{day.year:04}")
