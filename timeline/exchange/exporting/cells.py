"""Flat rows as the cells of a sheet, each a text that no spreadsheet takes for a formula."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from timeline.exchange.escapes import to_cell
from timeline.exchange.exporting.selection import Selection
from timeline.rows import Table


def lines(selection: Selection, table: Table) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Each row with its cells in the order of the selection's columns."""
    ways = [(name, _way(table, name)) for name in selection.columns(table)]
    for row in selection.flat(table):
        yield row, [way(row[name]) for name, way in ways]


def _way(table: Table, name: str) -> Callable[[Any], str]:
    if name == "phase" and name not in table.key:
        return _said
    if name in table.columns and table.columns[name].holds_many:
        return "; ".join
    return _cell


def _cell(value: Any) -> str:
    if value is None or value == "":
        # In no column do these two mean something different, and most cells of a sheet are empty.
        return ""
    if type(value) is str:
        return to_cell(value)
    return ("true" if value else "false") if type(value) is bool else to_cell(str(value))


def _said(value: str | None) -> str:
    """That there is no phase is said by an apostrophe: with an empty cell a new entry would get one by its date."""
    return to_cell(value or "")
