"""Dates as people and programs write them: 2013年1月, 2015年底, “十三五”末, 1990年代. This module imports no Django.

A form that says more than the date that it stands for, as 2015年底 does, is kept beside the date, in the words of its source.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, replace

from timeline.values import edtf
from timeline.values.date_mistakes import mistake_in
from timeline.values.date_numerals import to_arabic
from timeline.values.date_points import (
    HALVES,
    QUARTERS,
    PartialDateError,
    Point,
    Unbounded,
    days_in,
    invalid_month,
)
from timeline.values.errors import gettext_noop
from timeline.values.text import clean_line, remove_invisible


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """The start and the end of a date, and the words of its source where these say more; otherwise ""."""

    start: Point
    end: Point | Unbounded | None = None
    words: str = ""


def read_written(text: str) -> WrittenDate:
    """Read a date that is not in canonical form. Raises PartialDateError with an explanation."""
    plain = _with_sign(_plain(_without_midnight(text)))
    if found := _date(plain):
        return found if not found.words else replace(found, words=clean_line(text))
    if (parts := _in_brackets(text)) and (date := _date(_plain(parts[0]))):
        return _with_remark(date, text, parts[1])
    raise mistake_in(text, plain)


# --- what stands around a date

# Midnight is what programs add to a day.
_time = re.compile(
    r"(?<=[0-9日号])(?:T|\s+|(?=[上下]午))(?P<time>(?:[上下]午)?\s*[0-9]{1,2}(?::[0-9]{2}){1,2}(?:\.[0-9]+)?"
    r"(?:\s*[APap][Mm])?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)$"
)
_midnight = re.compile(
    r"(?:0?0:00(?::00(?:\.0+)?)?|上午\s*12:00(?::00)?|12:00(?::00)?\s*[Aa][Mm])(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
).fullmatch


def _without_midnight(text: str) -> str:
    plain = unicodedata.normalize("NFKC", remove_invisible(text)).strip()
    if not (found := _time.search(plain)):
        return text
    if not _midnight(found["time"]):
        raise PartialDateError(
            gettext_noop("“%(value)s” has a time of day. Write the day alone: %(day)s."),
            value=plain[:40],
            day=plain[: found.start()],
        )
    return plain[: found.start()]


def _plain(text: str) -> str:
    # NFKC normalizes full-width digits and punctuation. Spaces between the parts are common, and 1月份 is 1月.
    joined = "".join(unicodedata.normalize("NFKC", remove_invisible(text)).split())
    return to_arabic(joined.replace("月份", "月"))


_end_mark = re.compile("(?<=[0-9年月日号])[.。,;、]$")


def without_end_mark(text: str) -> str:
    """The text in plain characters and without a mark at its end, as it is read: 2016.1 of ２０１６．１。"""
    return _end_mark.sub("", _plain(text))


# A day without its sign, or with that of another form: 2016年9月26, 2016.9.26日, 2016.9月26日. In 2016年9-26 it may be a month.
_without_sign = re.compile(
    r"(?P<year>[0-9]{4})(?:年(?P<month>[0-9]{1,2})月|(?P<sign>[-/.])(?P<month2>[0-9]{1,2})(?:月|(?P=sign)))(?P<day>[0-9]{1,2})[日号]?"
).fullmatch


def _with_sign(plain: str) -> str:
    """The text without a mark at its end, and a day with its sign."""
    plain = _end_mark.sub("", plain)
    if not (found := _without_sign(plain)):
        return plain
    return f"{found['year']}年{found['month'] or found['month2']}月{found['day']}日"


_brackets = re.compile(r"([^（(]+)[（(](.+)[）)]").fullmatch
_UNCERTAIN = ("存疑", "uncertain")


def _in_brackets(text: str) -> tuple[str, str] | None:
    """Split a text into a date and what is in brackets after it."""
    found = _brackets(clean_line(text))
    return (found[1], found[2].strip()) if found else None


def _with_remark(date: WrittenDate, text: str, remark: str) -> WrittenDate:
    if remark in _UNCERTAIN and date.end is None and not date.start.mark:
        return replace(date, start=replace(date.start, mark="?"))
    return replace(date, words=clean_line(text) if date.words else remark)


# --- one date, or an interval

_SEPARATOR = r"(?:——|[—–―~至到/-])"
_until = re.compile(r"——|[—–―~至到/-]")
_goes_on = re.compile(
    r"(?P<from>[自从])?(?P<date>.+?)(?:起?(?:至今|到现在)|(?P<word>起|以来|开始))"
).fullmatch
_WEEKDAY = r"\(?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])\)?"
# A short end after a start with year and month: 2013年1月至3月, 2013年1月28日至30日.
_end_in_year = re.compile(
    rf"([0-9]{{1,2}})月(?:[0-9]{{1,2}}[日号](?:{_WEEKDAY})?|[初中底末]|[上中下]旬)?"
).fullmatch
_end_in_month = re.compile(rf"[0-9]{{1,2}}[日号](?:{_WEEKDAY})?").fullmatch
_year_and_month = re.compile(r"([0-9]{4}年)([0-9]{1,2}月)")
# A short start before an end with the sign: 2013年1-3月, 2013年1月28-30日.
_short_start = re.compile(
    rf"([0-9]{{4}}年)(?:([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}月)|([0-9]{{1,2}}月)([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}[日号]))"
).fullmatch


def _date(plain: str) -> WrittenDate | None:
    """Read a date from text without blanks; None if it is none. Its words are the text, where they say more."""
    if ends := edtf.read(plain):
        return WrittenDate(*ends)
    if found := _span(plain):
        return found
    if short := _short_start(plain):
        year, month, to_month, in_month, day, to_day = short.groups()
        if month:
            return _interval(f"{year}{month}月", f"{year}{to_month}", plain)
        return _interval(f"{year}{in_month}{day}日", f"{year}{in_month}{to_day}", plain)
    if (match := _goes_on(plain)) and (found := _span(match["date"])):
        says_more = found.words or match["word"]
        return WrittenDate(found.start, Unbounded.OPEN, plain if says_more else "")
    if plain.startswith(("自", "从")) and (found := _date(plain[1:])) and isinstance(found.end, Point):
        return found
    for separator in _until.finditer(plain):
        start = plain[: separator.start()]
        if interval := _interval(start, _whole_end(start, plain[separator.end() :]), plain):
            return interval
    return None


def _interval(first: str, last: str, plain: str) -> WrittenDate | None:
    start, end = _span(first), _span(last)
    if start is None or end is None:
        return None
    says_more = start.words or end.words
    return WrittenDate(start.start, end.end or end.start, plain if says_more else "")


def _whole_end(start: str, end: str) -> str:
    """Complete the end of an interval with the year, or year and month, of its start."""
    if shared := _year_and_month.match(start):
        if later := _end_in_year(end):
            if int(later[1]) < int(shared[2].removesuffix("月")) and _span(start):
                raise _ends_before(start, end, int(shared[1].removesuffix("年")))
            return shared[1] + end
        if _end_in_month(end) and ("日" in start or "号" in start):
            return shared[0] + end
    return end


def _ends_before(start: str, end: str, year: int) -> PartialDateError:
    return PartialDateError(
        gettext_noop(
            "“%(value)s” ends before it starts. If the end is in the next year, write that year as well: %(example)s; "
            "otherwise write the earlier date first."
        ),
        value=f"{start}至{end}",
        example=f"{start}至{year + 1}年{end}",
    )


# --- forms that stand for one date, or for an interval by themselves


def _span(plain: str) -> WrittenDate | None:
    return next((found for read in _FORMS if (found := read(plain))), None)


_point = re.compile(
    rf"""(?P<about>约|大约)?
    (?P<year>[0-9]{{4}})
    (?: (?P<year_sign>年)?-?(?: (?P<half>[上下])半年 | 第?(?P<quarter>[一二三四1-4])季度 | [Qq](?P<q>[1-4]) )
      | 年(?:(?P<cn_month>[0-9]{{1,2}})月(?:(?P<cn_day>[0-9]{{1,2}})[日号](?:{_WEEKDAY})?)?)?
      | (?P<dash>[-/.])(?P<month>[0-9]{{1,2}})(?:(?P=dash)(?P<day>[0-9]{{1,2}})(?:{_WEEKDAY.replace("weekday", "weekday2")})?)?
      | (?P<mm>[0-9]{{2}})(?P<dd>[0-9]{{2}})?
      | (?P<year_part>年?年[初中底末终]|年?岁[初末])
      | 年(?P<part_month>[0-9]{{1,2}})月(?P<month_part>[初中底末])
    )?
    (?P<around>左右|前后)?
    (?P<mark>[~?]?)
    """,
    re.VERBOSE,
).fullmatch
# Six digits are a year and a month in these years; otherwise they may be a day in two digits each.
_YEARS_IN_SIX_DIGITS = range(1900, 2100)


def _read_point(plain: str) -> WrittenDate | None:
    match = _point(plain)
    if match is None or (match["mm"] and not match["dd"] and int(match["year"]) not in _YEARS_IN_SIX_DIGITS):
        return None
    part = day = None
    if month := match["cn_month"] or match["month"] or match["mm"] or match["part_month"]:
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
    point = Point(int(match["year"]), part, day, mark)
    if weekday := match["weekday"] or match["weekday2"]:
        _check_weekday(point, weekday)
    return WrittenDate(point, words=plain if match["year_part"] or match["month_part"] else "")


def _check_weekday(point: Point, weekday: str) -> None:
    actual = "一二三四五六日"[point.earliest.weekday()]
    if weekday.replace("天", "日") != actual:
        raise PartialDateError(
            gettext_noop(
                "%(day)s was a 星期%(actual)s, not a 星期%(weekday)s: the day or the weekday is wrong. Look it up in the source."
            ),
            day=str(replace(point, mark="")),
            actual=actual,
            weekday=weekday,
        )


_part_of_month = re.compile(
    r"(?P<year>[0-9]{4})(?:年|[-/.])(?P<month>[0-9]{1,2})月?(?:(?P<third>上中|中下|[上中下])旬|(?P<half>[上下])半月)"
).fullmatch
# The first and the last day; 0 is the last day of the month.
_DAYS = {"上": (1, 10), "中": (11, 20), "下": (21, 0), "上中": (1, 20), "中下": (11, 0)}
_HALF_DAYS = {"上": (1, 15), "下": (16, 0)}


def _read_part_of_month(plain: str) -> WrittenDate | None:
    if not (match := _part_of_month(plain)):
        return None
    year, month = int(match["year"]), int(match["month"])
    if not 1 <= month <= 12:
        raise invalid_month(year, month)
    first, last = _DAYS[match["third"]] if match["third"] else _HALF_DAYS[match["half"]]
    return WrittenDate(Point(year, month, first), Point(year, month, last or days_in(year, month)), plain)


_first_quarters = re.compile("([0-9]{4})年前([二两三23])(?:个?季度)").fullmatch


def _read_first_quarters(plain: str) -> WrittenDate | None:
    if not (match := _first_quarters(plain)):
        return None
    year, quarters = int(match[1]), 3 if match[2] in "三3" else 2
    return WrittenDate(Point(year, 1), Point(year, 3 * quarters), plain)


# From the third on, the five-year plans follow each other without a gap.
_PLAN_NUMERALS = (*"三四五六七八九十", *(f"十{numeral}" for numeral in "一二三四五六七八九"), "二十")
_PLANS = {"一": (1953, 1957), "二": (1958, 1962)} | {
    numeral: (1966 + 5 * index, 1970 + 5 * index) for index, numeral in enumerate(_PLAN_NUMERALS)
}
_plan = re.compile(
    r"[“”\"'「『]*(?P<plan>[一二三四五六七八九十]{1,3})五[“”\"'」』]*(?:规划)?(?:期间|时期|规划期|期)?"
    r"(?:(?P<first>初|初期|开局之年|开局年)|(?P<last>末|末期|期末|末年|收官之年|收官年))?"
).fullmatch


def _read_plan(plain: str) -> WrittenDate | None:
    if not (match := _plan(plain)) or not (years := _PLANS.get(match["plan"])):
        return None
    if match["first"] or match["last"]:
        return WrittenDate(Point(years[0] if match["first"] else years[1]), words=plain)
    return WrittenDate(Point(years[0]), Point(years[1]), plain)


_decade = re.compile(
    "(?:(?P<decade>[0-9]{3})0年代|(?P<century>[0-9]{1,2})世纪(?P<ten>[0-9])0年代)(?:[初中末]期?|[前后]期)?"
).fullmatch


def _read_decade(plain: str) -> WrittenDate | None:
    if not (match := _decade(plain)):
        return None
    first = 10 * int(match["decade"] or f"{int(match['century']) - 1}{match['ten']}")
    return WrittenDate(Point(first), Point(first + 9), plain)


# The number that a spreadsheet shows for a date cell without its format: days since 1899-12-30, here 1990 to
# 2099. Smaller numbers may also be a year followed by a month: 20135.
SERIALS = range(32874, 73051)
_SERIAL_EPOCH = datetime.date(1899, 12, 30)


def _read_serial(plain: str) -> WrittenDate | None:
    if not (plain.isascii() and plain.isdigit() and len(plain) == 5 and int(plain) in SERIALS):
        return None
    day = _SERIAL_EPOCH + datetime.timedelta(days=int(plain))
    return WrittenDate(Point(day.year, day.month, day.day))


_FORMS = (_read_point, _read_part_of_month, _read_first_quarters, _read_plan, _read_decade, _read_serial)
