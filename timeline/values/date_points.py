"""One date, precise to the year, half-year, quarter, month or day. This module imports no Django.

Messages are marked for translation and translated on display.
"""

import calendar
import datetime
import enum
from dataclasses import dataclass

from timeline.values.errors import InvalidValueError, gettext_noop


class PartialDateError(InvalidValueError):
    """The text is not a partial date."""


class Unbounded(enum.StrEnum):
    """The end of an interval without an end date: it continues, or its end is unknown."""

    OPEN = ".."
    UNKNOWN = ""


QUARTERS = (33, 34, 35, 36)
HALVES = (40, 41)
_MONTH_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# The first and last month of each EDTF sub-year part.
_PART_MONTHS = {month: (month, month) for month in range(1, 13)} | {
    33: (1, 3),
    34: (4, 6),
    35: (7, 9),
    36: (10, 12),
    40: (1, 6),
    41: (7, 12),
}


def days_in(year: int, month: int) -> int:
    return 29 if month == 2 and calendar.isleap(year) else _MONTH_DAYS[month]


@dataclass(frozen=True, slots=True)
class Point:
    """One date, as precise as its source.

    `part` is a month (1-12), a quarter (33-36) or a half-year (40-41), numbered as in EDTF. `day` requires a
    month. `mark` is "", "~" (approximate) or "?" (uncertain).

    Raises PartialDateError for a date that is not in the calendar.
    """

    year: int
    part: int | None = None
    day: int | None = None
    mark: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise PartialDateError(
                gettext_noop("There is no year %(year)s here; years run from 0001 to 9999."),
                year=f"{self.year:04}",
            )
        if self.part is None:
            if self.day is not None:
                raise PartialDateError(gettext_noop("A day needs its month: write 2016-09-26."))
        elif self.part not in _PART_MONTHS:
            raise invalid_month(self.year, self.part)
        elif self.day is not None:
            if self.part > 12:
                raise PartialDateError(gettext_noop("A day needs its month: write 2016-09-26."))
            days = days_in(self.year, self.part)
            if not 1 <= self.day <= days:
                raise PartialDateError(
                    gettext_noop("There is no day %(day)s in %(month)s, which has %(days)s days."),
                    day=f"{self.day:02}",
                    month=f"{self.year:04}-{self.part:02}",
                    days=days,
                )

    def __str__(self) -> str:
        text = f"{self.year:04}"
        if self.part is not None:
            text += f"-{self.part:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text + self.mark

    @property
    def earliest(self) -> datetime.date:
        """The first day this date can mean."""
        if self.part is None:
            return datetime.date(self.year, 1, 1)
        return datetime.date(self.year, _PART_MONTHS[self.part][0], self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day this date can mean."""
        if self.part is None:
            return datetime.date(self.year, 12, 31)
        month = _PART_MONTHS[self.part][1]
        return datetime.date(self.year, month, self.day or days_in(self.year, month))


def invalid_month(year: int, month: int) -> PartialDateError:
    return PartialDateError(
        gettext_noop(
            "There is no month %(month)s; months run from 01 to 12, as in %(year)s-01 or %(year)s-12."
        ),
        month=f"{month:02}",
        year=f"{year:04}",
    )
