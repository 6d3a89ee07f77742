"""Dates as references write them: never more exact than they are known, quarters and half-years as their year."""

import dataclasses
from collections.abc import Callable

from timeline.values.date_formats import EnglishDateFormat
from timeline.values.date_points import Point, Unbounded
from timeline.values.partial_date import PartialDate


def iso_text(date: PartialDate) -> str:
    """2010-09-15, 2010-09, 2011—2015; an estimated or uncertain date is in brackets (GB/T 7714—2025)."""
    return _text(date, lambda point: f"[{_bare(point)}]" if point.mark else str(point), "—", "")


def year_first(date: PartialDate) -> str:
    """2010, September 15, as APA writes dates; an uncertain one is in brackets with a question mark."""
    return _text(date, lambda point: _about(point, _year_first(point)), "–", "present")


def month_first(date: PartialDate) -> str:
    """September 15, 2010, as Chicago writes dates; an uncertain one is in brackets with a question mark."""
    return _text(date, lambda point: _about(point, _month_first(point)), "–", "present")


def biblatex_date(date: PartialDate) -> str:
    """The date for biblatex, in EDTF."""
    start = str(_month_at_most(date.start))
    if date.end is None:
        return start
    end = date.end if isinstance(date.end, Unbounded) else _month_at_most(date.end)
    return f"{start}/{end}"


def date_parts(date: PartialDate) -> list[list[int]]:
    """The date for CSL-JSON: year, month and day of its start and of a known end."""
    points = [date.start, date.end] if isinstance(date.end, Point) else [date.start]
    return [[part for part in (p.year, p.part, p.day) if part] for p in map(_month_at_most, points)]


def _text(date: PartialDate, of_point: Callable[[Point], str], dash: str, present: str) -> str:
    start = of_point(_month_at_most(date.start))
    if date.end is None or date.end is Unbounded.UNKNOWN:
        return start
    if isinstance(date.end, Point):
        return f"{start}{dash}{of_point(_month_at_most(date.end))}"
    return f"{start}{dash}{present}"


def _month_at_most(point: Point) -> Point:
    """The same without a quarter or half-year, which no style and no program knows."""
    return dataclasses.replace(point, part=None) if point.part and point.part > 12 else point


def _bare(point: Point) -> Point:
    return dataclasses.replace(point, mark="")


def _about(point: Point, text: str) -> str:
    return {"": text, "~": f"ca. {text}", "?": f"[{text}?]"}[point.mark]


def _year_first(point: Point) -> str:
    month_and_day = _month_and_day(point)
    return f"{point.year}, {month_and_day}" if month_and_day else str(point.year)


def _month_first(point: Point) -> str:
    month_and_day = _month_and_day(point)
    separator = ", " if point.day else " "
    return f"{month_and_day}{separator}{point.year}" if month_and_day else str(point.year)


def _month_and_day(point: Point) -> str:
    if point.part is None:
        return ""
    month = EnglishDateFormat.MONTHS[point.part - 1]
    return f"{month} {point.day}" if point.day else month
