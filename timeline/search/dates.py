"""Dates in search: what a document has of the dates of its record, and queries that are a date."""

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from timeline.values.chinese import fold, search_terms
from timeline.values.date_formats import ChineseDateFormat, EnglishDateFormat
from timeline.values.date_points import HALVES, QUARTERS, PartialDateError, Point
from timeline.values.partial_date import PartialDate

# Longer than any date.
_MAX_LENGTH = 40
_CHINESE, _ENGLISH = ChineseDateFormat(), EnglishDateFormat()
# Years in digits alone: other numbers are quantities.
_BARE_YEARS = range(1900, 2100)
_bare_number = re.compile("[0-9]+").fullmatch
# Two numbers are no date that somebody wrote with a space.
_parted_number = re.compile("[0-9] [0-9]").search
_MONTHS = {month[:3].lower(): number for number, month in enumerate(EnglishDateFormat.MONTHS, 1)}
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in map(str.lower, EnglishDateFormat.MONTHS))
_english = re.compile(
    rf"(?:(?P<day>[0-9]{{1,2}}) )?(?P<month>{_MONTH}|sept)\.?(?: (?P<day_after>[0-9]{{1,2}}),?)? (?P<year>[0-9]{{4}})"
).fullmatch


class SearchedDate(NamedTuple):
    """The date that a query is.

    Documents of the records with it have one of `names`; its other `spellings` count in any text as the query does. They
    replace the words of a query with spaces, which mean little by themselves.
    """

    date: PartialDate
    names: tuple[str, ...]
    spellings: tuple[str, ...]
    replaces_words: bool


def dated_lines(dates: Iterable[PartialDate]) -> str:
    """Return the text of a document for the dates of its record.

    Each date, and the month and year that contain it, is a line in EDTF, which a query that is a date finds; the other
    lines are for queries with other words beside a date. "" without dates.
    """
    lines = dict.fromkeys(line for date in dates for line in (*_units_of(date), *_words_of(date)))
    return "".join(f"\n{line}" for line in lines) + "\n" if lines else ""


# Each card of a page of results asks several times.
@functools.lru_cache(maxsize=256)
def read_date(query: str) -> SearchedDate | None:
    """Return the date that a query is, in whatever form; None for any other text.

    Words that say more than a date are searched for as text: 2015年底, “十三五”.
    """
    text = fold(query)
    date = None if len(text) > _MAX_LENGTH else _read(text)
    if date is None or date.words:
        return None
    names = tuple(f"\n{name}\n" for name in _names_of(date))
    spellings = tuple(one for one in _spellings_of(date) if " " in text or text not in one)
    return SearchedDate(date, names, spellings, " " in text and bool(spellings))


def marked_terms(query: str) -> list[str]:
    """Return what is marked in texts for a query: its words, or the other spellings of the date that it is."""
    date = read_date(query)
    if date is None:
        return search_terms(query)
    words = () if date.replaces_words and not query.isascii() else search_terms(query)
    return [*words, *date.spellings]


def alternatives(query: str) -> list[list[str]]:
    """Return the lists of words of which a text contains one if it contains the query."""
    date = read_date(query)
    words = [] if date and date.replaces_words else [search_terms(query)]
    return [*words, *([spelling] for spelling in (date.spellings if date else ()))]


def _read(text: str) -> PartialDate | None:
    if found := _english(text):
        month = _MONTHS[found["month"][:3]]
        day = found["day"] or found["day_after"]
        if found["day"] and found["day_after"]:
            return None
        text = f"{found['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
    elif _bare_number(text):
        # Not the number of a day in a spreadsheet.
        if len(text) not in (4, 6, 8) or int(text[:4]) not in _BARE_YEARS:
            return None
    elif _parted_number(text):
        return None
    try:
        return PartialDate.parse(text)
    except PartialDateError:
        return None


def _ends_of(date: PartialDate) -> list[Point]:
    """The ends of the date as they were written, without marks.

    Of an interval in other words, such as 2013年1月下旬, the ends are bounds, and only their years and months count.
    """
    ends = [replace(end, mark="") for end in (date.start, date.end) if isinstance(end, Point)]
    if len(ends) == 2 and date.words:
        is_in_month = [end.year for end in ends].count(ends[0].year) == 2 and ends[0].part == ends[1].part
        return [Point(end.year, end.part if is_in_month else None) for end in ends]
    return ends


def _whole_of(date: PartialDate) -> str:
    """The date in EDTF, without marks."""
    start = replace(date.start, mark="")
    end = replace(date.end, mark="") if isinstance(date.end, Point) else date.end
    return str(start) if end is None else f"{start}/{end}"


def _units_of(date: PartialDate) -> Iterator[str]:
    """The date, and the months and years that contain it or one of its ends."""
    ends = _ends_of(date)
    if date.end is None or ends[0] == replace(date.start, mark=""):
        yield _whole_of(date)
    for end in ends:
        yield str(Point(end.year))
        if end.part is not None and end.part <= 12:
            yield str(Point(end.year, end.part))
        yield str(end)


def _words_of(date: PartialDate) -> Iterator[str]:
    """The ends of the date in Chinese, and the words of its source."""
    for end in _ends_of(date):
        yield _CHINESE.bare(end)
    if words := fold(date.words):
        yield words


def _names_of(date: PartialDate) -> Iterator[str]:
    """The lines of the documents that the date finds: its own, and those of the quarters and months of half a year."""
    yield _whole_of(date)
    part = date.start.part
    if date.end is None and part is not None and part > 12:
        months = range(date.earliest.month, date.latest.month + 1)
        parts = [*months, *(QUARTERS[(month - 1) // 3] for month in months if part in HALVES)]
        yield from dict.fromkeys(str(Point(date.start.year, one)) for one in parts)


def _spellings_of(date: PartialDate) -> Iterator[str]:
    """The date as texts have it."""
    if date.end is None:
        point = replace(date.start, mark="")
        yield _CHINESE.bare(point)
        if point.part is not None:
            yield _ENGLISH.bare(point).lower()
