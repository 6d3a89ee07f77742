"""XLSX workbooks, read as a stream: their sheets, the lines of each, and what is hidden, merged or computed.

Does not use openpyxl, which fills in every row and column in a sheet's declared dimension, does not report
merged cells, and silently omits a missing sheet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string, get_column_letter

from timeline.exchange.readers.archives import open_archive
from timeline.exchange.readers.cells import CellError, Cells, ColumnType, holds_number, is_two_months
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.other_files import check_archive, not_a_workbook
from timeline.exchange.readers.packages import Package, PackageSheet, is_on, text_of
from timeline.exchange.readers.sheet_marks import AUTHOR, Parts, SheetMarks, StruckRow
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error
from timeline.exchange.readers.types import (
    CellFault,
    FileLocation,
    FormattedNumber,
    Problem,
    ReadResult,
    SheetLine,
    printable,
)
from timeline.exchange.readers.workbooks import MAX_COLUMNS, Workbook, WorkbookSheet, add_workbook, grids_of
from timeline.exchange.readers.xml_stream import CHUNK_SIZE, check_package_xml, elements, start_tags

# Members of workbooks with macros, and of those that refer to other workbooks. Neither are opened.
_MACROS = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
# What stands in the XML of a sheet with merged, hidden, struck or computed cells, or with another encoding. Most have none.
_MARKS = (
    b"hidden",
    b"mergeCell",
    b"<strike",
    b":strike",
    b"<f>",
    b"<f ",
    b"<f/",
    b":f>",
    b":f ",
    b":f/",
    b"\0",
)
_LINKS = re.compile(r"(^|[/\\])externalLinks[/\\]", re.IGNORECASE)


def read_xlsx(reading: ReadResult, source: ReadableFile) -> None:
    """Add the sheets of a workbook that are tables. Raises UnreadableFileError."""
    if source.size:
        add_workbook(reading, _workbook(source))


def xlsx_grids(source: ReadableFile) -> list[Grid]:
    """The worksheets of a workbook with any content. Raises UnreadableFileError."""
    return grids_of(_workbook(source)) if source.size else []


def _workbook(source: ReadableFile) -> Workbook:
    """Open a workbook. Raises UnreadableFileError."""
    check_archive(source)
    notices = []
    with open_archive(source) as archive:
        names = archive.namelist()
        try:
            check_package_xml(archive)
            package = Package(archive)
        except Exception:  # an archive or XML of another program may raise any
            raise not_a_workbook(source, names) from None
    if any(map(_MACROS.search, names)):
        notices.append(_("The workbook has macros. They were neither run nor read; the cells were."))
    if any(map(_LINKS.search, names)):
        notices.append(
            _(
                "The workbook refers to other workbooks. They were not opened; the values that it holds were read."
            )
        )
    return Workbook(source, [_sheet(source, package, part) for part in package.parts], notices)


def _sheet(source: ReadableFile, package: Package, part: PackageSheet) -> WorkbookSheet:
    reader = _SheetReader(source, package, part)
    return WorkbookSheet(part.name, part.is_hidden, part.has_cells, reader.lines, reader.marks)


class _SheetReader:
    """Reads a sheet; each reading opens the archive anew."""

    def __init__(self, source: ReadableFile, package: Package, part: PackageSheet) -> None:
        self.source = source
        self.package = package
        self.part = part

    def lines(
        self, place: FileLocation, kinds: Sequence[ColumnType | None], *, with_formats: bool = False
    ) -> Iterator[SheetLine | Problem]:
        sheet = {"sheet": printable(self.part.name)}
        if self.part.member is None:
            yield Problem(place, _("The sheet “%(sheet)s” cannot be read: the workbook lacks it.") % sheet)
            return
        cells = Cells(self.package)
        number = 0
        try:
            with open_archive(self.source) as archive, archive.open(self.part.member) as file:
                for row in elements(file, "row"):
                    number = int(row.get("r") or number + 1)
                    if len(row):
                        yield _line(number, row, cells, kinds, with_formats)
        except OSError as error:
            yield cannot_open_error(place.file, error).problem
        except Exception:  # see above
            message = _("The sheet “%(sheet)s” is damaged; the rows after this cannot be read.")
            yield Problem(place, message % sheet)

    def marks(self) -> SheetMarks:
        """What is merged, hidden, struck through, computed or has a note; up to where the sheet is damaged, which `lines` reports."""
        finder = _MarkFinder(self.package)
        if self.part.member is None:
            return finder.marks
        try:
            with open_archive(self.source) as archive:
                with archive.open(self.part.member) as file:
                    has_marks = finder.has_struck or _has_marks(file)
                if has_marks:
                    with archive.open(self.part.member) as file:
                        start_tags(file, finder.handle, finder.handle_text)
                    finder.end_row()
                if self.part.notes:
                    with archive.open(self.part.notes) as file:
                        finder.add_notes(elements(file, "author", "comment"))
        except Exception:  # see above
            return finder.marks
        return finder.marks


def _has_marks(file: IO[bytes]) -> bool:
    """Whether to look for marks, told at a tenth of the cost of doing so."""
    rest = b""
    while chunk := file.read(CHUNK_SIZE):
        text = rest + chunk
        if any(mark in text for mark in _MARKS):
            return True
        rest = chunk[-16:]
    return False


class _MarkFinder:
    """Finds what is merged, hidden, struck through or computed, in the order of the elements of a sheet, and its notes."""

    def __init__(self, package: Package) -> None:
        self.marks = SheetMarks()
        self.struck_styles = {*map(str, package.struck_styles)}
        self.struck_strings = package.struck_strings
        self.has_struck = bool(self.struck_styles or self.struck_strings)
        self.struck = StruckRow()
        self.row = 0
        self.column = 0
        self.address: str | None = None
        self.is_row_hidden = False
        self.hidden_columns: list[tuple[int, int]] = []
        # Of the cell: whether it is filled, whether its style strikes through, its text, or the number of its shared one, as it
        # is read, and the runs of its own text, each with whether it is struck through.
        self.is_filled = self.is_struck = self.is_shared = self.is_text = False
        self.text = ""
        self.runs: list[tuple[str, bool]] = []

    def handle(self, name: str, attributes: Mapping[str, str]) -> None:
        self.is_text = name in ("t", "v")
        if name == "c":
            self.end_cell()
            self.column += 1
            self.address = attributes.get("r")
            self.is_struck = attributes.get("s", "0") in self.struck_styles
            self.is_shared = attributes.get("t") == "s"
            if self.address and self.hidden_columns:
                self.column = column_index_from_string(self.address.rstrip("0123456789"))
        elif name in ("v", "is"):
            self._note_content()
        elif name == "r":
            self.runs.append(("", False))
        elif name == "strike" and self.runs:
            self.runs[-1] = "", is_on(attributes)
        elif name == "row":
            self.end_row()
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            self.is_row_hidden = _is_hidden(attributes)
        elif name == "f":
            self.marks.add_formula(self._address())
        elif name == "col" and _is_hidden(attributes):
            self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self.marks.add_merged(attributes.get("ref") or "")

    def handle_text(self, text: str) -> None:
        """Take a piece of a text, or of the number of a shared one."""
        if not self.is_filled or not self.is_text:
            return
        if self.runs:
            before, is_struck = self.runs[-1]
            self.runs[-1] = before + text, is_struck
        elif self.has_struck:
            self.text += text

    def end_cell(self) -> None:
        """Note whether the cell is struck through."""
        if self.is_filled:
            parts: Parts = self.runs
            if self.is_shared and (number := self.text.strip()).isdecimal():
                parts = self.struck_strings.get(int(number), ())
            if not any(is_struck for _text, is_struck in parts):
                parts = [(self.text or "".join(text for text, _is_struck in self.runs), self.is_struck)]
            self.struck.add(self._address(), parts)
        self.is_filled, self.text, self.runs = False, "", []

    def end_row(self) -> None:
        """Note what the cells of the row were together."""
        self.end_cell()
        self.struck.end(self.marks, self.row, self.row)
        self.struck = StruckRow()

    def add_notes(self, found: Iterable[Element]) -> None:
        """Add the notes that others have written, which follow their authors."""
        authors: list[str] = []
        for element in found:
            if element.tag.endswith("author"):
                authors.append(element.text or "")
            elif authors[int(element.get("authorId") or 0) :][:1] != [AUTHOR]:
                text = element.find("{*}text")
                self.marks.add_note(element.get("ref") or "", "" if text is None else text_of(text))

    def _address(self) -> str:
        return self.address or f"{get_column_letter(self.column)}{self.row}"

    def _note_content(self) -> None:
        self.is_filled = True
        if self.is_row_hidden:
            self.marks.hidden_rows.add(self.row, self.row)
            self.is_row_hidden = False
        if any(first <= self.column <= last for first, last in self.hidden_columns):
            self.marks.hidden_columns.add(self.column - 1)


def _line(
    number: int, row: Element, cells: Cells, kinds: Sequence[ColumnType | None], with_formats: bool
) -> SheetLine:
    found: list[tuple[int, str]] = []
    faults: list[CellFault] = []
    formatted: dict[int, FormattedNumber] = {}
    shown: dict[int, str] = {}
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
                if kind is ColumnType.DATE and holds_number(cell) and is_two_months(text):
                    shown[column] = cells.read(cell, ColumnType.TEXT)
                found.append((column, text))
        except CellError as error:
            faults.append(error.fault(column, number))
    return SheetLine(number, found, faults, formatted, shown, _is_hidden(row))


def _is_hidden(element: Element | Mapping[str, str]) -> bool:
    return element.get("hidden") in ("1", "true")
