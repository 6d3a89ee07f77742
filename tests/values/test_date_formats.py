"""Display formats of dates: they show exactly the known numbers, in each language."""

import calendar
import re

import pytest
from hypothesis import given

from tests.dates import partial_dates
from timeline.values.chinese import to_traditional
from timeline.values.partial_date import PartialDate, Point

parse = PartialDate.parse


@given(partial_dates())
def test_the_chinese_words_of_a_date_are_read_back_to_it(date):
    words = date.display("zh-hans")
    if "存疑" in words or "不详" in words or date.start.year < 1000:
        return  # output only; editors do not type these
    if isinstance(date.end, Point) and date.end.year < 1000:
        return
    assert parse(words) == date


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("2013", "2013年", "2013"),
        ("2013-01", "2013年1月", "January 2013"),
        ("2016-09-26", "2016年9月26日", "26 September 2016"),
        ("2016-33", "2016年第一季度", "first quarter of 2016"),
        ("2016-36", "2016年第四季度", "fourth quarter of 2016"),
        ("2016-40", "2016年上半年", "first half of 2016"),
        ("2016-41", "2016年下半年", "second half of 2016"),
        ("2012~", "约2012年", "c. 2012"),
        ("2014?", "2014年（存疑）", "2014 (uncertain)"),
        ("2011/2015", "2011—2015年", "2011–2015"),
        ("2013-01/2013-09", "2013年1月—2013年9月", "January 2013 – September 2013"),
        ("2012~/2014", "约2012年—2014年", "c. 2012 – 2014"),
        ("2011/2015-06", "2011年—2015年6月", "2011 – June 2015"),
        ("2021/..", "2021年至今", "since 2021"),
        ("2021/", "2021年起，止期不详", "from 2021, end unknown"),
        ("2021-03~/..", "约2021年3月至今", "since c. March 2021"),
    ],
)
def test_a_date_is_shown_in_words(text, chinese, english):
    date = parse(text)
    for language in ("zh-hans", "zh-Hans", "zh", "ZH-CN"):
        assert date.display(language) == chinese
    assert date.display("en") == date.display("en-gb") == english
    assert date.display() == chinese
    assert date.display("zh-Hant") == to_traditional(chinese)


MONTHS = [name for name in calendar.month_name if name]


def known_numbers(date):
    for point in (date.start, date.end):
        if isinstance(point, Point):
            yield point.year
            yield from (number for number in (point.part, point.day) if number is not None and number <= 31)


@given(partial_dates())
def test_words_hold_the_numbers_that_are_known_and_no_others(date):
    assert sorted(map(int, re.findall("[0-9]+", date.display("zh-hans")))) == sorted(known_numbers(date))
    english = date.display("en")
    months = [MONTHS.index(name) + 1 for name in re.findall("|".join(MONTHS), english)]
    assert sorted([*map(int, re.findall("[0-9]+", english)), *months]) == sorted(known_numbers(date))
