"""Converts the lines of a sheet to rows, the same for every file format."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.formula_escaping import NO_PHASE, from_cell
from timeline.exchange.readers.header_row import Header, read_header
from timeline.exchange.readers.placeholders import stands_for_nothing
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Problem,
    RawSheet,
    ReadResult,
    Sheet,
    SheetLine,
)
from timeline.rows.columns import Column, PlainValue
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
    unread = {one.column for one in first.faults}
    width = max([*texts, *unread], default=-1) + 1
    header = read_header(place, table, [texts.get(column, "") for column in range(width)], unread)
    reading.problems += [
        Problem(place, one.message, xl_col_to_name(one.column), one.value) for one in first.faults
    ]
    reading.problems += header.problems
    reading.grids.append(RawSheet(file, name, table, lambda: lines(header, True)))
    if not header.unread.isdisjoint(table.key):
        # No row of it can be referred to; the other cells of its rows are checked.
        reading.unread_tables.add(table.name)
    if not header.is_usable:
        return

    def read() -> Iterator[FileRow | Problem]:
        found = lines(header, False)
        rest = (line for line in found if isinstance(line, Problem) or line.number != first.number)
        return _read_rows(file, table, header, rest)

    reading.sheets.append(Sheet(file, table, read, first.number, header.names))


def _read_rows(
    file: str, table: Table, header: Header, lines: Iterable[SheetLine | Problem]
) -> Iterator[FileRow | Problem]:
    """The rows of these lines, without the header. Empty lines are skipped.

    An empty cell is None. Whether it is ignored or clears the value is decided by the import.
    """
    columns, width = header.columns, len(header.columns)
    of_values = {
        name: column
        for name, column in table.columns.items()
        if name in columns and name not in table.key and column.holds_no_text
    }
    nothing: dict[str, PlainValue] = dict.fromkeys(name for name in columns if name is not None)
    spellings = header.spellings or None
    number = 0
    for line in lines:
        if isinstance(line, Problem):
            yield line
            continue
        cells: dict[str, PlainValue] | None = None
        stray: tuple[int, str] | None = None
        signs: list[str] = []
        for index, text in line.cells:
            if is_blank(text):
                continue
            text = text.strip()
            if cells is None:
                cells = nothing.copy()
            name = columns[index] if index < width else None
            if name == "phase" and text == NO_PHASE:
                cells[name] = ""
            elif name is not None and name in of_values and _is_empty(of_values[name], text):
                signs.append(text)
            elif name is not None:
                cells[name] = from_cell(text)
            elif stray is None and (index >= width or index in header.empty):
                stray = index, text
        if cells is None and not line.faults:
            continue
        number += 1
        place = FileLocation(file, table.name, number, line.number, spellings)
        if stray:
            yield _stray_cell(place, *stray, width)
        faulty = set()
        for fault in line.faults:
            column = (columns[fault.column] if fault.column < width else None) or xl_col_to_name(fault.column)
            faulty.add(column)
            yield Problem(place, fault.message, column, fault.value)
        # The rest of the row is still checked, so that all its errors are reported at once. Where a row is longer than
        # the header, its cells may stand in the wrong columns.
        if stray is None or stray[0] < width:
            cells = nothing.copy() if cells is None else cells
            for name in faulty & cells.keys():
                del cells[name]
            yield FileRow(place, table, cells, unread=header.unread | faulty, signs=tuple(signs))


def _is_empty(column: Column, text: str) -> bool:
    """Whether a sign stands for an empty cell of the column. A slug may be a word, as “na”."""
    return stands_for_nothing(column, text) and not (
        column.field.is_relation and text.isascii() and text.isalpha()
    )


def _stray_cell(place: FileLocation, column: int, value: str, width: int) -> Problem:
    """The problem of a cell in a column without a header."""
    if column < width:
        return Problem(
            place, _("A value stands in a column without a header."), xl_col_to_name(column), value
        )
    message = _(
        "The row has more cells than the header: a quotation mark is missing, or a delimiter too many."
    )
    return Problem(place, message, xl_col_to_name(column), value, hides_rows=True)
