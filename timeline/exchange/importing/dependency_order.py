"""The order in which rows are loaded: by table, and within a table referenced rows first."""

from collections import defaultdict
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from timeline.exchange.readers.types import FileRow, Problem, Sheet
from timeline.rows.tables import TABLES, Table


def self_references(table: Table) -> list[str]:
    return [column.name for column in table.columns.values() if column.field.related_model is table.model]


def dependency_levels(table: Table, rows: Iterable[FileRow | Problem]) -> list[list[FileRow | Problem]]:
    """Group the rows so that each refers, within its own table, only to rows of earlier groups."""
    to_itself = self_references(table)
    rows = list(rows)
    if not to_itself:
        return [rows]
    by_slug = {
        str(row.cells.get("slug")): number for number, row in enumerate(rows) if isinstance(row, FileRow)
    }
    order: TopologicalSorter[int] = TopologicalSorter()
    for number, row in enumerate(rows):
        references = (str(row.cells.get(name)) for name in to_itself) if isinstance(row, FileRow) else ()
        order.add(number, *(by_slug[slug] for slug in references if slug in by_slug))
    found = []
    try:
        order.prepare()
        while order.is_active():
            ready = sorted(order.get_ready())
            found.append([rows[number] for number in ready])
            order.done(*ready)
    except CycleError:  # the rows get their own errors later
        return [rows]
    return found


def rows_by_table(sheets: Iterable[Sheet]) -> dict[str, list[tuple[Iterable[FileRow | Problem], bool]]]:
    """The rows of each table, in the order of `TABLES`, and whether they come from a spreadsheet.

    Those of spreadsheets are streams, unless they refer to their own table.
    """
    held: defaultdict[str, list[FileRow | Problem]] = defaultdict(list)
    found: dict[str, list[tuple[Iterable[FileRow | Problem], bool]]] = {name: [] for name in TABLES}
    for sheet in sheets:
        if sheet.headers and not self_references(sheet.table):
            found[sheet.table.name].append((sheet, True))
        elif sheet.headers:
            found[sheet.table.name] += [(level, True) for level in dependency_levels(sheet.table, sheet)]
        else:
            for row in sheet:
                held[row.table.name if isinstance(row, FileRow) else sheet.table.name].append(row)
    for name, rows in held.items():
        found[name] += [(level, False) for level in dependency_levels(TABLES[name], rows)]
    return found
