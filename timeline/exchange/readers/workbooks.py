"""XLSX workbooks, read as a stream: which sheets are tables, and the lines of each.

Does not use openpyxl, which fills in every row and column in a sheet's declared dimension, does not report
merged cells, and silently omits a missing sheet.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from timeline.exchange.readers import archives
from timeline.exchange.readers.cells import CellError, Cells, ColumnType
from timeline.exchange.readers.headers import (
    find_table,
    is_auxiliary_sheet,
    read_header,
    unknown_table,
)
from timeline.exchange.readers.packages import Package, WorkbookSheet
from timeline.exchange.readers.sheet_rows import column_letter, read_rows
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error, stem
from timeline.exchange.readers.types import (
    CellFault,
    FileLocation,
    FileRow,
    FormattedNumber,
    Notice,
    Problem,
    RawSheet,
    ReadResult,
    Sheet,
    SheetLine,
    UnreadableFileError,
    printable,
)
from timeline.exchange.readers.xml_stream import check_package_xml, elements
from timeline.models.fields import PartialDateField
from timeline.rows.tables import Table

# The number of columns of Excel.
MAX_COLUMNS = 16_384

# Marks of workbooks with macros, external links or encryption.
_MACROS = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
_LINKS = re.compile(r"(^|[/\\])externalLinks[/\\]", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# An archive or XML of another program may raise any exception.
_ANYTHING = Exception


class _WorkbookReader:
    """Reads a workbook; each reading of a sheet opens the archive anew."""

    def __init__(self, source: ReadableFile) -> None:
        self.source = source
        with source.open() as file:
            if file.read(len(_OLE)) == _OLE:
                raise self.refused(
                    _(
                        "This is an old .xls workbook, or one with a password; save it as .xlsx without a password."
                    )
                )
        archive = archives.open_archive(source)
        try:
            names = archive.namelist()
            if any(map(_MACROS.search, names)):
                raise self.refused(_("The workbook has macros; save it as .xlsx, without them."))
            if any(map(_LINKS.search, names)):
                raise self.refused(_("The workbook refers to other workbooks; paste their values instead."))
            check_package_xml(archive)
            self.package = Package(archive)
        except UnreadableFileError:
            raise
        except _ANYTHING:
            raise self.refused(_("This is no workbook, or a damaged one.")) from None
        finally:
            archives.close(archive)
        self.parts = [
            part for part in self.package.parts if part.has_cells and not is_auxiliary_sheet(part.name)
        ]

    def refused(self, message: str) -> UnreadableFileError:
        return UnreadableFileError(Problem(FileLocation(self.source.name), message))

    def file(self, part: WorkbookSheet, is_only: bool) -> str:
        return self.source.name if is_only else f"{self.source.name}/{printable(part.name, 100)}"

    def is_filled(self, part: WorkbookSheet) -> bool:
        """Whether the sheet has a cell that is not empty, or cannot be read."""
        return part.has_cells and next(self.lines(part, FileLocation(self.source.name)), None) is not None

    def lines(
        self,
        part: WorkbookSheet,
        place: FileLocation,
        kinds: Sequence[ColumnType | None] = (),
        *,
        with_formats: bool = False,
    ) -> Iterator[SheetLine | Problem]:
        """The lines of a sheet with cells, followed by a problem if cells are merged.

        `kinds` are the types of the columns, from the left; further and unknown columns are read as text.
        With `with_formats`, each line also has the numbers whose text depends on the column type.
        """
        sheet = {"sheet": printable(part.name)}
        if part.member is None:
            yield Problem(place, _("The sheet “%(sheet)s” cannot be read: the workbook lacks it.") % sheet)
            return
        package = self.package
        merged: list[str] = []
        cells = Cells(package.strings.begin(), package.formats, package.epoch)
        try:
            archive = zipfile.ZipFile(self.source.open())
            try:
                with archive.open(part.member) as file:
                    yield from _lines(file, cells, kinds, merged, with_formats)
            finally:
                archives.close(archive)
        except OSError as error:
            yield cannot_open_error(place.file, error).problem
        except _ANYTHING:
            message = _("The sheet “%(sheet)s” is damaged; the rows after this cannot be read.")
            yield Problem(place, message % sheet)
        if merged:
            yield Problem(
                place,
                _("Cells are merged (%(cells)s), which leaves open what the others hold; unmerge them.")
                % {"cells": printable(", ".join(merged[:5]))},
            )


def _lines(
    file: Any, cells: Cells, kinds: Sequence[ColumnType | None], merged: list[str], with_formats: bool
) -> Iterator[SheetLine]:
    number = 0
    for element in elements(file, "row", "mergeCell"):
        if element.tag.endswith("}row"):
            number = int(element.get("r") or number + 1)
            if len(element):
                yield _line(number, element, cells, kinds, with_formats)
        elif len(merged) < 6:
            merged.append(element.get("ref") or "")


def _line(
    number: int, row: Any, cells: Cells, kinds: Sequence[ColumnType | None], with_formats: bool
) -> SheetLine:
    found: list[tuple[int, str]] = []
    faults: list[CellFault] = []
    formatted: dict[int, FormattedNumber] = {}
    column = -1
    tag = row.tag[:-3] + "c"
    for cell in row:
        if cell.tag != tag:
            continue
        address = cell.get("r")
        column = _column(address) if address else column + 1
        if column >= MAX_COLUMNS:
            raise ValueError(column)
        try:
            kind = kinds[column] if column < len(kinds) else None
            if text := cells.read(cell, kind or ColumnType.TEXT):
                if with_formats and kind is None and (raw := cells.context_dependent_number(cell, text)):
                    formatted[column] = raw
                found.append((column, text))
        except CellError as error:
            where = {"cell": f"{column_letter(column)}{number}"}
            faults.append(CellFault(column, error.message % where, error.value))
    return SheetLine(number, found, faults, formatted)


def read_workbook(source: ReadableFile) -> ReadResult:
    """The sheets of a workbook that are tables: those named for one, or in a file named for one its only sheet."""
    reading = ReadResult()
    if not source.size:
        return reading
    workbook = _WorkbookReader(source)
    named = [(part, find_table(part.name)) for part in workbook.parts]
    if not any(table for _part, table in named):
        named = _only(workbook, reading)
    for part, table in named:
        if table is not None:
            _add(reading, workbook, part, table, is_only=len(workbook.parts) == 1)
        elif not part.is_hidden:  # a hidden one has the choices of the drop-down lists
            reading.notices.append(
                Notice(
                    FileLocation(workbook.file(part, False)),
                    _("The sheet is named for no table and was left out."),
                )
            )
    reading.notices += [
        Notice(
            FileLocation(workbook.file(part, False)), _("The sheet is a chart or a dialog and was left out.")
        )
        for part in workbook.package.parts
        if not part.has_cells
    ]
    return reading


def _only(workbook: _WorkbookReader, reading: ReadResult) -> list[tuple[WorkbookSheet, Table | None]]:
    """The only sheet that is not empty, as the table that the file is named for."""
    name = workbook.source.name
    filled = [part for part in workbook.parts if workbook.is_filled(part)]
    shown = [part for part in filled if not part.is_hidden]
    if not filled:
        is_empty = not any(map(workbook.is_filled, workbook.package.parts))
        message = _("The workbook is empty.") if is_empty else _("The workbook has no sheet of content.")
        reading.notices.append(Notice(FileLocation(name), message))
        return []
    if not shown:
        message = _(
            "Only hidden sheets of the workbook hold anything: %(sheets)s. Show the one that is to be read."
        )
        raise workbook.refused(message % {"sheets": printable(", ".join(part.name for part in filled), 200)})
    table = find_table(stem(name))
    if table is None:
        is_named = len(shown) == 1 and not re.match("Sheet|工作表", shown[0].name)
        raise UnreadableFileError(
            unknown_table(FileLocation(name), shown[0].name if is_named else stem(name))
        )
    if len(shown) > 1:
        raise workbook.refused(
            _("The workbook has several sheets; name each for its table: %(example)s.")
            % {"example": "policies / 政策"}
        )
    return [(shown[0], table)]


def _add(
    reading: ReadResult, workbook: _WorkbookReader, part: WorkbookSheet, table: Table, is_only: bool
) -> None:
    file = workbook.file(part, is_only)
    place = FileLocation(file, table.name)
    first: tuple[int, list[str]] | None = None
    faults: list[Problem] = []
    for line in workbook.lines(part, place):
        if isinstance(line, Problem):
            reading.problems.append(line)
            reading.unread_tables.add(table.name)
            return
        texts = dict(line.cells)
        if texts or line.faults:
            at = FileLocation(file, table.name, line=line.number)
            faults = [
                Problem(at, fault.message, column_letter(fault.column), fault.value) for fault in line.faults
            ]
            first = line.number, [texts.get(number, "") for number in range(max(texts, default=-1) + 1)]
            break
    if first is None:
        reading.notices.append(Notice(place, _("The sheet is empty.")))
        return
    header = read_header(FileLocation(file, table.name, line=first[0]), table, first[1])
    kinds = [_kind(table, name) for name in header.columns]
    reading.problems += faults or header.problems
    reading.grids.append(
        RawSheet(
            file,
            printable(part.name, 100),
            table,
            lambda: workbook.lines(part, place, kinds, with_formats=True),
        )
    )
    if faults or not header.is_usable:
        reading.unread_tables.add(table.name)
        return

    def read() -> Iterator[FileRow | Problem]:
        lines = workbook.lines(part, place, kinds)
        return read_rows(
            file,
            table,
            header,
            (line for line in lines if isinstance(line, Problem) or line.number != first[0]),
        )

    reading.sheets.append(Sheet(file, table, read, header.names, header.left_out))


def _kind(table: Table, name: str | None) -> ColumnType | None:
    """The type of the column of that name; None if the column is unknown."""
    if name is None:
        return None
    column = table.columns.get(name)
    if column is not None and isinstance(column.field, PartialDateField):
        return ColumnType.DATE
    if column is not None and isinstance(column.field, (models.IntegerField, models.BooleanField)):
        return ColumnType.NUMBER
    return ColumnType.TEXT


def _column(address: str) -> int:
    """The column (from 0) of a cell's address: 2 of C5."""
    column = 0
    for char in address.upper():
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - 64
        if column > MAX_COLUMNS:
            break
    if not column:
        raise ValueError(address)
    return column - 1
