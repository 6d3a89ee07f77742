"""The order in which rows that refer to others of their own table are loaded."""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from timeline.exchange.readers.types import FileRow, Problem
from timeline.rows.tables import Table


def self_references(table: Table) -> list[str]:
    return [column.name for column in table.columns.values() if column.field.related_model is table.model]


def dependency_levels(table: Table, rows: Iterable[FileRow | Problem]) -> list[list[FileRow | Problem]]:
    """The rows in groups, each of which refers, within its own table, only to those before it."""
    to_itself = self_references(table)
    rows = list(rows)
    if not to_itself:
        return [rows]
    by_slug = {
        str(row.cells.get("slug")): number for number, row in enumerate(rows) if isinstance(row, FileRow)
    }
    order: TopologicalSorter[int] = TopologicalSorter()
    for number, row in enumerate(rows):
        named = (str(row.cells.get(name)) for name in to_itself) if isinstance(row, FileRow) else ()
        order.add(number, *(by_slug[slug] for slug in named if slug in by_slug))
    found = []
    try:
        order.prepare()
        while order.is_active():
            ready = sorted(order.get_ready())
            found.append([rows[number] for number in ready])
            order.done(*ready)
    except CycleError:  # which the rows themselves will be blamed for
        return [rows]
    return found
