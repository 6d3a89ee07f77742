"""A month as a calendar: its weeks, and what becomes public on each day."""

import calendar
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from timeline.editing.schedule import Period, ScheduledDay

# The years of Python's dates, but for those of which a local time is not one.
_MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)

WEEKDAY_NAMES = [(WEEKDAYS_ABBR[day], WEEKDAYS[day]) for day in range(7)]


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    first: datetime.date

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """The month that is written 2026-12, or None."""
        found = _MONTH.fullmatch(text)
        # There are days before and after it.
        if found is None or not 1001 <= int(found[1]) <= 9998:
            return None
        return cls(datetime.date(int(found[1]), int(found[2]), 1))

    @classmethod
    def of(cls, moment: datetime.datetime) -> "Month":
        return cls(timezone.localdate(moment).replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def next(self) -> "Month":
        return Month((self.first + datetime.timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Month":
        return Month((self.first - datetime.timedelta(days=1)).replace(day=1))

    @property
    def period(self) -> Period:
        return Period(_midnight(self.first), _midnight(self.next.first))

    def day(self, text: str) -> datetime.date | None:
        """The day of this month with a number, or None."""
        days = calendar.monthrange(self.first.year, self.first.month)[1]
        is_number = re.fullmatch("[1-9][0-9]?", text, re.ASCII)
        return self.first.replace(day=int(text)) if is_number and int(text) <= days else None

    def weeks(self, days: Mapping[datetime.date, ScheduledDay]) -> "list[list[CalendarDay]]":
        """The weeks of the month, from Monday on, with the days before and after it that complete them."""
        weeks = calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)
        return [
            [CalendarDay(day, day.month == self.first.month, days.get(day)) for day in week] for week in weeks
        ]


@dataclass(frozen=True)
class CalendarDay:
    """A day of a calendar, which is of its month or not, with what becomes public on it, if anything does."""

    date: datetime.date
    is_of_month: bool
    scheduled: ScheduledDay | None

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()


def period_of_day(day: datetime.date) -> Period:
    return Period(_midnight(day), _midnight(day + datetime.timedelta(days=1)))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
