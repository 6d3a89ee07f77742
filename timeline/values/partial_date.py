"""Partial dates: a year, half-year, quarter, month, day or interval, as precise as the source.

The text of a date is EDTF (`edtf.py`), followed by the words of its source in brackets where these say more than it:

    2015（2015年底）    2013-01-21/2013-01-31（2013年1月下旬）    2020（“十三五”末）

This module imports no Django. Messages are marked for translation and translated on display.
"""

import datetime
import functools
import re
from dataclasses import dataclass, replace

from timeline.values import edtf
from timeline.values.chinese import to_traditional
from timeline.values.date_formats import ChineseDateFormat, EnglishDateFormat, TraditionalDateFormat
from timeline.values.date_mistakes import mistake_in
from timeline.values.date_points import PartialDateError, Point, Unbounded
from timeline.values.errors import gettext_noop
from timeline.values.quotation_marks import nested_quotes
from timeline.values.text import TextError, check_no_html, check_printable, clean_line
from timeline.values.written_dates import read_written, without_end_mark

# The most characters of the words of a source, and of the text of a date with them in brackets.
MAX_WORDS = 40
MAX_LENGTH = edtf.MAX_LENGTH + MAX_WORDS + 2


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A partial date or an interval. `PartialDate.parse` creates it; `str()` returns the canonical text.

    `words` are those of the source, if they say more than the date that they stand for: 2015年底 for 2015.
    """

    start: Point
    end: Point | Unbounded | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.end, Point) and self.end.latest < self.start.earliest:
            raise PartialDateError(
                gettext_noop("%(start)s/%(end)s ends before it starts; perhaps %(end)s/%(start)s is meant."),
                start=str(self.start),
                end=str(self.end),
            )

    def __str__(self) -> str:
        return f"{self.edtf}（{self.words}）" if self.words else self.edtf

    @classmethod
    def parse(cls, value: object) -> "PartialDate":
        """Parse canonical text, common written forms, or a date cell of a spreadsheet.

        Raises PartialDateError, also for empty text: whether a date is required is decided by the caller.
        """
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, datetime.date):  # includes datetime; the time of day is dropped
            return cls(Point(value.year, value.month, value.day))
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        elif isinstance(value, float):
            check_ambiguous_month(str(value))
            raise mistake_in(str(value), str(value))
        if isinstance(value, int) and abs(value) > 99991231:
            raise mistake_in("…", "")
        text = str(value)
        if (date := _read_canonical(text)) is None:
            written = read_written(text)
            date = cls(written.start, written.end, written.words)
        return _with_checked_words(date) if date.words else date

    @classmethod
    def load(cls, text: str) -> "PartialDate":
        """Return the date that `str()` wrote. Its words are not checked again."""
        return _read_canonical(text) or cls.parse(text)

    @property
    def edtf(self) -> str:
        """The date without the words of its source, in EDTF."""
        return str(self.start) if self.end is None else f"{self.start}/{self.end}"

    @property
    def without_words(self) -> "PartialDate":
        """The date alone."""
        return replace(self, words="") if self.words else self

    @property
    def earliest(self) -> datetime.date:
        """The first day this date can mean."""
        return self.start.earliest

    @property
    def latest(self) -> datetime.date:
        """The last day this date can mean; `date.max` if the interval continues or its end is unknown."""
        if self.end is None:
            return self.start.latest
        if isinstance(self.end, Point):
            return self.end.latest
        return datetime.date.max

    def intersection(self, other: "PartialDate") -> "PartialDate | None":
        """Return the overlap, from the later start to the earlier end, or None if there is none."""
        later = max(self, other, key=lambda date: date.earliest)
        earlier = min(self, other, key=lambda date: date.latest)
        if earlier.latest < later.earliest:
            return None
        end = earlier.start if earlier.end is None else earlier.end
        return PartialDate(later.start, None if end == later.start else end)

    def contains(self, other: "PartialDate") -> bool:
        """Whether this date covers every day that the other can mean."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    @property
    def html_datetime(self) -> str:
        """The value of an HTML `<time datetime>`, which supports years, months and days; otherwise ""."""
        if self.end is None and not self.start.mark and (self.start.part is None or self.start.part <= 12):
            return str(self.start)
        return ""

    def display(self, language: str = "zh-hans") -> str:
        """Format the date in Chinese (any `zh…`) or English, without unknown months or days.

        In Chinese the words of its source are displayed, by themselves where they are a date. English has no words for them.
        """
        code = language.lower()
        is_traditional = code.startswith("zh-hant")
        date_format = _TRADITIONAL if is_traditional else _CHINESE if code.startswith("zh") else _ENGLISH
        text = (
            date_format.point(self.start) if self.end is None else date_format.interval(self.start, self.end)
        )
        if not self.words or date_format is _ENGLISH:
            return text
        words = to_traditional(self.words) if is_traditional else self.words
        return words if _is_date(self.words) else f"{text}（{words}）"


_CHINESE = ChineseDateFormat()
_TRADITIONAL = TraditionalDateFormat()
_ENGLISH = EnglishDateFormat()

_with_words = re.compile("([^（]+)（(.+)）").fullmatch


# Dates recur in a chronicle, and each database row has two.
@functools.lru_cache(maxsize=4096)
def _read_canonical(text: str) -> PartialDate | None:
    match = _with_words(text)
    ends = edtf.read(match[1] if match else text)
    return PartialDate(*ends, match[2] if match else "") if ends else None


@functools.lru_cache(maxsize=4096)
def _is_date(words: str) -> bool:
    try:
        return bool(read_written(words))
    except PartialDateError:
        return False


def _with_checked_words(date: PartialDate) -> PartialDate:
    """Return the date with clean words, or without words that say no more than it.

    Raises PartialDateError if the words are too long, cannot be displayed or mean another date.
    """
    words = clean_line(date.words)
    try:
        check_printable(words)
        check_no_html(words)
    except TextError as error:
        raise PartialDateError(error.message, **error.params) from None
    if len(words) > MAX_WORDS:
        raise PartialDateError(
            gettext_noop(
                "The words after the date have %(length)s characters; they may have %(limit)s at most. Keep those that name the date."
            ),
            length=len(words),
            limit=MAX_WORDS,
        )
    try:
        written = read_written(words)
    except PartialDateError:
        return replace(date, words=words)
    meant = PartialDate(written.start, written.end)
    if not written.words and meant == date.without_words:
        return meant
    if meant.intersection(date) is None:
        raise PartialDateError(
            gettext_noop("“%(words)s” means %(meant)s, not %(date)s. Correct the date or the words."),
            words=nested_quotes(words),
            meant=meant.edtf,
            date=date.edtf,
        )
    return replace(date, words=words)


_january_or_october = re.compile(r"([0-9]{4})\.1", re.ASCII).fullmatch


def year_of_ambiguous_month(text: str) -> str:
    """The year of 2016.1 in a file, which may stand for 2016.10 from a spreadsheet; "" for other texts."""
    match = _january_or_october(without_end_mark(text))
    return match[1] if match else ""


def check_ambiguous_month(text: str) -> None:
    """Raise PartialDateError for 2016.1 in a file, which may stand for 2016.10 from a spreadsheet.

    `parse` accepts 2016.1, since people who type it into a form see the result. Other months are unambiguous:
    2016.2 to 2016.9, 2016.11 and 2016.12 have no trailing zero to lose.
    """
    if year := year_of_ambiguous_month(text):
        raise PartialDateError(
            gettext_noop(
                "%(value)s may be January or October: a spreadsheet writes %(year)s.10 in this way too. "
                "Write %(year)s-01 or %(year)s-10."
            ),
            value=f"{year}.1",
            year=year,
        )
