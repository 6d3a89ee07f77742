"""Dates in Chinese numerals."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from timeline.values.partial_date import PartialDate

parse = PartialDate.parse


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
