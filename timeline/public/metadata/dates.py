"""Partial dates in ISO 8601, which schema.org asks for, as far as it has them: never more precise than the source."""

from timeline.values.date_points import Point
from timeline.values.partial_date import PartialDate


def iso_point(point: object) -> str:
    """A year, month or day: 2013, 2013-01, 2013-01-28.

    "" for what ISO 8601 has no such form for: quarters, half-years, approximate and uncertain dates, unknown ends.
    """
    if not isinstance(point, Point) or point.mark or (point.part or 1) > 12:
        return ""
    return str(point)


def iso_date(date: PartialDate | None) -> str:
    """The same of a date that is no interval; "" for an interval or None."""
    return iso_point(date.start) if date and date.end is None else ""


def iso_ends(date: PartialDate | None) -> tuple[str, str]:
    """The first and the last date of an interval; the last is "" if it is open, unknown or the same."""
    return (iso_point(date.start), iso_point(date.end)) if date else ("", "")


def iso_interval(date: PartialDate | None) -> str:
    """A date, or an interval with a slash, as in 2011/2015; an interval that continues ends in two dots: 2021/.."""
    if date is None or date.end is None:
        return iso_date(date)
    start, end = iso_ends(date)
    if start and str(date.end) == "..":
        return f"{start}/.."
    return f"{start}/{end}" if start and end else ""
