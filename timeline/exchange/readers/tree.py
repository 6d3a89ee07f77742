"""Converts trees of YAML and JSON nodes to rows: lists of rows per table, with nested rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.exchange.readers import fixtures
from timeline.exchange.readers.headers import find_column, find_table, inner_tables, unknown_table
from timeline.exchange.readers.nodes import excerpt, is_null, line
from timeline.exchange.readers.sources import stem
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Problem,
    ReadResult,
    Sheet,
    UnreadableFileError,
)
from timeline.exchange.readers.yaml_slips import find_slip
from timeline.rows.columns import PlainValue
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import Table


def read_tree(reading: ReadResult, file: str, root: Node | None) -> None:
    """Add the tables of a file: rows in a file named for their table, tables by name, or a Django fixture."""
    if root is None or is_null(root):
        return
    if isinstance(root, MappingNode) and not _is_one_row(file, root):
        for key, node in root.value:
            _add_table(reading, file, excerpt(key), node, key)
    elif fixtures.is_fixture(root):
        fixtures.read_fixture(reading, file, root)
    elif root.value or find_table(stem(file)):  # an empty list may be an empty fixture
        _add_table(reading, file, stem(file), root, root)


def _is_one_row(file: str, root: MappingNode) -> bool:
    """Whether a file named for its table has one row in place of a list of rows."""
    table = find_table(stem(file))
    if table is None:
        return False
    # Some names are those of a column and of a table: topics, phase, citations.
    names = {excerpt(key) for key, _value in root.value}
    # A hyphen before a wide blank is part of the name: what was meant as a row is told as such.
    columns = {name for name in names if not name.startswith("-") and find_column(table, name)}
    tables = {name for name in names if find_table(name)}
    return tables <= columns and not columns <= tables


def _add_table(reading: ReadResult, file: str, name: str, node: Node, at: Node) -> None:
    table = find_table(name) if at is node or isinstance(at, ScalarNode) else None
    if table is None:
        slip = find_slip(f"{name}: ") if isinstance(at, ScalarNode) else ""
        message = _("This is no row: %(problem)s.") % {"problem": slip} if slip else unknown_table(name)
        reading.add_problem(FileLocation(file, line=line(at)), message)
    elif isinstance(node, SequenceNode):
        reading.sheets.append(Sheet(file, table, _TreeReader(file, table, node.value).read))
    elif not is_null(node):
        reading.unread_tables.add(table.name)
        message = _("A list of rows is expected here, each beginning with “- ”.")
        if isinstance(node, ScalarNode) and (slip := find_slip(excerpt(node))):
            message = _("This is no row: %(problem)s.") % {"problem": slip}
        reading.add_problem(FileLocation(file, table.name, line=line(node)), message)


def read_rows(reading: ReadResult, file: str, roots: Sequence[Node | UnreadableFileError]) -> None:
    """Add the rows of a file that is named for their table, each read by itself or not."""
    if (table := find_table(stem(file))) is None:
        reading.add_problem(FileLocation(file), unknown_table(stem(file)))
        return
    reading.sheets.append(Sheet(file, table, _TreeReader(file, table, roots).read))


@dataclass(frozen=True)
class _TreeReader:
    """The rows of one table in a file. The problems of a row precede it, its nested rows follow it."""

    file: str
    table: Table
    nodes: Iterable[Node | UnreadableFileError]
    # Mappings of other names than this site's, shared by rows: most rows use the same names.
    spellings: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = field(default_factory=dict)
    # Where the columns stand below the first line of a row, shared likewise: most rows have the same shape.
    shapes: dict[tuple[tuple[str, int], ...], Mapping[str, int]] = field(default_factory=dict)

    def read(self) -> Iterator[FileRow | Problem]:
        for number, node in enumerate(self.nodes, 1):
            if isinstance(node, UnreadableFileError):
                place = FileLocation(self.file, self.table.name, number, node.problem.place.line)
                yield Problem(place, node.problem.message, hides_rows=True)
                continue
            place = FileLocation(self.file, self.table.name, number, line(node))
            yield from self._row(self.table, node, place, {})

    def _row(
        self, table: Table, node: Node, place: FileLocation, parent_cells: Mapping[str, PlainValue]
    ) -> Iterator[FileRow | Problem]:
        if not isinstance(node, MappingNode):
            message = _("A row is expected here, its columns as “name: value”.")
            if isinstance(node, ScalarNode) and (slip := find_slip(excerpt(node))):
                message = _("This is no row: %(problem)s.") % {"problem": slip}
            yield Problem(place, message, value=excerpt(node))
            return
        place = replace(place, offsets=self._offsets(node))
        cells: dict[str, PlainValue] = {**parent_cells}
        nested: list[tuple[Table, str, Node]] = []
        own: dict[str, str] = {}
        for key, value in node.value:
            typed = excerpt(key)
            # An unknown name is passed on, so that the import reports it with the other errors of the row.
            name = find_column(table, typed) or typed
            if name in own:
                message = _("The column stands twice in this row.")
                if typed != own[name]:
                    message = _("The column stands twice: as “%(first)s” and as “%(second)s”.")
                    message %= {"first": own[name], "second": typed}
                yield Problem(place, message, typed, excerpt(value), line=line(key))
                continue
            own[name] = typed
            if part := (table.parts | inner_tables(table)).get(name):
                nested.append((part, typed, value))
            elif name in parent_cells:
                message = _("Here the row around it says this; leave it out.")
                yield Problem(place, message, typed, excerpt(value), line=line(key))
            elif isinstance(value, ScalarNode):
                cells[name] = None if is_null(value) else value.value
            elif isinstance(value, SequenceNode) and all(
                isinstance(item, ScalarNode) for item in value.value
            ):
                cells[name] = ["" if is_null(item) else item.value for item in value.value]
            else:
                message = _("A value or a list of values is expected here.")
                yield Problem(place, message, typed, excerpt(value), line=line(key))
        others = {name: typed for name, typed in own.items() if typed != name}
        names = self.spellings.setdefault(tuple(others.items()), others) if others else None
        yield FileRow(replace(place, names=names), table, cells)
        for inner, typed, value in nested:
            if isinstance(value, SequenceNode):
                for item in value.value:
                    at = FileLocation(self.file, place.table, place.row, line(item))
                    yield from self._row(inner, item, at, _outer_cells(table, inner, cells))
            elif not is_null(value):
                message = _("A list is expected here, each item beginning with “- ”.")
                yield Problem(place, message, typed, excerpt(value))

    def _offsets(self, row: MappingNode) -> Mapping[str, int] | None:
        """How far below the first line of the row its columns stand, by their names there; None if all are in that line."""
        first = line(row)
        lines = {excerpt(key): line(key) - first for key, _value in row.value}
        return self.shapes.setdefault(tuple(lines.items()), lines) if any(lines.values()) else None


def _outer_cells(table: Table, inner: Table, cells: Mapping[str, PlainValue]) -> dict[str, PlainValue]:
    """The cells of a row nested in one of this table that the outer row says: which record it belongs to, and which part."""
    grouping = inner_grouping(inner)
    if grouping is None or table.name != grouping.outer:
        return {inner.within: cells.get("slug")}
    of_part = {name: cells.get(own) for name, own in grouping.columns.items()}
    return {inner.within: cells.get(table.within), **of_part}
