"""Converts the lines of a sheet to rows, the same for every file format."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from timeline.exchange.formula_escaping import from_cell
from timeline.exchange.readers.headers import Header
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, SheetLine
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.text import is_blank

# Longer than any text of the content: a quotation mark is missing.
MAX_CELL = 1_000_000


def read_rows(
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
        strays: list[tuple[int, str]] = []
        for index, text in line.cells:
            if is_blank(text):
                continue
            text = text.strip()
            if cells is None:
                cells = nothing.copy()
            name = columns[index] if index < width else None
            if name is not None:
                cells[name] = from_cell(text)
            elif index >= width or index in header.empty:
                strays.append((index, text))
        if cells is None and not line.faults:
            continue
        number += 1
        place = FileLocation(file, table.name, number, line.number, spellings)
        if strays:
            yield _stray(place, strays, width)
        faulty = set()
        for fault in line.faults:
            name = columns[fault.column] if fault.column < width else None
            faulty.add(name)
            yield Problem(place, fault.message, name or column_letter(fault.column), fault.value)
        # The rest of the row is still checked, so that all its errors are reported at once.
        if cells is not None and not strays and faulty.isdisjoint(table.key):
            yield FileRow(
                place,
                table,
                {name: cell for name, cell in cells.items() if name not in faulty} if faulty else cells,
            )


def _stray(place: FileLocation, strays: list[tuple[int, str]], width: int) -> Problem:
    index, text = strays[0]
    if index >= width:
        message = _(
            "The row has more cells than the header: a quotation mark is missing, or a delimiter too many."
        )
    else:
        message = _("A value stands in a column without a header.")
    return Problem(place, message, column_letter(index), text)


def column_letter(index: int) -> str:
    """A spreadsheet's letters for a column (from 0): A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
