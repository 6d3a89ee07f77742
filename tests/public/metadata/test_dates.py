"""Dates for schema.org: as precise as the source, never more."""

import pytest

from timeline.public.metadata.dates import iso_date, iso_ends, iso_interval, iso_point
from timeline.values.partial_date import PartialDate


@pytest.mark.parametrize("text", ["2013", "2013-01", "2013-01-28"])
def test_a_year_a_month_and_a_day_are_those_of_iso_8601(text):
    date = PartialDate.parse(text)
    assert iso_date(date) == iso_point(date.start) == iso_interval(date) == text
    assert iso_ends(date) == (text, "")


@pytest.mark.parametrize("text", ["2012~", "2014?", "2016-33", "2016-41"])
def test_what_iso_8601_cannot_express_is_left_out(text):
    date = PartialDate.parse(text)
    assert (iso_date(date), iso_ends(date), iso_interval(date)) == ("", ("", ""), "")


@pytest.mark.parametrize(
    ("text", "ends", "interval"),
    [
        ("2011/2015", ("2011", "2015"), "2011/2015"),
        ("2011-03/2015-06-30", ("2011-03", "2015-06-30"), "2011-03/2015-06-30"),
        ("2021/..", ("2021", ""), "2021/.."),
        ("2021/", ("2021", ""), ""),
        ("2011/2015~", ("2011", ""), ""),
        ("2011?/2015", ("", "2015"), ""),
    ],
)
def test_an_interval_has_the_ends_that_are_known(text, ends, interval):
    date = PartialDate.parse(text)
    assert iso_ends(date) == ends
    assert iso_interval(date) == interval
    assert iso_date(date) == ""


def test_no_date_is_none():
    assert (iso_date(None), iso_interval(None), iso_ends(None)) == ("", "", ("", ""))
