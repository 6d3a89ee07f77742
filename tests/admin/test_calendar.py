"""A month as a calendar."""

import datetime

import pytest
from django.utils import timezone

from timeline.admin.calendar import Month, period_of_day
from timeline.editing.schedule import ScheduledDay

MARCH = Month(datetime.date(2026, 3, 1))


def test_a_month_is_read_as_it_is_written_and_nothing_else_is():
    assert Month.parse("2026-03") == MARCH
    assert str(MARCH) == "2026-03"
    for text in ("", "2026-3", "2026-13", "0999-01", "9999-12", "2026-03-01", "２０２６-03", "all"):
        assert Month.parse(text) is None


def test_months_follow_each_other_over_the_years():
    december = Month(datetime.date(2025, 12, 1))
    assert (december.next, december.next.previous) == (Month(datetime.date(2026, 1, 1)), december)
    assert Month.parse("9998-12").next.first.year == 9999


def test_a_month_is_that_of_the_local_time():
    # In Ningbo, the month has begun.
    assert Month.of(datetime.datetime(2026, 2, 28, 16, tzinfo=datetime.UTC)) == MARCH
    assert MARCH.period.start == datetime.datetime(2026, 2, 28, 16, tzinfo=datetime.UTC)
    assert MARCH.period.end == MARCH.next.period.start


def test_weeks_are_whole_and_know_what_is_scheduled():
    scheduled = ScheduledDay(1, [(timezone.now(), "甲")])
    weeks = MARCH.weeks({datetime.date(2026, 3, 2): scheduled})
    assert {len(week) for week in weeks} == {7}
    assert (weeks[0][0].date, weeks[0][0].is_of_month) == (datetime.date(2026, 2, 23), False)
    assert [day.date.day for week in weeks for day in week if day.is_of_month] == [*range(1, 32)]
    assert [day.scheduled for day in weeks[1][:2]] == [scheduled, None]


def test_today_is_marked():
    today = timezone.localdate()
    weeks = Month(today.replace(day=1)).weeks({})
    assert [day.date for week in weeks for day in week if day.is_today] == [today]


@pytest.mark.parametrize(("text", "day"), [("1", 1), ("31", 31), ("32", None), ("0", None), ("x", None)])
def test_a_day_is_one_of_the_month(text, day):
    found = MARCH.day(text)
    assert (found.day if found else None) == day


def test_a_day_lasts_until_the_next():
    period = period_of_day(datetime.date(2026, 3, 31))
    assert period.end == MARCH.period.end
