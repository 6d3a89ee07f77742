"""Texts that may be several dates: what each may mean."""

import pytest

from timeline.exchange.mapping.date_choices import depends_on_record, possible_dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2016.1", ("2016-01", "2016-10", "2016")),
        ("2016.1。", ("2016-01", "2016-10", "2016")),
        ("2012.20", ("2012-02", "2012")),
        ("9/8/2016", ("2016-08-09", "2016-09-08")),
        ("26.09.2016", ("2016-09-26",)),
        ("21年6月10日", ("2021-06-10", "1921-06-10")),
        ("’98年3月", ("1998-03",)),
        ("2015年前", ("2015（2015年前）",)),
        ("2020年春节前后", ("2020（2020年春节前后）",)),
        ("自2021年5月1日起施行，有效期3年", ("2021-05-01（自2021年5月1日起施行，有效期3年）",)),
        # A Chinese office writes the year first, also a short one.
        ("15.6.30", ("2015-06-30",)),
        ("98.6.30", ("1998-06-30",)),
        ("9/8/16", ("2016-08-09", "2016-09-08")),
    ],
)
def test_the_dates_that_a_text_may_mean(text, dates):
    assert {*possible_dates(text)} == {*dates}


@pytest.mark.parametrize("text", ["2016", "2016-01", "2012.2", "2013年上半年", "二〇一七年三月", "2016.10.1"])
def test_a_date_leaves_nothing_open(text):
    assert possible_dates(text) == ()


@pytest.mark.parametrize("text", ["", "9月", "不详", "2016年13月", "2021.13", "2013、2014", "99/99/2016"])
def test_what_is_no_date_may_be_none(text):
    assert possible_dates(text) == ()


@pytest.mark.parametrize("text", ["年底", "9月", "9月26日", "上旬", "春节前后", "印发之日起30日后施行"])
def test_another_row_may_mean_another_date(text):
    assert depends_on_record(text)


@pytest.mark.parametrize("text", ["2016年底", "自2020年6月1日起施行，有效期3年", "不详"])
def test_other_texts_mean_the_same_in_each_row(text):
    assert not depends_on_record(text)
