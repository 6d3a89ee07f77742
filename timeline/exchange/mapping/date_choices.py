"""The dates that a text may mean which is none by itself: 2016.1 is January or October, 9/8/2016 a day of August or September."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import EMPTY, date_choice
from timeline.exchange.mapping.value_questions import with_reason
from timeline.exchange.readers.types import FileLocation, printable
from timeline.rows.columns import Column, PlainValue
from timeline.values.date_points import PartialDateError
from timeline.values.partial_date import PartialDate, check_ambiguous_month, year_of_ambiguous_month
from timeline.values.text import clean_line

# What a cell shows that holds 2012.2 and has two decimal places.
_padded_month = re.compile(r"\s*([0-9]{4})\.([2-9])0\s*", re.ASCII).fullmatch
# Day and month before the year, or a year of two figures: 9/8/2016, 26.09.2016, 16-9-26.
_three = re.compile(r"\s*([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})\s*", re.ASCII).fullmatch
# 2015年前, 2020年春节前后, 自2021年5月1日施行，有效期3年: the date, if it is what is meant, with these words.
_years = re.compile("[0-9]{4}").findall
_MONTH, _DAY = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
_within = re.compile(
    rf"[0-9]{{4}}年(?:{_MONTH}月(?:{_DAY}[日号])?)?(?![0-9])|[0-9]{{4}}[-.]{_MONTH}(?:[-.]{_DAY})?(?![0-9.-])"
).search
# A month and day in a number, beside the year: 2020年12.1 is the 1st or the 10th.
_number_of_day = re.compile(r"([0-9]{4})年(1[0-2]|0?[1-9])\.([123])", re.ASCII).fullmatch
# What has no year: 年底, 9月26日, 上旬.
_without_year = re.compile(
    "年[初中底末终]|月[初中底末]|[上中下]旬|(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})月.*|[上下]半年|[春夏秋冬][季天]|春节.*|元旦.*|国庆.*"
).fullmatch
_from_document = re.compile("(?<![0-9])[之当]?[日天]起|同(?:印发|发文|成文|发布|公布)").search
# A year of two figures: 21年6月10日.
_short_year = re.compile(r"\s*['’‘]?([0-9]{2})(年.*)").fullmatch
# The first year of the former century that two figures may mean.
_FORMER_CENTURY = 50

# Their dates are single days.
_TABLES_OF_DOCUMENTS = ("policies", "sources")


@functools.lru_cache(maxsize=4096)
def possible_dates(text: str) -> tuple[str, ...]:
    """The dates that a text may mean, in canonical form; none if it is a date by itself, or none at all."""
    try:
        check_ambiguous_month(text)
        PartialDate.parse(text)
    except PartialDateError:
        return tuple(dict.fromkeys(filter(None, map(_canonical, _readings(text)))))
    return ()


def may_lack_zero(text: str) -> bool:
    """Whether the text may be a month or day that lost its zero, so that each row that has it may mean another one: 2016.1."""
    return bool(year_of_ambiguous_month(text) or _number_of_day(text))


def depends_on_record(text: str) -> bool:
    """Whether each row that has the text means another date: it lacks only the year, or counts from the document's date.

    As 年底, 9月 and 印发之日起30日后施行 do.
    """
    joined = "".join(text.split())
    return bool(_without_year(joined) or _from_document(joined))


@functools.lru_cache(maxsize=4096)
def unusual_date(text: str, table: str) -> PartialDate | None:
    """What a text was read as that hardly looks so: a number as a day, and a span as the day of a document; None for others."""
    try:
        date = PartialDate.parse(text)
    except PartialDateError:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) == 5
    is_span = table in _TABLES_OF_DOCUMENTS and "/" in date.edtf and text != date.edtf
    return date.without_words if is_number or is_span else None


def date_question(
    place: FileLocation,
    column: Column,
    text: str,
    dates: Sequence[str],
    shown: str,
    row: dict[str, PlainValue],
    record: str,
    refusal: str,
) -> Question:
    """Ask for each record where a month may have lost its zero or a year is missing, otherwise once for the cells of a column that show the same.

    Those with a number, of which `shown` is what its cell shows, are asked about apart: 2016.10 has lost its zero in a
    number, but not in a text. What is asked for each record is remembered for it alone: next to another, the same text may be
    another date. `refusal` says what is wrong with a text that may be none of any dates.
    """
    header = (place.names or {}).get(column.name) or column.field.verbose_name
    title = clean_line(str(row.get("title") or ""))
    named = {"text": printable(shown or text), "column": printable(str(header)), "number": text}
    named |= {"title": printable(title)}
    is_of_record = may_lack_zero(text) or depends_on_record(text)
    if shown and is_of_record and title:
        words = _(
            "Which date is “%(text)s” in the column “%(column)s” of “%(title)s”? The cell holds the number %(number)s, "
            "which is the same whether 1 or 10 was typed behind the point."
        )
    elif shown:
        words = _(
            "Which date is “%(text)s” in the column “%(column)s”? The cell holds the number %(number)s, which is "
            "the same whether 1 or 10 was typed behind the point."
        )
    elif is_of_record and title:
        words = _("Which date is “%(text)s” in the column “%(column)s” of “%(title)s”?")
    else:
        words = _("Which date is “%(text)s” in the column “%(column)s”?")
    question = words % named if dates else with_reason(words % named, refusal)
    choices = [*map(date_choice, dates)]
    if not column.is_required:
        choices.append(Choice(EMPTY, _("Leave it empty")))
    key = f"date:{place.table}.{column.name}:{f'number {shown}' if shown else text}"
    if is_of_record:
        key += f":{record}"
    return Question(
        *(key, question, shown or text, place, tuple(choices)),
        lines=(place.line,),
        is_remembered=bool(title) or not is_of_record,
        column=column.name,
    )


def _readings(text: str) -> Iterator[str]:
    if year := year_of_ambiguous_month(text):
        yield from (f"{year}-01", f"{year}-10", year)
    elif found := _number_of_day(text):
        year, month, day = found.groups()
        yield from (f"{year}-{month:0>2}-0{day}", f"{year}-{month:0>2}-{day}0")
    elif found := _padded_month(text):
        yield from (f"{found[1]}-0{found[2]}", found[1])
    elif found := _three(text):
        first, sign, second, third = found.groups()
        for year, month, day in itertools.permutations((first, second, third)):
            # No country writes the year between the others; a short one behind them is that of a program, with slashes.
            is_possible = year == first or (year == third and (len(year) == 4 or sign == "/"))
            if is_possible and len(month) <= 2 and len(day) <= 2:
                yield f"{_whole_year(year)}-{month:0>2}-{day:0>2}"
    elif found := _short_year(text):
        centuries = ("19",) if int(found[1]) >= _FORMER_CENTURY else ("20", "19")
        yield from (f"{century}{found[1]}{found[2]}" for century in centuries)
    elif len(_years(text)) == 1 and (found := _within(text)) and "、" not in text:
        yield f"{_canonical(found[0])}（{text.strip()}）"


def _whole_year(year: str) -> str:
    century = "19" if year >= str(_FORMER_CENTURY) else "20"
    return year if len(year) == 4 else f"{century}{year}" if len(year) == 2 else ""


def _canonical(text: str) -> str:
    try:
        return str(PartialDate.parse(text))
    except PartialDateError:
        return ""
