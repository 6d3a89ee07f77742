"""Partial dates: every way of writing one, one canonical text, and nothing said that is not known."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dates import partial_dates, points
from timeline.values.partial_date import (
    PartialDate,
    PartialDateError,
    Point,
    Unbounded,
    check_ambiguous_month,
)

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
    "“十二五”": "2011/2015",
    "十二五": "2011/2015",
    "“十二五”期间": "2011/2015",
    "“十二五”时期": "2011/2015",
    "「十四五」规划期": "2021/2025",
    "'十三五'": "2016/2020",
    "“十五”": "2001/2005",
    "“十五五”": "2026/2030",
    "“九五”": "1996/2000",
    "“一五”": "1953/1957",
    "“二五”": "1958/1962",
    "“三五”": "1966/1970",
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


REFUSED = {
    "2013-13": "There is no month 13; months run from 01 to 12, as in 2013-01 or 2013-12.",
    "2013-00": "There is no month 00; months run from 01 to 12, as in 2013-01 or 2013-12.",
    "2013-32": "There is no month 32;",
    "2013年13月": "There is no month 13;",
    "2013/33": "There is no month 33;",
    "2013年33月": "There is no month 33;",
    "20131301": "There is no month 13;",
    "2016-02-30": "There is no day 30 in 2016-02, which has 29 days.",
    "2015-02-29": "There is no day 29 in 2015-02, which has 28 days.",
    "2016-09-31": "There is no day 31 in 2016-09, which has 30 days.",
    "2016-09-00": "There is no day 00 in 2016-09,",
    "2016年9月31日": "There is no day 31 in 2016-09,",
    "2016-33-01": "A day needs its month: write 2016-09-26.",
    "0000": "There is no year 0000 here; years run from 0001 to 9999.",
    "2015/2011": "2015/2011 ends before it starts; perhaps 2011/2015 is meant.",
    "2015—2011年": "2015/2011 ends before it starts; perhaps 2011/2015 is meant.",
    "2013-05/2013-04": "2013-05/2013-04 ends before it starts; perhaps 2013-04/2013-05 is meant.",
    "soon": "“soon” is not a date. Write it as far as the source gives it: 2013, 2013-01,",
    "": "A date is missing here.",
    "  \n": "A date is missing here.",
}
NONSENSE = [
    *("13", "213", "99999", "201301", "2013-1-", "2013--01", "-2013", "2013-01-01-01", "2013/01.02"),
    *(
        "2013 or 2014",
        "2013/2014/2015",
        "../2015",
        "/2015",
        "/",
        "..",
        "2013~~",
        "~2013",
        "年",
        "9月",
        "2013年0",
        "x" * 100,
    ),
    *(
        "２０１３年１３月５０日",
        "2013-01-01T10:00:00",
        "五",
        "“五”",
        "“十二六”",
        "“二十一五”",
        "至今",
        "2013至",
        "1.5",
        "nan",
        "²",
    ),
    *(
        "二〇一三四年",
        "一三年",
        "二千零一三年",
        "二〇一三年〇月",
        "二〇一三年一月三十二日",
        "二〇一三年二月三十日",
    ),
    *("一十月", "二〇一三年二月一", "二〇一三年廿月", "二〇一三年三月廿日"),
    *("None", "True", "2013\0", "2016年第五季度", "2016Q5"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_is_refused_with_what_would_be_right(text):
    with pytest.raises(PartialDateError) as refusal:
        parse(text)
    assert str(refusal.value).startswith(REFUSED[text])
    assert str(refusal.value) == refusal.value.message % refusal.value.params


INTERVALS = {
    "2013年1月至3月": "2013-01/2013-03",
    "2013年1月-3月": "2013-01/2013-03",
    "2013年1月28日至2月3日": "2013-01-28/2013-02-03",
    "2013年1月28日至30日": "2013-01-28/2013-01-30",
    "二〇一三年一月至三月": "2013-01/2013-03",
    "2021年起": "2021/..",
    "2021年以来": "2021/..",
    "2013年1月28日起": "2013-01-28/..",
}


@pytest.mark.parametrize("text", INTERVALS)
def test_an_interval_is_read_as_people_write_it(text):
    assert str(parse(text)) == INTERVALS[text]


@pytest.mark.parametrize(
    "text",
    [
        "2013年1月至",
        "2013年10月至3月",
        "2013年1月28日至2月30日",
        "1月至3月",
        "2013年至3月",
        "起",
        "2013年1月至3日",
        "2013年12月至1月",
    ],
)
def test_an_end_that_cannot_be_is_refused(text):
    with pytest.raises(PartialDateError):
        parse(text)


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused(text):
    with pytest.raises(PartialDateError):
        parse(text)


@pytest.mark.parametrize(
    "value",
    [2013.1, 2013.5, float("nan"), float("inf"), True, None, [], b"2013", -1, 0, 10**10, 1e300],
)
def test_a_value_that_may_mean_several_dates_or_none_is_refused(value):
    with pytest.raises(PartialDateError):
        parse(value)


@pytest.mark.parametrize("text", ["2016.1", " 2016.1 "])
def test_a_month_that_a_file_may_have_shortened_is_january_or_october(text):
    with pytest.raises(
        PartialDateError, match=r"^2016\.1 may be January or October: .* Write 2016-01 or 2016-10\.$"
    ):
        check_ambiguous_month(text)
    with pytest.raises(PartialDateError, match="January or October"):
        parse(2016.1)


@pytest.mark.parametrize(
    "text", ["2016.10", "2016.11", "2016.2", "2016.01", "2016.1.5", "2016-1", "2016", "", "x"]
)
def test_a_month_that_nothing_shortens_is_no_question(text):
    assert check_ambiguous_month(text) is None


def test_a_number_too_long_to_be_written_is_refused():
    with pytest.raises(PartialDateError):
        parse(10**5000)


def test_a_long_text_is_quoted_in_part():
    with pytest.raises(PartialDateError) as refusal:
        parse("x" * 1000)
    assert "“" + "x" * 40 + "…” is not a date" in str(refusal.value)


def test_a_refusal_that_holds_a_percent_sign_is_still_a_sentence():
    with pytest.raises(PartialDateError, match="“100%s” is not a date"):
        parse("100%s")


@given(partial_dates())
def test_canonical_text_is_read_back_to_the_same_date(date):
    assert parse(str(date)) == date


@given(partial_dates())
def test_canonical_text_fits_its_column(date):
    assert len(str(date)) <= 24


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


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(
            alphabet="0123456789-/.~?年月日上下半第一二三四季度Qq约左右至今到十五“” ０９－〇零元三十底初旬",
            max_size=16,
        ),
    )
)
def test_any_text_is_a_date_or_is_refused(text):
    try:
        date = parse(text)
    except PartialDateError:
        return
    assert parse(str(date)) == date


@given(
    st.one_of(st.integers(), st.floats(), st.dates(), st.datetimes(), st.booleans(), st.binary(max_size=8))
)
def test_any_value_is_a_date_or_is_refused(value):
    try:
        date = parse(value)
    except PartialDateError:
        return
    assert parse(str(date)) == date


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


@given(points(), points())
def test_an_interval_either_ends_after_it_begins_or_is_refused(start, end):
    try:
        date = PartialDate(start, end)
    except PartialDateError:
        assert end.latest < start.earliest
    else:
        assert date.latest == end.latest >= start.earliest


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
