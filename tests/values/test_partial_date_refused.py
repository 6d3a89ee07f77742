"""Invalid partial dates: refused with a message that suggests a correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dates import points
from timeline.values.partial_date import PartialDate, PartialDateError, check_ambiguous_month

parse = PartialDate.parse

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
    *(
        "13",
        "213",
        "99999",
        "161209",
        "160926",
        "2013-1-",
        "2013--01",
        "-2013",
        "2013-01-01-01",
        "2013/01.02",
    ),
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


@pytest.mark.parametrize("text", ["2016.1", " 2016.1 ", "2016.1.", "2016.1。", "2016.1、", "２０１６．１"])
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


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(
            alphabet="0123456789-/.~?年月日上下半第一二三四季度Qq约左右至今到十五“” ０９－〇零元三十底初旬末代起自世纪前（）()星期:T",
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


@given(points(), points())
def test_an_interval_either_ends_after_it_begins_or_is_refused(start, end):
    try:
        date = PartialDate(start, end)
    except PartialDateError:
        assert end.latest < start.earliest
    else:
        assert date.latest == end.latest >= start.earliest
