"""The sheets of the error workbook: the rows of an upload, in which all errors are marked."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.formula_escaping import to_cell
from timeline.exchange.importing.import_row import display_value
from timeline.exchange.readers.headers import find_column
from timeline.exchange.readers.sheet_marks import Parts
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    FormattedNumber,
    Problem,
    RawSheet,
    ReadResult,
)
from timeline.rows.columns import Column, PlainValue
from timeline.rows.tables import TABLES, Table
from timeline.values.text import clean_line, is_blank


@dataclass(frozen=True)
class ErrorRow:
    """A line of a sheet: its place in the upload, its cells, and the names of their columns."""

    place: FileLocation
    cells: list[str]
    names: Sequence[str]
    # The columns (from 0) of cells whose content a sheet cannot hold, with the reason.
    unrepresentable: Mapping[int, str] = field(default_factory=dict)
    # Numbers under unknown headers: their meaning depends on the header, once it is corrected.
    formatted: Mapping[int, FormattedNumber] = field(default_factory=dict)
    # Whether no other row has the same place.
    is_alone: bool = True
    # What columns that are put together of several (from 0) are called.
    joined: Mapping[str, Sequence[int]] = field(default_factory=dict)
    # Its row in the workbook, from 0; None for that after the one before.
    index: int | None = None
    is_header: bool = False
    is_hidden: bool = False

    def columns_of(self, problem: Problem) -> list[int]:
        """The columns (from 0) that the problem concerns; none if it concerns the row."""
        if problem.column in self.joined:
            return [*self.joined[problem.column]]
        named = [problem.column] if problem.column in self.names else problem.column.split(", ")
        if several := [self.names.index(name) for name in named if name in self.names]:
            return several
        if re.fullmatch("[A-Z]{1,3}", problem.column):
            return [number for number in range(len(self.cells)) if xl_col_to_name(number) == problem.column]
        return []


@dataclass(frozen=True)
class ErrorSheet:
    """A sheet of the workbook: its table, its name in the upload, and its rows.

    Without `columns`, it is one of the chronicle: the header comes first, and its texts and the name of the sheet say what they
    are. Else the sheet is as it was uploaded, and `columns` has those of the mapping by their headers. A sheet without a table
    is not imported.
    """

    table: Table | None
    name: str
    rows: Iterable[ErrorRow]
    # The file of which each row is a line, if they are.
    file: str = ""
    columns: Mapping[str, str] | None = None
    # The ranges of merged cells, A1:F1, and hidden columns, from 0.
    merged: Sequence[str] = ()
    hidden_columns: Sequence[int] = ()
    is_hidden: bool = False
    # By address, the parts of the texts that are struck through, and the texts of notes.
    struck: Mapping[str, Parts] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def column(self, header: str) -> str:
        """The column of the table that a header is; the header itself if it is none."""
        if self.columns is not None:
            return self.columns.get(header, header)
        return (self.table and find_column(self.table, header)) or header

    def shown_column(self, row: ErrorRow, column: int) -> int:
        """The column (from 0) in which a cell of a row shows: of cells merged beside each other, the first."""
        ranges = self._merged_beside.get(row.place.line, ())
        return next((left for left, right in ranges if left <= column < right), column)

    @cached_property
    def _merged_beside(self) -> dict[int, list[tuple[int, int]]]:
        """By the line in which they begin, the first column (from 0) of merged cells, and that after their last."""
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for left, top, right, _bottom in map(range_boundaries, self.merged):
            if right > left:
                found[top].append((left - 1, right))
        return found


def error_sheets(reading: ReadResult, problems: Sequence[Problem]) -> list[ErrorSheet]:
    """The sheets of the files, then a sheet for each table with rows from YAML and JSON, also nested ones."""
    files = Counter(grid.file for grid in reading.grids)
    sheets = [
        ErrorSheet(grid.table, grid.name, _rows_of_grid(grid, files[grid.file] == 1), grid.file)
        for grid in reading.grids
    ]
    rows: defaultdict[str, list[FileRow]] = defaultdict(list)
    for sheet in reading.sheets:
        for row in sheet if not sheet.headers else ():
            if isinstance(row, FileRow):
                rows[row.table.name].append(row)
    places = Counter(row.place for of_table in rows.values() for row in of_table)
    # The columns of problems: a row lacks the cells that are missing or could not be read.
    named: defaultdict[FileLocation, set[str]] = defaultdict(set)
    for problem in problems:
        named[problem.place].add(problem.column)
    for name, table in TABLES.items():
        if name in rows:
            sheets.append(ErrorSheet(table, name, _flat_rows(table, rows[name], places, named)))
    return sheets


def _rows_of_grid(grid: RawSheet, is_alone: bool) -> Iterator[ErrorRow]:
    """The lines of a CSV file or of a sheet of a workbook."""
    names: list[str] | None = None
    for line in grid.read():
        if isinstance(line, Problem):  # it is among `problems`
            continue
        found = dict(line.cells) | {fault.column: fault.value for fault in line.faults}
        cells = [found.get(number, "") for number in range(max(found, default=-1) + 1)]
        if not any(cells) and not line.faults:
            continue
        is_header = names is None
        if names is None:
            names = [clean_line(cell) for cell in cells]
        place = FileLocation(grid.file, grid.table.name, line=line.number)
        unrepresentable = {fault.column: fault.message for fault in line.faults}
        yield ErrorRow(place, cells, names, unrepresentable, line.formatted, is_alone, is_header=is_header)


def _flat_rows(
    table: Table,
    rows: Sequence[FileRow],
    places: Mapping[FileLocation, int],
    named: Mapping[FileLocation, set[str]],
) -> Iterator[ErrorRow]:
    """The rows from YAML and JSON under a header of the columns that they have."""
    used = {column: row.place.named(column) for row in reversed(rows) for column in row.cells}
    for row in rows:
        for word in named.get(row.place, ()):
            column = find_column(table, word)
            if column in table.columns:
                used.setdefault(column, word)
    # The key comes first.
    columns = [column for column in dict.fromkeys((*table.key, *table.columns, *used)) if column in used]
    names = [used[name] if find_column(table, used[name]) == name else name for name in columns]
    yield ErrorRow(FileLocation(""), names, names, is_header=True)
    for row in rows:
        cells = [_flat(row.cells.get(column)) if column in row.cells else "" for column in columns]
        spelled = [row.place.named(column) for column in columns]
        unrepresentable = {
            number: _("A cell cannot hold this list as it is; write it into the cell as it is meant.")
            for number, column in enumerate(columns)
            if not _is_kept(table.columns.get(column), row.cells.get(column), cells[number])
        }
        yield ErrorRow(row.place, cells, spelled, unrepresentable, is_alone=places[row.place] == 1)


def _flat(cell: PlainValue) -> str:
    if isinstance(cell, list) and cell:
        return "; ".join(map(str, cell))
    # Text from YAML is escaped for a sheet, and an empty value becomes an empty cell.
    return to_cell("" if not cell or is_blank(display_value(cell)) else display_value(cell))


def _is_kept(column: Column | None, cell: PlainValue, text: str) -> bool:
    """Whether a cell with this text means the same as the value. Only many-to-many columns are lists in sheets."""
    if not isinstance(cell, list) or not cell:
        return True
    return column is not None and column.is_many_to_many and column.slugs(text) == column.slugs(cell)
