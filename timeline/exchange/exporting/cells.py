"""Flat rows as the cells of a sheet: texts that no spreadsheet evaluates as a formula, and that fit into a cell."""

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from django.db.models import BooleanField, IntegerField
from django.utils.translation import gettext as _

from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formula_escaping import ESCAPED, NO_PHASE, to_cell
from timeline.models import Entry
from timeline.rows.columns import FlatRow, PlainValue
from timeline.rows.tables import Table

# Limits the memory and the length of the message.
MAX_NAMED = 20


def sheet_rows(selection: Selection, table: Table) -> Iterator[tuple[FlatRow, list[str]]]:
    """Each row with its cells, in the order of the selection's columns."""
    names = selection.columns(table)
    values_of = itemgetter(*names)
    others = [number for number, name in enumerate(names) if not _is_text(table, name)]
    phase = names.index("phase") if issubclass(table.model, Entry) else None
    for row in selection.flat_rows(table):
        values = list(values_of(row))
        for number in others:
            values[number] = cell_text(values[number])
        # None and empty text are written alike in every column, and most cells are empty.
        cells = [("" if not text else text if text[0] not in ESCAPED else to_cell(text)) for text in values]
        if phase is not None and not cells[phase]:
            # For an empty cell an import would derive the phase of a new entry from its date.
            cells[phase] = NO_PHASE
        yield row, cells


def cell_text(value: PlainValue) -> str:
    """A value of a flat row as the text of a cell, not yet escaped."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _is_text(table: Table, name: str) -> bool:
    """Whether the values of the column are texts or None."""
    column = table.columns.get(name)
    return column is None or not (
        column.is_many_to_many or isinstance(column.field, BooleanField | IntegerField)
    )


class OverlongCells:
    """Collects the cells that are too long for the format while a table is written."""

    def __init__(self, table: Table, columns: Sequence[str], limit: int) -> None:
        self.table = table
        self.columns = columns
        self.limit = limit
        self.messages: list[str] = []

    def check(self, row: FlatRow, cells: Sequence[str], length: Callable[[str], int]) -> None:
        for column, cell in zip(self.columns, cells, strict=True):
            if length(cell) > self.limit and len(self.messages) < MAX_NAMED:
                message = _(
                    "%(table)s “%(record)s”, column %(column)s: the text has %(length)s characters, and a cell of this format holds %(limit)s. Export YAML or JSON instead."
                )
                record = " / ".join(str(row[name]) for name in self.table.key)
                where = {"table": self.table.name, "record": record, "column": column}
                sizes = {"length": f"{length(cell):,}", "limit": f"{self.limit:,}"}
                self.messages.append(message % (where | sizes))
