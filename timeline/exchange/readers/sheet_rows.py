"""Converts the lines of a sheet to rows, the same for every file format."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.formula_escaping import from_cell
from timeline.exchange.readers.headers import Header, read_header
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Problem,
    RawSheet,
    ReadResult,
    Sheet,
    SheetLine,
)
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.text import is_blank

# Longer than any text of the content: a quotation mark is missing.
MAX_CELL = 1_000_000


def add_sheet(
    reading: ReadResult,
    file: str,
    name: str,
    table: Table,
    first: SheetLine,
    lines: Callable[[Header, bool], Iterator[SheetLine | Problem]],
) -> None:
    """Add the sheet of that name, whose header is its first line.

    `lines` gives all lines for a header; if asked, with the numbers whose text depends on the type of a column.
    """
    place, texts = FileLocation(file, table.name, line=first.number), dict(first.cells)
    header = read_header(
        place, table, [texts.get(column, "") for column in range(max(texts, default=-1) + 1)]
    )
    faults = [Problem(place, one.message, xl_col_to_name(one.column), one.value) for one in first.faults]
    reading.problems += faults or header.problems
    reading.grids.append(RawSheet(file, name, table, lambda: lines(header, True)))
    if faults or not header.is_usable:
        reading.unread_tables.add(table.name)
        return

    def read() -> Iterator[FileRow | Problem]:
        found = lines(header, False)
        rest = (line for line in found if isinstance(line, Problem) or line.number != first.number)
        return _read_rows(file, table, header, rest)

    reading.add_sheet(Sheet(file, table, read, first.number, header.names), header.status_column)


def _read_rows(
    file: str, table: Table, header: Header, lines: Iterable[SheetLine | Problem]
) -> Iterator[FileRow | Problem]:
    """The rows of these lines, without the header. Empty lines are skipped.

    An empty cell is None. Whether it is ignored or clears the value is decided by the import.
    """
    columns, width = header.columns, len(header.columns)
    nothing: dict[str, PlainValue] = dict.fromkeys(name for name in columns if name is not None)
    spellings = header.spellings or None
    number = 0
    for line in lines:
        if isinstance(line, Problem):
            yield line
            continue
        cells: dict[str, PlainValue] | None = None
        stray: tuple[int, str] | None = None
        for index, text in line.cells:
            if is_blank(text):
                continue
            text = text.strip()
            if cells is None:
                cells = nothing.copy()
            name = columns[index] if index < width else None
            if name is not None:
                cells[name] = from_cell(text)
            elif stray is None and (index >= width or index in header.empty):
                stray = index, text
        if cells is None and not line.faults:
            continue
        number += 1
        place = FileLocation(file, table.name, number, line.number, spellings)
        if stray:
            message = (
                _(
                    "The row has more cells than the header: a quotation mark is missing, or a delimiter too many."
                )
                if stray[0] >= width
                else _("A value stands in a column without a header.")
            )
            yield Problem(place, message, xl_col_to_name(stray[0]), stray[1])
        faulty = set()
        for fault in line.faults:
            column = (columns[fault.column] if fault.column < width else None) or xl_col_to_name(fault.column)
            faulty.add(column)
            yield Problem(place, fault.message, column, fault.value)
        # The rest of the row is still checked, so that all its errors are reported at once.
        if cells is not None and not stray and faulty.isdisjoint(table.key):
            for name in faulty & cells.keys():
                del cells[name]
            yield FileRow(place, table, cells, frozenset(faulty))
