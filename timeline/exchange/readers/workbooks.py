"""Workbooks of any format: which sheets are tables of the chronicle, and all sheets as grids for a mapping."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db import models
from django.utils.translation import gettext as _

from timeline.exchange.readers.cells import ColumnType
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.header_row import Header
from timeline.exchange.readers.headers import find_table, is_auxiliary_sheet, unknown_table
from timeline.exchange.readers.sheet_marks import SheetMarks
from timeline.exchange.readers.sheet_rows import add_sheet
from timeline.exchange.readers.sources import ReadableFile, stem
from timeline.exchange.readers.types import (
    FileLocation,
    Problem,
    ReadResult,
    SheetLine,
    UnreadableFileError,
    printable,
)
from timeline.models.fields import PartialDateField
from timeline.rows.tables import Table

# The number of columns of Excel and of LibreOffice, and of rows.
MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576

# The name of a sheet that divides a table by years or counts its sheets, and says nothing else: 2015年, 3.
_NUMBER = re.compile(r"第?\s*[0-9]{1,4}\s*(?:年|年度|期|批|页)?")
# Names that programs give to new sheets.
_UNNAMED = re.compile("Sheet|工作表|表格?[0-9]")


class ReadLines(Protocol):
    """Reads the lines of a sheet with cells, anew with each call.

    `kinds` are the types of the columns, from the left; further and unknown columns are read as text.
    With `with_formats`, each line also has the numbers whose text depends on the column type.
    """

    def __call__(
        self, place: FileLocation, kinds: Sequence[ColumnType | None], *, with_formats: bool = False
    ) -> Iterator[SheetLine | Problem]: ...


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet: the name on its tab, whether it is hidden, and whether it is a worksheet, not a chart or a dialog."""

    name: str
    is_hidden: bool
    has_cells: bool
    lines: ReadLines = field(repr=False)
    marks: Callable[[], SheetMarks] = field(repr=False)

    @property
    def is_filled(self) -> bool:
        """Whether it has a cell that is not empty, or cannot be read."""
        return self.has_cells and next(self.lines(FileLocation(""), ()), None) is not None


@dataclass(frozen=True)
class Workbook:
    """An opened workbook, with what is to be told of it as a whole."""

    source: ReadableFile
    sheets: Sequence[WorkbookSheet]
    notices: Sequence[str] = ()

    @property
    def tables(self) -> list[WorkbookSheet]:
        """The worksheets, without the auxiliary ones of this site's workbooks."""
        return [one for one in self.sheets if one.has_cells and not is_auxiliary_sheet(one.name)]

    def file(self, sheet: WorkbookSheet) -> str:
        """The name of a sheet in messages: that of the file, if it is the only one."""
        if [one.name for one in self.tables] == [sheet.name]:
            return self.source.name
        return f"{self.source.name}/{printable(sheet.name, 100)}"


def grids_of(workbook: Workbook) -> list[Grid]:
    """The worksheets with any content."""
    grids: list[Grid] = []
    for sheet in workbook.tables:
        if sheet.is_filled:
            file, marks = workbook.file(sheet), sheet.marks()
            notices = marks.notices(is_hidden=sheet.is_hidden, reads_struck_rows=False)
            if not grids:
                notices = [*workbook.notices, *notices]
            grids.append(_grid(file, sheet, marks, notices))
    return grids


def _grid(file: str, sheet: WorkbookSheet, marks: SheetMarks, notices: Sequence[str]) -> Grid:
    def read(kinds: Sequence[ColumnType | None]) -> Iterator[SheetLine | Problem]:
        return sheet.lines(FileLocation(file), kinds)

    def read_shown() -> Iterator[SheetLine | Problem]:
        return sheet.lines(FileLocation(file), (), with_formats=True)

    return Grid(
        file,
        sheet.name,
        read,
        read_shown,
        is_hidden=sheet.is_hidden,
        hidden_columns=tuple(sorted(marks.hidden_columns)),
        merged=tuple(marks.merged),
        struck_rows=tuple(marks.struck_rows.ranges),
        struck=marks.struck,
        notes=marks.texts_of_notes,
        notices=tuple(notices),
    )


def add_workbook(reading: ReadResult, workbook: Workbook) -> None:
    """Add the sheets that are tables: those named for one, or in a file named for one the only sheet or one a year.

    Raises UnreadableFileError.
    """
    for notice in workbook.notices:
        reading.add_notice(FileLocation(workbook.source.name), notice)
    named = [(sheet, find_table(sheet.name)) for sheet in workbook.tables]
    if not any(table for _sheet, table in named):
        named = _of_file(reading, workbook)
    for sheet, table in named:
        if table is not None:
            _add(reading, workbook, sheet, table)
        elif not sheet.is_hidden:  # a hidden one has the choices of the drop-down lists
            message = _("The sheet is named for no table and was left out.")
            reading.add_notice(FileLocation(workbook.file(sheet)), message)
    for sheet in workbook.sheets:
        if not sheet.has_cells:
            message = _("The sheet is a chart, a dialog or a macro sheet and was left out.")
            reading.add_notice(FileLocation(workbook.file(sheet)), message)


def _of_file(reading: ReadResult, workbook: Workbook) -> list[tuple[WorkbookSheet, Table | None]]:
    """The sheets with content, as the table that the file is named for. Raises UnreadableFileError."""
    name = workbook.source.name
    filled = [sheet for sheet in workbook.tables if sheet.is_filled]
    shown = [sheet for sheet in filled if not sheet.is_hidden]
    if not filled:
        is_empty = not any(sheet.is_filled for sheet in workbook.sheets)
        message = _("The workbook is empty.") if is_empty else _("The workbook has no sheet of content.")
        reading.add_notice(FileLocation(name), message)
        return []
    if not shown:
        message = _(
            "Only hidden sheets of the workbook hold anything: %(sheets)s. Show the one that is to be read."
        )
        sheets = printable(", ".join(sheet.name for sheet in filled), 200)
        raise UnreadableFileError(name, message, sheets=sheets)
    table = find_table(stem(name))
    if table is None:
        is_named = len(shown) == 1 and not _UNNAMED.match(shown[0].name)
        raise UnreadableFileError(name, unknown_table(shown[0].name if is_named else stem(name)))
    if len(shown) > 1 and not all(_NUMBER.fullmatch(sheet.name.strip()) for sheet in shown):
        message = _(
            "The workbook has several sheets. Name each for its table, with an addition if two are of the same: %(examples)s. Or name them for years or numbers alone."
        )
        raise UnreadableFileError(name, message, examples="政策、大事 / policies-2015, policies-2016")
    return [(sheet, table) for sheet in shown]


def _add(reading: ReadResult, workbook: Workbook, sheet: WorkbookSheet, table: Table) -> None:
    file = workbook.file(sheet)
    place = FileLocation(file, table.name)
    lines = sheet.lines(place, ())
    first = next((line for line in lines if isinstance(line, Problem) or line.cells or line.faults), None)
    if first is None:
        reading.add_notice(place, _("The sheet is empty."))
        return
    if isinstance(first, Problem):
        reading.problems.append(first)
        reading.unread_tables.add(table.name)
        return

    def lines_for(header: Header, with_formats: bool) -> Iterator[SheetLine | Problem]:
        kinds = [column_type(table, name) for name in header.columns]
        return sheet.lines(place, kinds, with_formats=with_formats)

    marks = sheet.marks()
    for notice in marks.notices(is_hidden=sheet.is_hidden):
        reading.add_notice(place, notice)
    add_sheet(reading, file, printable(sheet.name, 100), table, first, lines_for)
    if marks.merged:
        message = _("Cells are merged (%(cells)s), which leaves open what the others hold; unmerge them.")
        reading.add_problem(place, message, cells=printable(", ".join(marks.merged[:5])))


def column_type(table: Table, name: str | None) -> ColumnType | None:
    """The type of the column of that name; None if the column is unknown."""
    if name is None:
        return None
    field = table.columns[name].field if name in table.columns else None
    if isinstance(field, PartialDateField):
        return ColumnType.DATE
    is_number = isinstance(field, models.IntegerField | models.BooleanField)
    return ColumnType.NUMBER if is_number else ColumnType.TEXT
