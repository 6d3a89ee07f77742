"""OpenDocument spreadsheets (.ods), read as a stream: their sheets, and the lines of each as the program shows them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO
from xml.etree.ElementTree import Element, fromstring

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.readers.archives import open_archive
from timeline.exchange.readers.cells import CellError, ColumnType, is_two_months
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.ods_cells import OdsCells, holds_number, shown_text, struck_parts, text_of_note
from timeline.exchange.readers.ods_styles import OFFICE, STYLES, TABLE, Styles, style_of
from timeline.exchange.readers.other_files import PROTECTED, check_archive, not_a_workbook
from timeline.exchange.readers.sheet_marks import AUTHOR, SheetMarks, StruckRow
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error
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
from timeline.exchange.readers.workbooks import (
    MAX_COLUMNS,
    MAX_ROWS,
    Workbook,
    WorkbookSheet,
    add_workbook,
    grids_of,
)
from timeline.exchange.readers.xml_stream import MAX_PART, check_package_xml, events

CONTENT = "content.xml"
# A row or cell may stand for many equal ones: for so many in a sheet, if they hold anything.
MAX_REPEATED = 1_000_000

_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_TABLE = f"{TABLE}table"
_ROW = f"{TABLE}table-row"
_COLUMN = f"{TABLE}table-column"
_CELL = f"{TABLE}table-cell"
_COVERED = f"{TABLE}covered-table-cell"
_NULL_DATE = f"{TABLE}null-date"
# The copies of other documents' tables, behind those of this one.
_COPIES = f"{TABLE}dde-links"
_HIDDEN = ("collapse", "filter")
_MACROS = re.compile("Basic/.|Scripts/.")


def read_ods(reading: ReadResult, source: ReadableFile) -> None:
    """Add the sheets of a spreadsheet that are tables. Raises UnreadableFileError."""
    if source.size:
        add_workbook(reading, _workbook(source))


def ods_grids(source: ReadableFile) -> list[Grid]:
    """The sheets of a spreadsheet with any content. Raises UnreadableFileError."""
    return grids_of(_workbook(source)) if source.size else []


def _workbook(source: ReadableFile) -> Workbook:
    """Open a spreadsheet. Raises UnreadableFileError."""
    check_archive(source)
    with open_archive(source) as archive:
        names = archive.namelist()
        try:
            if b"encryption-data" in archive.read("META-INF/manifest.xml")[:MAX_PART]:
                raise UnreadableFileError(source.name, str(PROTECTED.message))
            check_package_xml(archive)
            document = _Document(source)
            if "styles.xml" in names:
                if archive.getinfo("styles.xml").file_size > MAX_PART:
                    raise ValueError("a part that is read as a whole is too large")
                document.styles.add_document(fromstring(archive.read("styles.xml")))
            document.survey()
        except UnreadableFileError:
            raise
        except Exception:  # an archive or XML of another program may raise any
            raise not_a_workbook(source, names) from None
    notices = []
    if any(map(_MACROS.match, names)):
        notices.append(_("The workbook has macros. They were neither run nor read; the cells were."))
    return Workbook(source, document.sheets(), notices)


class _Document:
    """The content of a document: its styles, and for each sheet its name and what is merged, hidden or computed."""

    def __init__(self, source: ReadableFile) -> None:
        self.source = source
        self.styles = Styles()
        self.is_1900 = True
        # Of each table: its name, its style, and its marks.
        self._tables: list[tuple[str, str, SheetMarks]] = []

    def survey(self) -> None:
        """Go through the whole content once. Raises any exception if it is damaged."""
        with self._open() as file:
            sheet = None
            starts, ends = {_TABLE, _NULL_DATE, _COPIES}, {_ROW, _COLUMN, *STYLES}
            for event, element in _top_level(file, starts, ends):
                if element.tag in STYLES:
                    self.styles.add(element)
                elif element.tag == _NULL_DATE:
                    self.is_1900 = element.get(f"{TABLE}date-value", "1899-12-30") == "1899-12-30"
                elif event == "start":
                    sheet = _MarkFinder(self.styles)
                    name, style = element.get(f"{TABLE}name") or "", element.get(f"{TABLE}style-name") or ""
                    self._tables.append((name, style, sheet.marks))
                elif sheet:
                    sheet.handle(element)
        if not self._tables:
            raise ValueError("no spreadsheet")

    def sheets(self) -> list[WorkbookSheet]:
        return [self._sheet(number) for number in range(len(self._tables))]

    def _sheet(self, number: int) -> WorkbookSheet:
        name, style, marks = self._tables[number]

        def lines(
            place: FileLocation, kinds: Sequence[ColumnType | None], *, with_formats: bool = False
        ) -> Iterator[SheetLine | Problem]:
            return self._lines(number, place, kinds, with_formats)

        return WorkbookSheet(name, style in self.styles.hidden_tables, True, lines, lambda: marks)

    def _lines(
        self, number: int, place: FileLocation, kinds: Sequence[ColumnType | None], with_formats: bool
    ) -> Iterator[SheetLine | Problem]:
        sheet = _SheetReader(OdsCells(self.styles, is_1900=self.is_1900), kinds, with_formats)
        table = -1
        try:
            with self._open() as file:
                for event, element in _top_level(file, {_TABLE, _COPIES}, {_ROW, _COLUMN}):
                    table += event == "start"
                    if table > number:
                        return
                    if table == number and event == "end":
                        yield from sheet.lines(element)
        except OSError as error:
            yield cannot_open_error(place.file, error).problem
        except Exception:  # see above
            message = _("The sheet “%(sheet)s” is damaged; the rows after this cannot be read.")
            yield Problem(place, message % {"sheet": printable(self._tables[number][0])})

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        with open_archive(self.source) as archive, archive.open(CONTENT) as file:
            yield file


def _top_level(file: IO[bytes], starts: set[str], ends: set[str]) -> Iterator[tuple[str, Element]]:
    """As `events`, without the tables that stand within a table, and up to the copies of other documents' tables."""
    depth = 0
    for event, element in events(file, (OFFICE,), starts=starts, ends={*ends, _TABLE}):
        if element.tag == _COPIES:
            return
        if element.tag == _TABLE:
            depth += 1 if event == "start" else -1
            if event == "end" or depth > 1:
                continue
        if depth <= 1:
            yield event, element


def _repeated(element: Element, name: str) -> int:
    count = int(element.get(f"{TABLE}{name}-repeated") or 1)
    if count < 1:
        raise ValueError(count)
    return count


def _cells(row: Element) -> Iterator[tuple[int, int, Element]]:
    """The cells of a row that hold anything and are not covered, each with its column (from 0) and how many equal ones it is."""
    column = 0
    for cell in row:
        if cell.tag not in (_CELL, _COVERED):
            continue
        count = _repeated(cell, "number-columns")
        if cell.tag == _CELL and (
            len(cell) or cell.get(f"{OFFICE}value-type") or cell.get(f"{TABLE}formula")
        ):
            if column + count > MAX_COLUMNS:
                raise ValueError(column)
            yield column, count, cell
        column += count


class _SheetReader:
    """Reads the lines of a sheet, column by column and row by row in the order of the document."""

    def __init__(self, cells: OdsCells, kinds: Sequence[ColumnType | None], with_formats: bool) -> None:
        self.cells = cells
        self.kinds = kinds
        self.with_formats = with_formats
        self.row = 0
        self.columns = _ColumnStyles()
        self.repeated = 0

    def lines(self, element: Element) -> Iterator[SheetLine]:
        """The lines of a row, or none for a column. Raises ValueError if it stands for too many."""
        if element.tag == _COLUMN:
            self.columns.add(element)
            return
        count = _repeated(element, "number-rows")
        held = [*_cells(element)]
        if held:
            if self.row + count > MAX_ROWS:
                raise ValueError("no sheet has so many rows")
            width = sum(repeated for _column, repeated, _cell in held)
            self.repeated += count * width - len(held)
            if self.repeated > MAX_REPEATED:
                raise ValueError("no sheet repeats so many cells")
            for number in range(self.row + 1, self.row + count + 1):
                yield self._line(number, element, held)
        self.row += count

    def _line(self, number: int, row: Element, held: Sequence[tuple[int, int, Element]]) -> SheetLine:
        found: list[tuple[int, str]] = []
        faults: list[CellFault] = []
        formatted: dict[int, FormattedNumber] = {}
        shown: dict[int, str] = {}
        for first, count, cell in held:
            for column in range(first, first + count):
                kind = self.kinds[column] if column < len(self.kinds) else None
                style = style_of(cell, row.attrib, self.columns.style_of(column))
                try:
                    if text := self.cells.read(cell, style, kind or ColumnType.TEXT):
                        if self.with_formats and kind is None:
                            raw = self.cells.context_dependent_number(cell, style, text)
                            formatted |= {column: raw} if raw else {}
                        if kind is ColumnType.DATE and holds_number(cell) and is_two_months(text):
                            shown[column] = self.cells.read(cell, style, ColumnType.TEXT)
                        found.append((column, text))
                except CellError as error:
                    faults.append(error.fault(column, number))
        return SheetLine(number, found, faults, formatted, shown, _is_hidden(row))


class _ColumnStyles:
    """The default styles of the columns, each with the number of the column after its last."""

    def __init__(self) -> None:
        self.count = 0
        self._styles: list[tuple[int, str]] = []

    def add(self, element: Element) -> None:
        self.count += _repeated(element, "number-columns")
        self._styles.append((self.count, element.get(f"{TABLE}default-cell-style-name") or ""))

    def style_of(self, column: int) -> str:
        return next((style for end, style in self._styles if column < end), "")


class _MarkFinder:
    """Finds what is merged, hidden, struck through, computed or has a note in a sheet."""

    def __init__(self, styles: Styles) -> None:
        self.marks, self.styles = SheetMarks(), styles
        self.row = 0
        self.columns = _ColumnStyles()
        self.hidden_columns: list[tuple[int, int]] = []

    def handle(self, element: Element) -> None:
        is_hidden = _is_hidden(element)
        if element.tag == _COLUMN:
            first = self.columns.count
            self.columns.add(element)
            if is_hidden:
                self.hidden_columns.append((first, self.columns.count))
            return
        count = _repeated(element, "number-rows")
        held = [*_cells(element)]
        if is_hidden and any(_is_filled(cell) for _column, _count, cell in held):
            self.marks.hidden_rows.add(self.row + 1, self.row + count)
        struck = StruckRow()
        for column, repeated, cell in held:
            self._mark(column, cell, f"{xl_col_to_name(column)}{self.row + 1}")
            if self.styles.has_strikes and _is_filled(cell):
                style = style_of(cell, element.attrib, self.columns.style_of(column))
                parts = [*struck_parts(cell, self.styles, is_struck=self.styles.strikes(style))]
                for each in range(column, column + repeated):
                    struck.add(f"{xl_col_to_name(each)}{self.row + 1}", parts)
        struck.end(self.marks, self.row + 1, self.row + count)
        self.row += count

    def _mark(self, column: int, cell: Element, address: str) -> None:
        note = cell.find(f"{OFFICE}annotation")
        if note is not None and note.findtext(_CREATOR) != AUTHOR:
            self.marks.add_note(address, text_of_note(note))
        if cell.get(f"{TABLE}formula"):
            self.marks.add_formula(address)
        if any(first <= column < end for first, end in self.hidden_columns) and _is_filled(cell):
            self.marks.hidden_columns.add(column)
        columns = int(cell.get(f"{TABLE}number-columns-spanned") or 1)
        rows = int(cell.get(f"{TABLE}number-rows-spanned") or 1)
        if columns > 1 or rows > 1:
            self.marks.add_merged(f"{address}:{xl_col_to_name(column + columns - 1)}{self.row + rows}")


def _is_hidden(element: Element) -> bool:
    return element.get(f"{TABLE}visibility") in _HIDDEN


def _is_filled(cell: Element) -> bool:
    try:
        return bool(shown_text(cell).strip())
    except CellError:
        return True
