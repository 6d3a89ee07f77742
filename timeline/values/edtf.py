"""The canonical text of dates: a subset of EDTF (ISO 8601-2:2019 annex A). This module imports no Django.

    2013            a year                      2016-09-26   a day
    2013-01         a month                     2011/2015    an interval, both ends included
    2016-33 … -36   a quarter (EDTF level 2)    2021/..      an interval that continues
    2016-40, -41    a half-year (EDTF level 2)  2021/        an interval whose end is unknown
    2012~  2014?    approximate, uncertain      (either end of an interval may be marked)

The standard: https://www.loc.gov/standards/datetime/
"""

import re

from timeline.values.date_points import Point, Unbounded

# The length of 2013-01-28~/2013-09-30~, the longest text.
MAX_LENGTH = 24

_POINT = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?]?)"
_date = re.compile(rf"{_POINT}(/(?:{_POINT}|\.\.)?)?").fullmatch


def read(text: str) -> tuple[Point, Point | Unbounded | None] | None:
    """Return the start and the end of a date, or None for other text.

    Raises PartialDateError for a date that is not in the calendar.
    """
    if not (match := _date(text)):
        return None
    year, part, day, mark, slash, to_year, to_part, to_day, to_mark = match.groups()
    start = Point(int(year), int(part) if part else None, int(day) if day else None, mark)
    if not slash:
        return start, None
    if to_year:
        return start, Point(
            int(to_year), int(to_part) if to_part else None, int(to_day) if to_day else None, to_mark
        )
    return start, Unbounded(slash[1:])
