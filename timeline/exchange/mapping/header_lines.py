"""The header of another program's sheet, which may span lines: a text above several columns says what those below it are of."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils.cell import range_boundaries

from timeline.exchange.mapping.mapping import Mapping, SheetMapping, SkippedSheet
from timeline.exchange.mapping.sheet_outline import first_lines, is_same_header, texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import find_column, is_serial_number, is_status, tells_table
from timeline.exchange.readers.types import SheetLine
from timeline.rows.tables import TABLES, Table

# A header of more lines is not put together.
MAX_LINES = 3
# What stands in brackets behind a header: 发文日期（落款）.
_in_brackets = re.compile(r"[（(\[【].*?[）)\]】]")


@dataclass(frozen=True)
class HeaderLines:
    """A header: the numbers of its first and last line, and the text of each column without empty ones at the end.

    `parts` has the columns (from 0) with texts of different lines: what stands above, and below it; `joined` those of them
    that together are a name. `has_groups` says whether a text of another line stands above several.
    """

    first: int
    last: int
    texts: list[str]
    joined: AnyMapping[int, tuple[str, str]] = field(default_factory=dict)
    has_groups: bool = False
    parts: AnyMapping[int, tuple[str, str]] = field(default_factory=dict)


class SheetTop:
    """The first lines of a grid, read once, and the header that each of them would be the last line of."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._headers: dict[str, list[HeaderLines]] = {}

    @cached_property
    def lines(self) -> list[SheetLine]:
        """The first lines that are not empty."""
        return first_lines(self.grid)

    def headers(self, table: Table) -> list[HeaderLines]:
        """For each line the header of the table that ends there, with the lines above that belong to it."""
        if table.name not in self._headers:
            self._headers[table.name] = [self._header_at(index, table) for index in range(len(self.lines))]
        return self._headers[table.name]

    def header_of(self, sheet: SheetMapping) -> HeaderLines | None:
        """The header of a sheet of a mapping: the one in the line that was chosen, or the first with its texts."""
        if sheet.table not in TABLES:
            return None
        headers = self.headers(TABLES[sheet.table])
        if (line := sheet.header_line) is not None:
            chosen = HeaderLines(line, line, [*sheet.header])
            return next((one for one in headers if one.last == line), chosen)
        return self.find(sheet)

    def find(self, sheet: SheetMapping) -> HeaderLines | None:
        """The first header with the texts of this sheet of a mapping."""
        if sheet.table not in TABLES or not any(sheet.header):
            return None
        headers = self.headers(TABLES[sheet.table])
        return next((one for one in headers if is_same_header(sheet.header, one.texts)), None)

    @property
    def as_skipped(self) -> SkippedSheet:
        """What a mapping keeps of the grid if it is not to be read."""
        texts = [stripped(texts_of(line)) for line in self.lines]
        return SkippedSheet(
            self.grid.name, tuple(max(texts, key=lambda line: sum(map(bool, line)), default=[]))
        )

    def is_skipped(self, mapping: Mapping) -> bool:
        """Whether somebody chose to skip such a grid. Where others of its header are read, the name of its tab tells."""
        is_read = any(self.find(sheet) for sheet in mapping.sheets)
        return any(
            (one.sheet == self.grid.name or not is_read)
            and any(is_same_header(one.header, texts_of(line)) for line in self.lines)
            for one in mapping.skipped
        )

    def mapping_among(self, sheets: Sequence[SheetMapping], *, is_only: bool) -> SheetMapping | None:
        """How the grid is read: as the sheet of its name, or else as one with its header."""
        named = [sheet for sheet in sheets if sheet.sheet == ("" if is_only else self.grid.name)]
        with_header = [sheet for sheet in sheets if self.find(sheet)]
        both = [sheet for sheet in named if sheet in with_header]
        return next(iter([*both, *with_header, *named]), None)

    def _header_at(self, index: int, table: Table) -> HeaderLines:
        number = self.lines[index].number
        header = HeaderLines(number, number, stripped(texts_of(self.lines[index])))
        if self.grid.vocabulary:
            return header
        for upper in reversed(self.lines[max(0, index - MAX_LINES + 1) : index]):
            if upper.number != header.first - 1:
                break
            texts = texts_of(upper)
            above = _Above(table, texts, header.texts, self._merged.get(upper.number, {}))
            if not above.belongs_to_header:
                break
            joined = {**header.joined, **above.joined}
            has_groups = header.has_groups or above.has_groups
            parts = {**header.parts, **above.parts}
            header = HeaderLines(upper.number, header.last, stripped(above.texts), joined, has_groups, parts)
        return header

    @cached_property
    def _merged(self) -> dict[int, dict[int, int]]:
        """By line, the merged cells that begin in it: their first column (from 0) and the one after their last."""
        found: dict[int, dict[int, int]] = {line.number: {} for line in self.lines}
        for left, top, right, _bottom in map(range_boundaries, self.grid.merged):
            if top in found:
                found[top][left - 1] = right
        return found


class _Above:
    """A line above a header, and the header together with it."""

    def __init__(
        self, table: Table, upper: Sequence[str], lower: Sequence[str], merged: AnyMapping[int, int]
    ) -> None:
        self.table = table
        self.columns = [*itertools.zip_longest(upper, lower, fillvalue="")]
        self.spread = dict(self._spread(merged))
        self.joined: dict[int, tuple[str, str]] = {}
        self.parts: dict[int, tuple[str, str]] = {}
        self.texts = [self._text(index) for index in range(len(self.columns))]

    def _spread(self, merged: AnyMapping[int, int]) -> Iterator[tuple[int, str]]:
        """The columns with a text below, each with what stands above it: in its own cell, or in one that reaches to it.

        A cell reaches as far as it is merged. Where none is, as in CSV, it reaches over the empty ones after it.
        """
        for index, (high, low) in enumerate(self.columns):
            if not high:
                continue
            end = merged.get(index, index + 1)
            if low and not merged:
                further = range(index + 1, len(self.columns))
                ends = (
                    number for number in further if self.columns[number][0] or not self.columns[number][1]
                )
                end = next(ends, len(self.columns))
            for number in range(index, min(end, len(self.columns))):
                if self.columns[number][1]:
                    yield number, high

    def _text(self, index: int) -> str:
        high, low = self.columns[index]
        above = self.spread.get(index, "")
        if not low or not above or above == low:
            return low or high
        self.parts[index] = above, low
        for text in (above + low, low + above):
            if named_column(self.table, text):
                self.joined[index] = above, low
                return text
        return low if is_name(self.table, low) else above + low

    @property
    def has_groups(self) -> bool:
        """Whether a text stands above several columns."""
        return max(Counter(self.spread.values()).values(), default=0) > 1

    @property
    def belongs_to_header(self) -> bool:
        """Whether the line is one of the header, and neither a title nor the header of a row below it.

        It has names that are completed below, or, beside others, texts where the lower line has none or one text twice.
        """
        filled = [low for _high, low in self.columns if low]
        several = sum(bool(high) for high, _low in self.columns) > 1
        if not several and len(self.spread) == len(filled):
            return False
        if any(self._is_value(index) for index in range(len(self.columns))):
            return False
        has_own = any(high and not low for high, low in self.columns)
        is_repeated = len({*filled}) < len(filled)
        return bool(self.joined) or (several and (has_own or is_repeated))

    def _is_value(self, index: int) -> bool:
        """Whether a column has a name above and below it what is none, as a header and its first row have."""
        high, low = self.columns[index]
        return bool(high and low and high != low) and (
            is_name(self.table, high) and index not in self.joined and not is_name(self.table, low)
        )


def named_column(table: Table, text: str) -> str:
    """The column of the table that a header names, also with something in brackets behind it; otherwise ""."""
    for name in (text, _in_brackets.sub("", text)):
        column = find_column(table, name) if name else None
        if column in table.columns:
            return str(column)
    return ""


def count_named(table: Table, texts: Sequence[str]) -> int:
    """How many columns of the table the cells of a line name by headers that speak for it."""
    named = {text: named_column(table, text) for text in texts if text}
    return len({column for text, column in named.items() if column and tells_table(table, text)})


def is_name(table: Table, text: str) -> bool:
    """Whether a text is a usual header of a column, whether or not it is imported."""
    return (
        bool(named_column(table, text)) or is_serial_number(text) or is_status(table, text) or is_remark(text)
    )


def is_remark(text: str) -> bool:
    """Whether a header is that of remarks, which tables of offices have for themselves."""
    return find_column(TABLES["sources"], text) == "note"


def stripped(texts: list[str]) -> list[str]:
    """The texts without empty ones at the end."""
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts
