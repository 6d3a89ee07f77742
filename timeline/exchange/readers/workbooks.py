"""XLSX workbooks, read as a stream: which sheets are tables, and the lines of each.

Does not use openpyxl, which fills in every row and column in a sheet's declared dimension, does not report
merged cells, and silently omits a missing sheet.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from django.db import models
from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.readers.archives import open_archive
from timeline.exchange.readers.cells import CellError, Cells, ColumnType
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.header_row import Header
from timeline.exchange.readers.headers import find_table, is_auxiliary_sheet, unknown_table
from timeline.exchange.readers.packages import Package, WorkbookSheet
from timeline.exchange.readers.sheet_rows import add_sheet
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error, stem
from timeline.exchange.readers.types import (
    CellFault,
    FileLocation,
    FormattedNumber,
    Problem,
    ReadResult,
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


class _WorkbookReader:
    """Reads a workbook; each reading of a sheet opens the archive anew."""

    def __init__(self, source: ReadableFile) -> None:
        """Raises UnreadableFileError."""
        self.source = source
        with source.open() as file:
            if file.read(len(_OLE)) == _OLE:
                message = _(
                    "This is an old .xls workbook, or one with a password; save it as .xlsx without a password."
                )
                raise UnreadableFileError(source.name, message)
        with open_archive(source) as archive:
            names = archive.namelist()
            if any(map(_MACROS.search, names)):
                message = _("The workbook has macros; save it as .xlsx, without them.")
                raise UnreadableFileError(source.name, message)
            if any(map(_LINKS.search, names)):
                message = _("The workbook refers to other workbooks; paste their values instead.")
                raise UnreadableFileError(source.name, message)
            try:
                check_package_xml(archive)
                self.package = Package(archive)
            except Exception:  # an archive or XML of another program may raise any
                message = _("This is no workbook, or a damaged one.")
                raise UnreadableFileError(source.name, message) from None
        self.parts = [
            part for part in self.package.parts if part.has_cells and not is_auxiliary_sheet(part.name)
        ]

    def file(self, part: WorkbookSheet, *, is_only: bool = False) -> str:
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
        merged: list[str] = []
        cells = Cells(self.package)
        number = 0
        try:
            with open_archive(self.source) as archive, archive.open(part.member) as file:
                for element in elements(file, "row", "mergeCell"):
                    if not element.tag.endswith("}row"):
                        merged = [*merged, element.get("ref") or ""][:5]
                        continue
                    number = int(element.get("r") or number + 1)
                    if len(element):
                        yield _line(number, element, cells, kinds, with_formats)
        except OSError as error:
            yield cannot_open_error(place.file, error).problem
        except Exception:  # see above
            message = _("The sheet “%(sheet)s” is damaged; the rows after this cannot be read.")
            yield Problem(place, message % sheet)
        if merged:
            message = _("Cells are merged (%(cells)s), which leaves open what the others hold; unmerge them.")
            yield Problem(place, message % {"cells": printable(", ".join(merged))})


def _line(
    number: int, row: Element, cells: Cells, kinds: Sequence[ColumnType | None], with_formats: bool
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
        column = column_index_from_string(address.rstrip("0123456789")) - 1 if address else column + 1
        if column >= MAX_COLUMNS:
            raise ValueError(column)
        kind = kinds[column] if column < len(kinds) else None
        try:
            if text := cells.read(cell, kind or ColumnType.TEXT):
                if with_formats and kind is None and (raw := cells.context_dependent_number(cell, text)):
                    formatted[column] = raw
                found.append((column, text))
        except CellError as error:
            message = error.message % {"cell": f"{xl_col_to_name(column)}{number}", **error.params}
            faults.append(CellFault(column, message, error.value))
    return SheetLine(number, found, faults, formatted)


def workbook_grids(source: ReadableFile) -> list[Grid]:
    """The worksheets of a workbook with any content. Raises UnreadableFileError."""
    workbook = _WorkbookReader(source)
    is_only = len(workbook.parts) == 1
    return [
        Grid(
            workbook.file(part, is_only=is_only),
            part.name,
            functools.partial(workbook.lines, part, FileLocation(workbook.file(part, is_only=is_only))),
            is_hidden=part.is_hidden,
        )
        for part in workbook.parts
        if workbook.is_filled(part)
    ]


def read_workbook(reading: ReadResult, source: ReadableFile) -> None:
    """Add the sheets of a workbook that are tables: those named for one, or in a file named for one its only sheet.

    Raises UnreadableFileError.
    """
    if not source.size:
        return
    workbook = _WorkbookReader(source)
    named = [(part, find_table(part.name)) for part in workbook.parts]
    if not any(table for _part, table in named):
        named = _only(reading, workbook)
    for part, table in named:
        if table is not None:
            _add(reading, workbook, part, table, workbook.file(part, is_only=len(workbook.parts) == 1))
        elif not part.is_hidden:  # a hidden one has the choices of the drop-down lists
            message = _("The sheet is named for no table and was left out.")
            reading.add_notice(FileLocation(workbook.file(part)), message)
    for part in workbook.package.parts:
        if not part.has_cells:
            message = _("The sheet is a chart or a dialog and was left out.")
            reading.add_notice(FileLocation(workbook.file(part)), message)


def _only(reading: ReadResult, workbook: _WorkbookReader) -> list[tuple[WorkbookSheet, Table | None]]:
    """The only sheet that is not empty, as the table that the file is named for. Raises UnreadableFileError."""
    name = workbook.source.name
    filled = [part for part in workbook.parts if workbook.is_filled(part)]
    shown = [part for part in filled if not part.is_hidden]
    if not filled:
        is_empty = not any(map(workbook.is_filled, workbook.package.parts))
        message = _("The workbook is empty.") if is_empty else _("The workbook has no sheet of content.")
        reading.add_notice(FileLocation(name), message)
        return []
    if not shown:
        message = _(
            "Only hidden sheets of the workbook hold anything: %(sheets)s. Show the one that is to be read."
        )
        sheets = printable(", ".join(part.name for part in filled), 200)
        raise UnreadableFileError(name, message, sheets=sheets)
    table = find_table(stem(name))
    if table is None:
        is_named = len(shown) == 1 and not re.match("Sheet|工作表", shown[0].name)
        raise UnreadableFileError(name, unknown_table(shown[0].name if is_named else stem(name)))
    if len(shown) > 1:
        message = _("The workbook has several sheets; name each for its table: %(example)s.")
        raise UnreadableFileError(name, message, example="policies / 政策")
    return [(shown[0], table)]


def _add(
    reading: ReadResult, workbook: _WorkbookReader, part: WorkbookSheet, table: Table, file: str
) -> None:
    place = FileLocation(file, table.name)
    lines = workbook.lines(part, place)
    first = next((line for line in lines if isinstance(line, Problem) or line.cells or line.faults), None)
    if first is None:
        reading.add_notice(place, _("The sheet is empty."))
        return
    if isinstance(first, Problem):
        reading.problems.append(first)
        reading.unread_tables.add(table.name)
        return

    def lines_for(header: Header, with_formats: bool) -> Iterator[SheetLine | Problem]:
        kinds = [_kind(table, name) for name in header.columns]
        return workbook.lines(part, place, kinds, with_formats=with_formats)

    add_sheet(reading, file, printable(part.name, 100), table, first, lines_for)


def _kind(table: Table, name: str | None) -> ColumnType | None:
    """The type of the column of that name; None if the column is unknown."""
    if name is None:
        return None
    field = table.columns[name].field if name in table.columns else None
    if isinstance(field, PartialDateField):
        return ColumnType.DATE
    is_number = isinstance(field, models.IntegerField | models.BooleanField)
    return ColumnType.NUMBER if is_number else ColumnType.TEXT
