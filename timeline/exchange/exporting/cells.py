"""Flat rows as the cells of a sheet: texts that no spreadsheet evaluates as a formula."""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from django.db.models import BooleanField, IntegerField

from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formula_escaping import FORMULA, to_cell
from timeline.models import Entry
from timeline.rows.tables import Table

_ESCAPED = frozenset(("'", *FORMULA))


def sheet_rows(selection: Selection, table: Table) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Each row with its cells, in the order of the selection's columns."""
    names = selection.columns(table)
    values_of = itemgetter(*names)
    formatters = [
        (number, formatter) for number, name in enumerate(names) if (formatter := _formatter(table, name))
    ]
    phase = names.index("phase") if issubclass(table.model, Entry) else None
    for row in selection.flat_rows(table):
        values = list(values_of(row))
        for number, formatter in formatters:
            values[number] = formatter(values[number])
        # None and empty text are written alike in every column, and most cells are empty.
        cells = [("" if not text else text if text[0] not in _ESCAPED else to_cell(text)) for text in values]
        if phase is not None and not cells[phase]:
            # An apostrophe means "no phase": for an empty cell an import would derive the phase of a new
            # entry from its date.
            cells[phase] = to_cell("")
        yield row, cells


def _formatter(table: Table, name: str) -> Callable[[Any], str] | None:
    """The function from the column's values to text; None if they are text already."""
    column = table.columns.get(name)
    if column is None:
        return None
    if column.is_many_to_many:
        return "; ".join
    if isinstance(column.field, BooleanField):
        return _truth
    if isinstance(column.field, IntegerField):
        return _number
    return None


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
