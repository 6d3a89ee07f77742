"""Partial dates: a year, half-year, quarter, month, day or interval, as precise as the source.

The canonical text is a subset of EDTF (ISO 8601-2:2019 annex A, https://www.loc.gov/standards/datetime/):

    2013            a year                      2016-09-26   a day
    2013-01         a month                     2011/2015    an interval, both ends included
    2016-33 … -36   a quarter (EDTF level 2)    2021/..      an interval that continues
    2016-40, -41    a half-year (EDTF level 2)  2021/        an interval whose end is unknown
    2012~  2014?    approximate, uncertain      (either end of an interval may be marked)

This module imports no Django. Messages are marked for translation and translated on display.
"""

import datetime
import functools
import re
import unicodedata
from dataclasses import dataclass

from timeline.values.date_formats import ChineseDateFormat, EnglishDateFormat, TraditionalDateFormat
from timeline.values.date_numerals import open_ended_word, to_arabic, vague_word
from timeline.values.date_points import HALVES, QUARTERS, PartialDateError, Point, Unbounded, invalid_month
from timeline.values.errors import gettext_noop
from timeline.values.text import remove_invisible


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A partial date or an interval. `PartialDate.parse` creates it; `str()` returns the canonical text."""

    start: Point
    end: Point | Unbounded | None = None

    def __post_init__(self) -> None:
        if isinstance(self.end, Point) and self.end.latest < self.start.earliest:
            raise PartialDateError(
                gettext_noop("%(start)s/%(end)s ends before it starts; perhaps %(end)s/%(start)s is meant."),
                start=str(self.start),
                end=str(self.end),
            )

    def __str__(self) -> str:
        return str(self.start) if self.end is None else f"{self.start}/{self.end}"

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
            raise _error_for(str(value))
        if isinstance(value, int) and abs(value) > 99991231:
            raise _error_for("…")
        text = str(value)
        return _parse_canonical(text) if _canonical(text) else _parse_written(text)

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
        """Format the date in Chinese (any `zh…`) or English, without unknown months or days."""
        code = language.lower()
        date_format = (
            _TRADITIONAL if code.startswith("zh-hant") else _CHINESE if code.startswith("zh") else _ENGLISH
        )
        if self.end is None:
            return date_format.point(self.start)
        return date_format.interval(self.start, self.end)


# Dates recur in a chronicle, and each database row has two.
@functools.lru_cache(maxsize=4096)
def _parse_canonical(text: str) -> PartialDate:
    year, part, day, mark, slash, to_year, to_part, to_day, to_mark = _canonical(text).groups()  # type: ignore[union-attr]
    start = Point(int(year), int(part) if part else None, int(day) if day else None, mark)
    if not slash:
        return PartialDate(start)
    if to_year:
        end = Point(int(to_year), int(to_part) if to_part else None, int(to_day) if to_day else None, to_mark)
        return PartialDate(start, end)
    return PartialDate(start, Unbounded(slash[1:]))


_CHINESE = ChineseDateFormat()
_TRADITIONAL = TraditionalDateFormat()
_ENGLISH = EnglishDateFormat()

_POINT = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?]?)"
_canonical = re.compile(rf"{_POINT}(/(?:{_POINT}|\.\.)?)?").fullmatch

# From the third on, the five-year plans follow each other without a gap.
_PLAN_NUMERALS = [
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
    "十九",
    "二十",
]
_PLANS = {"一": (1953, 1957), "二": (1958, 1962)} | {
    numeral: (1966 + 5 * index, 1970 + 5 * index) for index, numeral in enumerate(_PLAN_NUMERALS)
}
_plan = re.compile(r"[“”\"'「『]*([一二三四五六七八九十]{1,3})五[“”\"'」』]*(?:期间|时期|规划期)?").fullmatch

_written_point = re.compile(
    r"""(?P<about>约|大约)?
    (?P<year>[0-9]{4})
    (?: (?P<year_sign>年)?-?(?: (?P<half>[上下])半年 | 第?(?P<quarter>[一二三四1-4])季度 | [Qq](?P<q>[1-4]) )
      | 年(?:(?P<cn_month>[0-9]{1,2})月(?:(?P<cn_day>[0-9]{1,2})[日号])?)?
      | (?P<dash>[-/.])(?P<month>[0-9]{1,2})(?:(?P=dash)(?P<day>[0-9]{1,2}))?
      | (?P<mm>[0-9]{2})(?P<dd>[0-9]{2})
    )?
    (?P<around>左右|前后)?
    (?P<mark>[~?]?)
    """,
    re.VERBOSE,
).fullmatch
_until = re.compile(r"——|[—–―~至到/-]")
_goes_on = re.compile(r"(.+?)(?:至今|到现在|起|以来)").fullmatch
# A short end after a start with year and month: 2013年1月至3月, 2013年1月28日至30日.
_end_in_year = re.compile(r"([0-9]{1,2})月(?:[0-9]{1,2}[日号])?").fullmatch
_end_in_month = re.compile(r"[0-9]{1,2}[日号]").fullmatch
_year_and_month = re.compile(r"([0-9]{4}年)([0-9]{1,2}月)")

_january_or_october = re.compile(r"\s*([0-9]{4})\.1\s*", re.ASCII).fullmatch


def check_ambiguous_month(text: str) -> None:
    """Raise PartialDateError for 2016.1 in a file, which may stand for 2016.10 from a spreadsheet.

    `parse` accepts 2016.1, since people who type it into a form see the result. Other months are unambiguous:
    2016.2 to 2016.9, 2016.11 and 2016.12 have no trailing zero to lose.
    """
    if match := _january_or_october(text):
        raise PartialDateError(
            gettext_noop(
                "%(value)s may be January or October: a spreadsheet writes %(year)s.10 in this way too. "
                "Write %(year)s-01 or %(year)s-10."
            ),
            value=f"{match[1]}.1",
            year=match[1],
        )


# The number that a spreadsheet shows for a date cell without its format: days since 1899-12-30, here 1990 to
# 2099. Smaller numbers may also be a year followed by a month: 20135.
SERIALS = range(32874, 73051)
_SERIAL_EPOCH = datetime.date(1899, 12, 30)


def _error_for(text: str) -> PartialDateError:
    if not text.strip():
        return PartialDateError(gettext_noop("A date is missing here."))
    if word := open_ended_word(_plain(text)):
        return PartialDateError(
            gettext_noop(
                "“%(word)s” says only before or after what it was, which is no date. Leave the date empty and keep the words "
                "of the source in the text."
            ),
            word=word,
        )
    if vague := vague_word(_plain(text)):
        word, example = vague
        if not example:
            return PartialDateError(
                gettext_noop(
                    "“%(word)s” says no definite date. Write the year or the month if the source gives one, otherwise leave "
                    "the date empty; keep its own words in the text."
                ),
                word=word,
            )
        return PartialDateError(
            gettext_noop(
                "“%(word)s” says no definite date. Write the year or the month that the source gives, such as "
                "%(example)s, and keep its own words in the text."
            ),
            word=word,
            example=example,
        )
    return PartialDateError(
        gettext_noop(
            "“%(value)s” is not a date. Write it as far as the source gives it: 2013, 2013-01, 2013-01-28, "
            "2013年1月, 2016年上半年, 2011/2015, 2013年1月至3月, 2021/.. (goes on), 2021/ (end unknown), 2012~ (about)."
        ),
        value=text if len(text) <= 40 else text[:40] + "…",
    )


def _plain(text: str) -> str:
    # NFKC normalizes full-width digits and punctuation. Spaces between the parts are common.
    return to_arabic("".join(unicodedata.normalize("NFKC", remove_invisible(text)).split()))


def _parse_written(text: str) -> PartialDate:
    """Parse a date that is not in canonical form. Raises PartialDateError with an explanation."""
    plain = _plain(text)
    if plain != text and _canonical(plain):
        return _parse_canonical(plain)
    if match := _written_point(plain):
        return PartialDate(_point_of(match))
    if (match := _plan(plain)) and (years := _PLANS.get(match[1])):
        return PartialDate(Point(years[0]), Point(years[1]))
    if plain.isascii() and plain.isdigit() and len(plain) == 5 and int(plain) in SERIALS:
        return PartialDate.parse(_SERIAL_EPOCH + datetime.timedelta(days=int(plain)))
    if (match := _goes_on(plain)) and (start := _written_point(match[1])):
        return PartialDate(_point_of(start), Unbounded.OPEN)
    for separator in _until.finditer(plain):
        start = _written_point(plain[: separator.start()])
        end = _written_point(_whole_end(plain[: separator.start()], plain[separator.end() :]))
        if start and end:
            return PartialDate(_point_of(start), _point_of(end))
    raise _error_for(text)


def _whole_end(start: str, end: str) -> str:
    """Complete the end of an interval with the year, or year and month, of its start."""
    if shared := _year_and_month.match(start):
        if (later := _end_in_year(end)) and int(later[1]) >= int(shared[2].removesuffix("月")):
            return shared[1] + end
        if _end_in_month(end) and start[-1] in "日号":
            return shared[0] + end
    return end


def _point_of(match: re.Match[str]) -> Point:
    part = day = None
    if month := match["cn_month"] or match["month"] or match["mm"]:
        part = int(month)
        if part > 12:  # quarters and half-years are numbered only in canonical text
            raise invalid_month(int(match["year"]), part)
        if written_day := match["cn_day"] or match["day"] or match["dd"]:
            day = int(written_day)
    elif half := match["half"]:
        part = HALVES["上下".index(half)]
    elif quarter := match["quarter"] or match["q"]:
        part = QUARTERS[("一二三四" if quarter in "一二三四" else "1234").index(quarter)]
    mark = "~" if match["about"] or match["around"] else match["mark"]
    return Point(int(match["year"]), part, day, mark)
