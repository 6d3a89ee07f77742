"""XLSX workbooks, read as a stream: which sheets are tables, and the cells of each as text.

openpyxl reads what the workbook is made of. The sheets themselves are read here: its reading of them fills in every
row and column that a file claims to have, and does not tell of merged cells.
"""

import contextlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import fromstring, iterparse
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS

from timeline.exchange.escapes import from_workbook
from timeline.exchange.readers import archives
from timeline.exchange.readers.grid import MAX_CELL, letters, rows
from timeline.exchange.readers.headers import (
    Header,
    is_beside_content,
    read_header,
    table_named,
    unknown_table,
)
from timeline.exchange.readers.reading import (
    Fault,
    FileRow,
    Grid,
    Line,
    Notice,
    Place,
    Problem,
    Reading,
    Sheet,
    Unreadable,
    printable,
)
from timeline.exchange.readers.sources import Source, stem, unopened
from timeline.rows import Table

_C, _F, _V, _IS, _SI, _T, _R, _ROW, _MERGED = (
    f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("c", "f", "v", "is", "si", "t", "r", "row", "mergeCell")
)
# The widest sheet that Excel has.
MAX_COLUMNS = 16_384
# More elements than the widest row has; and the largest part of a workbook that is no sheet, in bytes.
MAX_HELD = 400_000
MAX_PART = 8 * 2**20
# How much XML is parsed at once, how much may stand before the first element, and how much between two tags: the longest
# cell, each character escaped.
PIECE = 16 * 1024
CHUNK = 256 * 1024
MAX_TOKEN = 8 * 2**20

# Date formats that Chinese spreadsheets number without spelling them out (ECMA-376, 18.8.30, zh-cn).
_CHINESE_FORMATS = (
    dict.fromkeys((27, 36, 50, 52, 57), "yyyy年m月")
    | dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), "yyyy年m月d日")
    | dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss")
)
# In a format: text in quotes, escaped characters, colours and conditions; none of them says what is shown of a date.
_NO_PART_OF_A_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

# What a workbook that is not only cells and looks brings.
_MACROS = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
_LINKS = re.compile(r"(^|/)externalLinks/", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# openpyxl says by any of these that a workbook is not what it should be: it is written for sound files.
_ANYTHING = Exception


class _Package(ExcelReader):
    """The parts of a workbook without its sheets, properties and looks, which break more often than they matter."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.valid_files = archive.namelist()
        self.read_only = True
        self.keep_vba = self.keep_links = self.rich_text = self.data_only = False
        self.shared_strings: list[str] = []
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.formats = list(self._formats())

    def read_strings(self) -> None:
        if (part := self.package.find(SHARED_STRINGS)) is None:
            return
        with self.archive.open(part.PartName[1:]) as file:
            self.shared_strings += (_text(element) for element in _elements(file, _SI))

    def _formats(self) -> Iterator[str]:
        """The number format of each style that cells refer to."""
        if ARC_STYLE not in self.valid_files:
            return
        styles = fromstring(self.archive.read(ARC_STYLE))
        ns = {"": SHEET_MAIN_NS}
        own = {
            int(found.get("numFmtId") or 0): found.get("formatCode") or ""
            for found in styles.iterfind("numFmts/numFmt", ns)
        }
        known = _CHINESE_FORMATS | BUILTIN_FORMATS | own
        for style in styles.iterfind("cellXfs/xf", ns):
            yield known.get(int(style.get("numFmtId") or 0), "General")


@dataclass(frozen=True)
class _Part:
    """A worksheet: its name on the tab, whether it is shown, and where in the archive it is."""

    name: str
    is_hidden: bool
    path: str


class _Workbook:
    """A workbook whose sheets are read from the archive anew each time."""

    def __init__(self, source: Source) -> None:
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
            _refuse_unsound(archive)
            package = _Package(archive)
            self.epoch = package.wb.epoch
            self.strings = package.shared_strings
            self.formats = [_shown_of(code) for code in package.formats]
            self.parts = [
                _Part(printable(sheet.name, 100), sheet.state != "visible", rel.target)
                for sheet, rel in package.parser.find_sheets()
                if rel.target in names and "chartsheet" not in rel.Type and not is_beside_content(sheet.name)
            ]
        except Unreadable:
            raise
        except _ANYTHING:
            raise self.refused(_("This is no workbook, or a damaged one.")) from None
        finally:
            archives.close(archive)

    def refused(self, message: str) -> Unreadable:
        return Unreadable(Problem(Place(self.source.name), message))

    def file(self, part: _Part, is_only: bool) -> str:
        return self.source.name if is_only else f"{self.source.name}/{part.name}"

    def lines(self, part: _Part, place: Place) -> Iterator[Line | Problem]:
        """The lines of a sheet that have cells; at their end, whether cells are merged."""
        merged: list[str] = []
        try:
            archive = zipfile.ZipFile(self.source.open())
            try:
                with archive.open(part.path) as file:
                    yield from self._lines(file, merged)
            finally:
                archives.close(archive)
        except OSError as error:
            yield unopened(place.file, error).problem
        except _ANYTHING:
            yield Problem(place, _("The sheet is damaged; the rows after this cannot be read."))
        if merged:
            yield Problem(
                place,
                _("Cells are merged (%(cells)s), which leaves open what the others hold; unmerge them.")
                % {"cells": printable(", ".join(merged[:5]))},
            )

    def _lines(self, file: Any, merged: list[str]) -> Iterator[Line]:
        number = 0
        for element in _elements(file, _ROW, _MERGED):
            if element.tag == _ROW:
                number = int(element.get("r") or number + 1)
                if len(element):
                    yield self._line(number, element)
            elif len(merged) < 6:
                merged.append(element.get("ref") or "")

    def _line(self, number: int, row: Any) -> Line:
        cells: list[tuple[int, str]] = []
        faults: list[Fault] = []
        column = -1
        for cell in row:
            if cell.tag != _C:
                continue
            address = cell.get("r")
            column = _column(address) if address else column + 1
            if column >= MAX_COLUMNS:
                raise ValueError(column)
            try:
                if text := self._cell(cell):
                    cells.append((column, text))
            except _Refused as refusal:
                where = {"cell": f"{letters(column)}{number}"}
                faults.append(Fault(column, refusal.args[0] % where, refusal.args[1]))
        return Line(number, cells, faults)

    def _cell(self, cell: Any) -> str:
        kind = cell.get("t") or "n"
        formula = cell.find(_F)
        if formula is not None:
            raise _Refused(
                _("Cell %(cell)s holds a formula. Paste its value instead."), f"={formula.text or ''}"
            )
        if kind == "inlineStr":
            inline = cell.find(_IS)
            return "" if inline is None else _checked(_text(inline))
        value = cell.findtext(_V) or ""
        if not value:
            return ""
        if kind == "s":
            return _checked(self.strings[int(value)])
        if kind == "str":
            return _checked(from_workbook(value))
        if kind == "b":
            return "true" if int(value) else "false"
        if kind == "e":
            raise _Refused(_("Cell %(cell)s holds an error of the spreadsheet."), value)
        if kind == "d":
            return _date_text(from_ISO8601(value), "day")
        style = int(cell.get("s") or 0)
        return self._number(value, self.formats[style] if style < len(self.formats) else "")

    def _number(self, value: str, shown: str) -> str:
        if not shown and value.isascii() and value.isdigit():
            return value
        number = float(value)
        if shown:
            try:
                return _date_text(from_excel(number, self.epoch), shown)
            except (OverflowError, ValueError, TypeError):
                raise _Refused(
                    _("Cell %(cell)s is formatted as a date, but its value is none."), value
                ) from None
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return repr(number)


class _Steady:
    """XML in small pieces, but larger ones where a tag does not end: with each, the parser begins the tag again."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.since = 0

    def read(self, size: int = -1, /) -> bytes:
        # Twice as much each time: what is parsed again then adds up to no more than the whole.
        chunk: bytes = self.file.read(max(PIECE, self.since))
        last = chunk.rfind(b">")
        self.since = self.since + len(chunk) if last < 0 else len(chunk) - last
        if self.since > MAX_TOKEN:
            raise ValueError("no tag and no cell is so long")
        return chunk


def _elements(file: Any, *tags: str) -> Iterator[Any]:
    """The elements of these names, one at a time: none is held when the next one comes."""
    around: list[Any] = []
    held = 0
    for event, element in iterparse(_Steady(file), events=("start", "end")):
        if event == "start":
            around.append(element)
            held += 1
            if held > MAX_HELD:
                raise ValueError("no sheet has so much in one row")
        else:
            around.pop()
            if element.tag in tags:
                yield element
                if around:
                    around[-1].clear()
                held = len(around)


def _refuse_unsound(archive: zipfile.ZipFile) -> None:
    """Raise where a part that is read as a whole is too large, and where a part of the workbook declares a document type, and with it entities that would be put in its text.

    That can only stand before the first element. defusedxml does the same, but parses all of it in Python, at a fifth
    of the speed.
    """

    def refuse(*declared: Any) -> None:
        raise ValueError("a document type is declared")

    def enough(*element: Any) -> None:
        raise StopIteration

    streamed = re.compile("sheet|sharedStrings", re.IGNORECASE)
    for member in archive.infolist():
        if member.file_size > MAX_PART and not streamed.search(member.filename):
            raise ValueError("a part that is read as a whole is too large")
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = enough
        with archive.open(member) as file, contextlib.suppress(StopIteration, expat.ExpatError):
            parser.Parse(file.read(CHUNK))
            if member.file_size > CHUNK:
                raise ValueError("so much stands before the first element")


class _Refused(Exception):
    """A cell that cannot be taken: the message, with a place for its address, and what it holds."""


def read_workbook(source: Source) -> Reading:
    """The sheets of a workbook that are tables: those named for one, or in a file named for one its only sheet."""
    workbook = _Workbook(source)
    reading = Reading()
    named = [(part, table_named(part.name)) for part in workbook.parts]
    if not any(table for _part, table in named):
        named = _only(workbook)
        if not named:
            reading.notices.append(Notice(Place(source.name), _("The workbook is empty.")))
    for part, table in named:
        if table is not None:
            _add(reading, workbook, part, table, is_only=len(workbook.parts) == 1)
        elif not part.is_hidden:  # a hidden one holds the choices of the drop-down lists
            reading.notices.append(
                Notice(
                    Place(workbook.file(part, False)), _("The sheet is named for no table and was left out.")
                )
            )
    return reading


def _only(workbook: _Workbook) -> list[tuple[_Part, Table | None]]:
    """The one sheet with anything in it, as the table that the file is named for."""
    name = workbook.source.name
    filled = [
        part
        for part in workbook.parts
        if not part.is_hidden and next(workbook.lines(part, Place(name)), None) is not None
    ]
    if not filled:
        return []
    table = table_named(stem(name))
    if table is None:
        words = (
            filled[0].name
            if len(filled) == 1 and not re.match("Sheet|工作表", filled[0].name)
            else stem(name)
        )
        raise Unreadable(unknown_table(Place(name), words))
    if len(filled) > 1:
        raise workbook.refused(
            _("The workbook has several sheets; name each for its table: %(example)s.")
            % {"example": "policies / 政策"}
        )
    return [(filled[0], table)]


def _add(reading: Reading, workbook: _Workbook, part: _Part, table: Table, is_only: bool) -> None:
    file = workbook.file(part, is_only)
    place = Place(file, table.name)
    grid = Grid(file, part.name, table, lambda: workbook.lines(part, place))
    first: tuple[int, list[str]] | None = None
    for line in workbook.lines(part, place):
        if isinstance(line, Problem):
            reading.problems.append(line)
            reading.unread.add(table.name)
            return
        if line.faults:
            at = Place(file, table.name, line=line.number)
            reading.problems += [
                Problem(at, fault.message, letters(fault.column), fault.value) for fault in line.faults
            ]
            reading.grids.append(grid)
            reading.unread.add(table.name)
            return
        if texts := dict(line.cells):
            first = line.number, [texts.get(number, "") for number in range(max(texts) + 1)]
            break
    if first is None:
        reading.notices.append(Notice(place, _("The sheet is empty.")))
        return
    header = read_header(Place(file, table.name, line=first[0]), table, first[1])
    reading.problems += header.problems
    reading.grids.append(grid)
    if header.is_usable:
        reading.sheets.append(
            Sheet(
                file,
                table,
                _rows_of(workbook, part, file, table, header, first[0]),
                header.names,
                header.left_out,
            )
        )
    else:
        reading.unread.add(table.name)


def _rows_of(workbook: _Workbook, part: _Part, file: str, table: Table, header: Header, first: int) -> Any:
    def read() -> Iterator[FileRow | Problem]:
        lines = workbook.lines(part, Place(file, table.name))
        below = (line for line in lines if isinstance(line, Problem) or line.number != first)
        return rows(file, table, header, below)

    return read


def _text(element: Any) -> str:
    """The text of a string that may be in several styles; without the pronunciations that may stand above it."""
    parts = []
    for child in element:
        if child.tag == _T:
            parts.append(child.text or "")
        elif child.tag == _R:
            parts.append(child.findtext(_T) or "")
    return from_workbook("".join(parts))


def _checked(text: str) -> str:
    if len(text) > MAX_CELL:
        raise _Refused(_("Cell %(cell)s holds more text than is read."), "")
    return text


def _column(address: str) -> int:
    """The column (from 0) of a cell's address: 2 of C5."""
    column = 0
    for char in address:
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - 64
        if column > MAX_COLUMNS:
            break
    return column - 1


def _shown_of(code: str) -> str:
    """What a number format shows of a date: year, month, day or time; nothing where it is no format of dates."""
    if code == "General":
        return ""
    bare = _NO_PART_OF_A_DATE.sub("", code.split(";")[0]).lower()
    if not re.search("[ymdhs]", bare) or re.search("[0#?]", bare):
        return ""
    if "d" in bare:
        return "time and day" if "h" in bare else "day"
    if "y" in bare or "e" in bare:
        return "month" if "m" in bare else "year"
    return "time" if re.search("[hs]", bare) else "month"


def _date_text(value: Any, shown: str) -> str:
    """The date as far as the cell shows it."""
    if isinstance(value, time) or shown == "time":
        return str(value.time() if isinstance(value, datetime) else value)
    text = value.isoformat()
    if shown == "time and day" and isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ")
    return str(text[: {"year": 4, "month": 7}.get(shown, 10)])
