"""Converts trees of YAML and JSON nodes to rows: lists of rows per table, with nested rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.exchange.readers import fixtures
from timeline.exchange.readers.headers import find_column, find_table, is_status, unknown_table
from timeline.exchange.readers.nodes import excerpt, is_null, line
from timeline.exchange.readers.sources import stem
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, ReadResult, Sheet
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table


def read_tree(name: str, root: Node | None) -> ReadResult:
    """The tables of a file: rows in a file named for their table, tables by name, or a Django fixture."""
    reading = ReadResult()
    if root is None or is_null(root):
        return reading
    if isinstance(root, MappingNode):
        for key, node in root.value:
            typed = key.value if isinstance(key, ScalarNode) else excerpt(key)
            _add(reading, name, typed if isinstance(key, ScalarNode) else "", typed, node, key)
    elif fixtures.is_fixture(root):
        return fixtures.read_fixture(name, root)
    elif root.value or find_table(stem(name)):  # an empty list may be an empty fixture
        _add(reading, name, stem(name), stem(name), root, root)
    return reading


def _add(reading: ReadResult, file: str, name: str, words: str, node: Node, at: Node) -> None:
    table = find_table(name)
    if table is None:
        reading.problems.append(unknown_table(FileLocation(file, line=line(at)), words))
    elif isinstance(node, SequenceNode):
        rows = _TreeReader(file, table)
        reading.sheets.append(Sheet(file, table, _reader(rows, node), left_out=_status_in(table, node)))
    elif not is_null(node):
        reading.unread_tables.add(table.name)
        reading.problems.append(
            Problem(
                FileLocation(file, table.name, line=line(node)),
                _("A list of rows is expected here, each beginning with “- ”."),
            )
        )


def _reader(rows: "_TreeReader", node: SequenceNode) -> Callable[[], Iterator[FileRow | Problem]]:
    return lambda: rows.of(node.value)


@dataclass(frozen=True)
class _TreeReader:
    """The rows of one table in a file. The problems of a row precede it, its nested rows follow it."""

    file: str
    table: Table
    # Mappings of other names than this site's, shared by rows: most rows use the same names.
    spellings: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = field(default_factory=dict)

    def of(self, nodes: Iterable[Node]) -> Iterator[FileRow | Problem]:
        for number, node in enumerate(nodes, 1):
            yield from self._row(
                self.table, node, FileLocation(self.file, self.table.name, number, line(node))
            )

    def _row(
        self, table: Table, node: Node, place: FileLocation, parent_cells: dict[str, PlainValue] | None = None
    ) -> Iterator[FileRow | Problem]:
        if not isinstance(node, MappingNode):
            yield Problem(
                place, _("A row is expected here, its columns as “name: value”."), value=excerpt(node)
            )
            return
        cells: dict[str, PlainValue] = dict(parent_cells or {})
        nested: list[tuple[Table, str, Node]] = []
        own: dict[str, str] = {}
        for key, value in node.value:
            typed = str(key.value) if isinstance(key, ScalarNode) else excerpt(key)
            # An unknown name is passed on, so that the import reports it with the other errors of the row.
            name = find_column(table, typed) or typed
            if is_status(table, name):
                continue
            if name in own:
                yield _duplicate_column(place, own[name], typed, value)
                continue
            own[name] = typed
            if name in table.nested:
                nested.append((TABLES[table.nested[name]], typed, value))
            elif parent_cells and name in parent_cells:
                yield Problem(
                    place, _("Here the row around it says this; leave it out."), typed, excerpt(value)
                )
            elif isinstance(value, ScalarNode):
                cells[name] = None if is_null(value) else value.value
            elif isinstance(value, SequenceNode) and all(
                isinstance(item, ScalarNode) for item in value.value
            ):
                cells[name] = ["" if is_null(item) else item.value for item in value.value]
            else:
                yield Problem(
                    place, _("A value or a list of values is expected here."), typed, excerpt(value)
                )
        yield FileRow(replace(place, names=self._spellings(own)), table, cells)
        for inner, typed, value in nested:
            yield from self._nested(inner, typed, value, place, cells)

    def _spellings(self, typed: Mapping[str, str]) -> Mapping[str, str] | None:
        others = {name: spelling for name, spelling in typed.items() if spelling != name}
        return self.spellings.setdefault(tuple(others.items()), others) if others else None

    def _nested(
        self, table: Table, typed: str, node: Node, place: FileLocation, cells: dict[str, PlainValue]
    ) -> Iterator[FileRow | Problem]:
        if isinstance(node, SequenceNode):
            parent_cells: dict[str, PlainValue] = {table.within: cells.get("slug")}
            for item in node.value:
                yield from self._row(
                    table, item, FileLocation(self.file, place.table, place.row, line(item)), parent_cells
                )
        elif not is_null(node):
            yield Problem(
                place, _("A list is expected here, each item beginning with “- ”."), typed, excerpt(node)
            )


def _status_in(table: Table, rows: SequenceNode) -> str:
    """The name of the status column in these rows; empty if none has it."""
    keys = (key.value for row in rows.value if isinstance(row, MappingNode) for key, _value in row.value)
    return next((key for key in keys if isinstance(key, str) and is_status(table, key)), "")


def _duplicate_column(place: FileLocation, first: str, second: str, value: Any) -> Problem:
    if first == second:
        return Problem(place, _("The column stands twice in this row."), second, excerpt(value))
    message = _("The column stands twice: as “%(first)s” and as “%(second)s”.")
    return Problem(place, message % {"first": first, "second": second}, second, excerpt(value))
