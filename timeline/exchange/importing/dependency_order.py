"""The order in which rows are loaded: by table, and within a table referenced rows first."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import cast

from timeline.exchange.readers.types import FileRow, Problem, Sheet
from timeline.rows.tables import TABLES, Table


def self_references(table: Table) -> list[str]:
    return [column.name for column in table.columns.values() if column.field.related_model is table.model]


def dependency_levels(table: Table, rows: Iterable[FileRow | Problem]) -> list[list[FileRow | Problem]]:
    """Group the rows so that each refers, within its own table, only to rows of earlier groups.

    The first of those that refer to each other in a circle knows so, and counts as if it referred to none.
    """
    to_itself = self_references(table)
    rows = list(rows)
    if not to_itself:
        return [rows]
    by_slug = {slug: number for number, row in enumerate(rows) if (slug := _slug(row))}
    references: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        slugs = [_text(row, name) for name in to_itself]
        references[number] = [by_slug[slug] for slug in slugs if slug in by_slug]
    levels = _levels(references)
    blocked = references.keys() - {number for level in levels for number in level}
    if blocked:
        for circle in _circles(
            {number: (blocked & {*references[number]}).pop() for number in sorted(blocked)}
        ):
            first, slugs = min(circle), [_slug(rows[number]) for number in sorted(circle)]
            rows[first] = replace(cast(FileRow, rows[first]), circle=tuple(slugs))
            references[first] = []
        levels = _levels(references)
    return [[rows[number] for number in level] for level in levels]


def _slug(row: FileRow | Problem) -> str:
    return _text(row, "slug")


def _text(row: FileRow | Problem, name: str) -> str:
    """The text of a cell; empty if there is none."""
    cell = row.cells.get(name) if isinstance(row, FileRow) else None
    return "" if cell is None else str(cell)


def _levels(references: Mapping[int, Collection[int]]) -> list[list[int]]:
    """The numbers by level, without those that lead to a circle."""
    order = TopologicalSorter(references)
    with contextlib.suppress(CycleError):
        order.prepare()
    found = []
    while order.is_active():
        found.append(sorted(order.get_ready()))
        order.done(*found[-1])
    return found


def _circles(following: Mapping[int, int]) -> Iterator[list[int]]:
    """The circles of these numbers, each of which is followed by another."""
    seen: set[int] = set()
    for number in following:
        path = []
        while number not in seen:
            seen.add(number)
            path.append(number)
            number = following[number]
        if number in path:
            yield path[path.index(number) :]


def rows_by_table(sheets: Iterable[Sheet]) -> dict[str, list[tuple[Iterable[FileRow | Problem], bool]]]:
    """The rows of each table, in the order of `TABLES`, and whether they come from a spreadsheet.

    Those of spreadsheets are streams, unless they refer to their own table.
    """
    held: defaultdict[tuple[str, bool], list[FileRow | Problem]] = defaultdict(list)
    found: dict[str, list[tuple[Iterable[FileRow | Problem], bool]]] = {name: [] for name in TABLES}
    for sheet in sheets:
        if sheet.headers and not self_references(sheet.table):
            found[sheet.table.name].append((sheet, True))
        else:
            for row in sheet:
                name = row.table.name if isinstance(row, FileRow) else sheet.table.name
                held[name, bool(sheet.headers)].append(row)
    for (name, is_from_sheet), rows in held.items():
        found[name] += [(level, is_from_sheet) for level in dependency_levels(TABLES[name], rows)]
    return found
