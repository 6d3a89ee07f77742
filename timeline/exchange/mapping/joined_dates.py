"""Dates of which a sheet has the year in a column of its own: which columns are one date, and what their cells are together."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from timeline.exchange.readers.headers import normalized_header
from timeline.exchange.readers.types import printable
from timeline.models.fields import PartialDateField
from timeline.rows.tables import Table

# The dates that a table is mostly about, of which each has one.
_MAIN_DATES = ("issued", "published", "date")
_YEARS = {"年", "年份", "年度", "所属年份", "所属年度", "发生年份"}
_DAYS = {"月日", "月/日", "月、日", "月", "月份", "日期", "时间", "具体日期", "具体时间"}
_DAYS_OF_MONTH = {"日", "号"}
# The share of the cells of a column that look so.
_MOST = 0.8

_MONTH, _DAY = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
_year = re.compile(r"\s*([0-9]{4})\s*年?度?\s*", re.ASCII).fullmatch
_without_year = re.compile(rf"\s*{_MONTH}\s*(?:[./-]\s*{_DAY}[日号]?|月.*)?\s*", re.ASCII).fullmatch
_day_of_month = re.compile(rf"\s*{_DAY}[日号]?\s*", re.ASCII).fullmatch
_month_and_day = re.compile(rf"\s*({_MONTH})\s*[./-]\s*({_DAY})[日号]?\s*", re.ASCII).fullmatch
# A number with one decimal place has lost its zero, where 12.10 was typed.
_may_lack_zero = re.compile(rf"\s*{_MONTH}\.[123]\s*", re.ASCII).fullmatch
_has_year = re.compile("[0-9]{4}", re.ASCII).search


class JoinedDate(NamedTuple):
    """The column of the table that columns of a sheet are together, and why."""

    column: str
    reason: str


def joined_dates(
    table: Table, columns: Sequence[tuple[str, str]], sample: Sequence[Sequence[str]]
) -> dict[int, JoinedDate]:
    """By number of the column, the date that one with years is with those of months and days. Of each, the column and header."""
    headers = [normalized_header(header) for _column, header in columns]
    cells = [
        [row[index] for row in sample if index < len(row) and row[index]] for index in range(len(columns))
    ]
    dates = {name for name, one in table.columns.items() if isinstance(one.field, PartialDateField)}
    free = [index for index, (column, _header) in enumerate(columns) if not column]
    years = [index for index in free if headers[index] in _YEARS and _are(_year, cells[index])]
    rests = [
        index
        for index, (column, _header) in enumerate(columns)
        if (column in dates or (not column and headers[index] in _DAYS)) and _are(_without_year, cells[index])
    ]
    if len(years) != 1 or not rests:
        return {}
    rest = rests[0]
    named = {column for column, _header in columns}
    main = next((name for name in _MAIN_DATES if name in dates), "")
    column = columns[rest][0] or ("" if main in named else main)
    if not column:
        return {}
    days = [index for index in free if headers[index] in _DAYS_OF_MONTH and _are(_day_of_month, cells[index])]
    together = sorted({years[0], rest, *days[:1]})
    shown = " + ".join(f"“{printable(columns[index][1])}”" for index in together)
    reason = _("%(headers)s together are one date: the year stands in a column of its own.") % {
        "headers": shown
    }
    return dict.fromkeys(together, JoinedDate(column, reason))


def joined_date(texts: Sequence[str]) -> str:
    """The date of which one cell is the year, and others the rest: 2019 and 12.8 are 2019年12月8日; "" for other cells."""
    years = [text for text in texts if _year(text)]
    rests = [text.strip() for text in texts if not _year(text)]
    if len(years) != 1 or not rests:
        return ""
    if _has_year(rests[0]):
        # The date is whole there.
        return rests[0]
    found = _year(years[0])
    year = f"{found[1]}年" if found else ""
    if len(rests) == 2 and all(map(_is_number, rests)):
        month, day = (text.rstrip("月日号") for text in rests)
        return f"{year}{month}月{day}日"
    if len(rests) == 1 and (parts := _month_and_day(rests[0])) and not _may_lack_zero(rests[0]):
        return f"{year}{parts[1]}月{parts[2]}日"
    rest = "".join(rests)
    return f"{year}{rest}月" if rest.isdecimal() else f"{year}{rest}"


def _is_number(text: str) -> bool:
    return text.rstrip("月日号").isdecimal()


def _are(matches: Callable[[str], object], cells: Sequence[str]) -> bool:
    """Whether most of these cells look so, of which there is one at least."""
    return bool(cells) and sum(bool(matches(cell)) for cell in cells) >= _MOST * len(cells)
