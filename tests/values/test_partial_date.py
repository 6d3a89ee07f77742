"""Partial dates: every common notation is parsed to one canonical text, without added precision."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dates import partial_dates
from timeline.values import edtf
from timeline.values.partial_date import MAX_LENGTH, MAX_WORDS, PartialDate, Point, Unbounded

parse = PartialDate.parse


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2013", PartialDate(Point(2013))),
        ("0001", PartialDate(Point(1))),
        ("2013-01", PartialDate(Point(2013, 1))),
        ("2016-09-26", PartialDate(Point(2016, 9, 26))),
        ("2016-02-29", PartialDate(Point(2016, 2, 29))),
        ("2016-33", PartialDate(Point(2016, 33))),
        ("2016-36", PartialDate(Point(2016, 36))),
        ("2016-40", PartialDate(Point(2016, 40))),
        ("2016-41", PartialDate(Point(2016, 41))),
        ("2012~", PartialDate(Point(2012, mark="~"))),
        ("2014?", PartialDate(Point(2014, mark="?"))),
        ("2016-09-26?", PartialDate(Point(2016, 9, 26, "?"))),
        ("2011/2015", PartialDate(Point(2011), Point(2015))),
        ("2013-01/2013-09", PartialDate(Point(2013, 1), Point(2013, 9))),
        ("2012~/2014?", PartialDate(Point(2012, mark="~"), Point(2014, mark="?"))),
        ("2021/..", PartialDate(Point(2021), Unbounded.OPEN)),
        ("2021/", PartialDate(Point(2021), Unbounded.UNKNOWN)),
        ("2021-03-15~/..", PartialDate(Point(2021, 3, 15, "~"), Unbounded.OPEN)),
        ("2013/2013", PartialDate(Point(2013), Point(2013))),
        ("2013-05/2013", PartialDate(Point(2013, 5), Point(2013))),
    ],
)
def test_canonical_text_is_read_and_written(text, date):
    assert parse(text) == date
    assert str(date) == text


WRITTEN = {
    "2010年": "2010",
    "2010年9月": "2010-09",
    "2010年09月": "2010-09",
    "2010年9月15日": "2010-09-15",
    "2010年9月15号": "2010-09-15",
    "2010 年 9 月 15 日": "2010-09-15",
    " 2010 ": "2010",
    "\t2010-09\n": "2010-09",
    "　2010年9月　": "2010-09",
    "2010/9": "2010-09",
    "2010/09/15": "2010-09-15",
    "2010.9": "2010-09",
    "2010.9.15": "2010-09-15",
    "2010-9": "2010-09",
    "2010-9-5": "2010-09-05",
    "20100915": "2010-09-15",
    "２０１０年９月": "2010-09",
    "２０１０－０９": "2010-09",
    "２０１６－３３": "2016-33",
    "２０２１／": "2021/",
    "2016年上半年": "2016-40",
    "2016年下半年": "2016-41",
    "2016上半年": "2016-40",
    "2016年第一季度": "2016-33",
    "2016年第二季度": "2016-34",
    "2016年三季度": "2016-35",
    "2016年第4季度": "2016-36",
    "2016Q3": "2016-35",
    "2016-Q3": "2016-35",
    "2016年q4": "2016-36",
    " 2016-33 ": "2016-33",
    "2016-40 ": "2016-40",
    "约2012年": "2012~",
    "大约2012年": "2012~",
    "2012年左右": "2012~",
    "2012年前后": "2012~",
    "约2012年5月": "2012-05~",
    "2012年?": "2012?",
    "2012？": "2012?",
    "2012～": "2012~",
    "2011—2015年": "2011/2015",
    "2011年—2015年": "2011/2015",
    "2011——2015": "2011/2015",
    "2011–2015": "2011/2015",
    "2011-2015": "2011/2015",
    "2011~2015年": "2011/2015",
    "2011～2015年": "2011/2015",
    "2011至2015年": "2011/2015",
    "2011年到2015年": "2011/2015",
    "2011年1月至2015年3月": "2011-01/2015-03",
    "2013.1—2013.9": "2013-01/2013-09",
    "2013.1.5-2013.9.6": "2013-01-05/2013-09-06",
    "2013-01-05至2013-09-06": "2013-01-05/2013-09-06",
    "2021年至今": "2021/..",
    "2021至今": "2021/..",
    "2021年3月至今": "2021-03/..",
    "2021年到现在": "2021/..",
    "约2021年至今": "2021~/..",
    "2021/ ..": "2021/..",
    "二〇一三年": "2013",
    "二〇一三年一月": "2013-01",
    "二零一三年一月三日": "2013-01-03",
    "二○一三年元月三日": "2013-01-03",
    "二O一三年十月十日": "2013-10-10",
    "二0一三年十二月三十一日": "2013-12-31",
    "二〇〇〇年十一月二十一号": "2000-11-21",
    "二〇一六年第一季度": "2016-33",
    "二〇一六年上半年": "2016-40",
    "二〇一一—二〇一五年": "2011/2015",
    "二〇一一年至二〇一五年三月": "2011/2015-03",
    "二〇二一年至今": "2021/..",
    "约二〇一二年": "2012~",
    "2013年元月": "2013-01",
    "2013年十二月3日": "2013-12-03",
    "二〇一〇年九月八日": "2010-09-08",
    "201609": "2016-09",
    "2013年1月28日（星期一）": "2013-01-28",
    "2013年1月28日 (周一)": "2013-01-28",
    "2016年9月25日星期天": "2016-09-25",
    "2014年（存疑）": "2014?",
    "2016-09-26 00:00:00": "2016-09-26",
    "2016-09-26T00:00:00": "2016-09-26",
    "2016-09-26T00:00:00Z": "2016-09-26",
    "2016-09-26 00:00:00.000+08:00": "2016-09-26",
    "2016/9/26 0:00": "2016-09-26",
    "2016年9月26日 00:00": "2016-09-26",
    "2016/9/26 上午12:00:00": "2016-09-26",
    "2016/9/26 12:00:00 AM": "2016-09-26",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_date_is_read_as_people_write_it(text):
    assert str(parse(text)) == WRITTEN[text]


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        (datetime.date(2010, 9, 15), "2010-09-15"),
        (datetime.datetime(2010, 9, 15, 23, 59), "2010-09-15"),
        (datetime.datetime(2010, 9, 15, tzinfo=datetime.UTC), "2010-09-15"),
        (2010, "2010"),
        (2010.0, "2010"),
        (20100915, "2010-09-15"),
        (201609, "2016-09"),
        (40436, "2010-09-15"),
        (40436.0, "2010-09-15"),
        ("40436", "2010-09-15"),
        (32874, "1990-01-01"),
        (73050, "2099-12-31"),
    ],
)
def test_a_cell_of_a_spreadsheet_is_read(value, canonical):
    assert str(parse(value)) == canonical


def test_a_date_is_itself():
    date = parse("2013-01")
    assert parse(date) is date


INTERVALS = {
    "2013年1月至3月": "2013-01/2013-03",
    "2013年1月-3月": "2013-01/2013-03",
    "2013年1月28日至2月3日": "2013-01-28/2013-02-03",
    "2013年1月28日至30日": "2013-01-28/2013-01-30",
    "二〇一三年一月至三月": "2013-01/2013-03",
    "二〇一三年一至三月": "2013-01/2013-03",
    "2013年1-3月": "2013-01/2013-03",
    "2013年1—3月": "2013-01/2013-03",
    "2013年1～3月": "2013-01/2013-03",
    "2013年1月28-30日": "2013-01-28/2013-01-30",
    "2013年1月28日（星期一）至30日（星期三）": "2013-01-28/2013-01-30",
    "从2013年至2015年": "2013/2015",
    "2021年起至今": "2021/..",
}


@pytest.mark.parametrize("text", INTERVALS)
def test_an_interval_is_read_as_people_write_it(text):
    assert str(parse(text)) == INTERVALS[text]


@given(partial_dates())
def test_canonical_text_is_read_back_to_the_same_date(date):
    assert parse(str(date)) == date


@given(partial_dates())
def test_canonical_text_fits_its_column(date):
    assert len(date.edtf) <= edtf.MAX_LENGTH
    assert len(str(replace(date, words="末" * MAX_WORDS))) <= MAX_LENGTH


FULL_WIDTH = str.maketrans("0123456789-/?.", "０１２３４５６７８９－／？．")


@given(partial_dates())
def test_full_width_and_spaced_canonical_text_is_the_same_date(date):
    assert parse(str(date).translate(FULL_WIDTH)) == date
    assert parse(f"  {date}　") == date
    assert parse(str(date).replace("/", " / ")) == date


@given(st.dates(), st.sampled_from(["year", "month", "day"]))
def test_written_forms_are_the_same_date_as_the_canonical_one(day, known):
    year, month = f"{day.year:04}", day.month
    forms = {
        "year": (year, [f"{year}年"]),
        "month": (
            f"{year}-{month:02}",
            [
                f"{year}年{month}月",
                f"{year}年{month:02}月",
                f"{year}/{month}",
                f"{year}.{month}",
                f"{year}-{month}",
            ],
        ),
        "day": (
            f"{year}-{month:02}-{day.day:02}",
            [
                f"{year}年{month}月{day.day}日",
                f"{year}/{month}/{day.day}",
                f"{year}.{month}.{day.day}",
                f"{year}.{month:02}.{day.day:02}",
                f"{year}{month:02}{day.day:02}",
                day,
            ],
        ),
    }
    canonical, written = forms[known]
    assert {str(parse(form)) for form in written} == {canonical}


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2013", "2013-01-01", "2013-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2016-09-26", "2016-09-26", "2016-09-26"),
        ("2016-33", "2016-01-01", "2016-03-31"),
        ("2016-34", "2016-04-01", "2016-06-30"),
        ("2016-35", "2016-07-01", "2016-09-30"),
        ("2016-36", "2016-10-01", "2016-12-31"),
        ("2016-40", "2016-01-01", "2016-06-30"),
        ("2016-41", "2016-07-01", "2016-12-31"),
        ("2012~", "2012-01-01", "2012-12-31"),
        ("2011/2015", "2011-01-01", "2015-12-31"),
        ("2013-05/2013", "2013-05-01", "2013-12-31"),
        ("2021/..", "2021-01-01", "9999-12-31"),
        ("2021/", "2021-01-01", "9999-12-31"),
    ],
)
def test_a_date_runs_from_the_first_day_it_can_mean_to_the_last(text, earliest, latest):
    assert (str(parse(text).earliest), str(parse(text).latest)) == (earliest, latest)


@given(partial_dates())
def test_the_first_day_is_not_after_the_last(date):
    assert date.earliest <= date.latest


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("2013", "2013"),
        ("0013-01", "0013-01"),
        ("2016-09-26", "2016-09-26"),
        ("2016-33", ""),
        ("2016-40", ""),
        ("2012~", ""),
        ("2014-01?", ""),
        ("2011/2015", ""),
        ("2021/..", ""),
    ],
)
def test_a_machine_is_told_years_months_and_days_only(text, machine):
    assert parse(text).html_datetime == machine


def test_a_date_is_a_value():
    assert len({parse("2013-01"), parse("2013年1月"), parse("2013")}) == 2
    with pytest.raises(AttributeError):
        parse("2013").start = Point(2014)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("2011/2015", "2015/2021", "2015"),
        ("2011/2015", "2014/2021", "2014/2015"),
        ("2011/2015", "2016/2021", None),
        ("2015/2021", "2021/", "2021"),
        ("2020/..", "2021/..", "2021/.."),
        ("2013", "2013-05", "2013-05"),
    ],
)
def test_two_dates_share(one, other, shared):
    assert parse(one).intersection(parse(other)) == (parse(shared) if shared else None)
    assert parse(other).intersection(parse(one)) == (parse(shared) if shared else None)


@given(partial_dates(), partial_dates())
def test_what_two_dates_share_lies_in_both(one, other):
    shared = one.intersection(other)
    apart = one.latest < other.earliest or other.latest < one.earliest
    assert (shared is None) == apart
    if shared:
        assert shared.earliest == max(one.earliest, other.earliest)
        assert shared.latest == min(one.latest, other.latest)
