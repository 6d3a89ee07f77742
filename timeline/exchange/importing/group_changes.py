"""What an import changes of parts that belong to others: checked when all rows are known, since either may come first."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models.chunks import chunks
from timeline.rows.grouping import GROUPINGS, Grouping, group_message
from timeline.rows.tables import DELETE_COLUMN, TABLES, Table

# The primary key of the parent, and the key of the outer row without it.
Key = tuple[int, tuple[str, ...]]


@dataclass
class _Changes:
    """The changes of one grouping. Places are those of the first row that needs the check."""

    # The outer rows that need an inner one, each with the column to blame.
    needing: dict[Key, tuple[FileLocation, str]] = field(default_factory=dict)
    # The inner rows that need their outer one.
    naming: dict[Key, FileLocation] = field(default_factory=dict)
    created: set[Key] = field(default_factory=set)
    deleted: set[Key] = field(default_factory=set)
    # By outer row, how many inner rows more or fewer than before.
    inner: Counter[Key] = field(default_factory=Counter)


class GroupChanges:
    """The changes of an import, without those of working copies, which are checked as whole rows."""

    def __init__(self) -> None:
        self._changes: defaultdict[str, _Changes] = defaultdict(_Changes)

    def add(self, row: ImportRow) -> None:
        """Add a row that was checked, if it creates or deletes a part."""
        if row.outcome not in ("new", "deleted") or row.parent_pk is None:
            return
        for grouping in GROUPINGS:
            changes, is_new = self._changes[grouping.inner], row.outcome == "new"
            if row.table.name == grouping.outer:
                key = row.parent_pk, row.key[1:]
                (changes.created if is_new else changes.deleted).add(key)
                if is_new:
                    changes.needing.setdefault(key, (row.place, ""))
            elif row.table.name == grouping.inner:
                key = row.parent_pk, row.key[1 : len(grouping.columns) + 1]
                changes.inner[key] += 1 if is_new else -1
                if is_new:
                    changes.naming.setdefault(key, row.place)
                else:
                    changes.needing.setdefault(key, (row.place, DELETE_COLUMN))

    def problems(self, *, are_written: bool) -> Iterator[Problem]:
        """The parts that would be left without those that they belong to, or need."""
        for grouping in GROUPINGS:
            changes = self._changes[grouping.inner]
            for parents in chunks(sorted({parent for parent, _key in (*changes.needing, *changes.naming)})):
                yield from _problems(grouping, changes, {*parents}, are_written)


def _problems(
    grouping: Grouping, changes: _Changes, parents: set[int], are_written: bool
) -> Iterator[Problem]:
    outer = {*_stored(TABLES[grouping.outer], [*grouping.columns.values()], parents)}
    inner = Counter(_stored(TABLES[grouping.inner], [*grouping.columns], parents))
    if not are_written:
        outer = (outer | changes.created) - changes.deleted
        inner.update(changes.inner)
    for key, (place, column) in changes.needing.items():
        if key[0] in parents and key in outer and inner[key] <= 0:
            yield Problem(place, group_message(grouping.missing_message, key[1]), column)
    for key, place in changes.naming.items():
        if key[0] in parents and key not in outer:
            yield Problem(place, group_message(grouping.unknown_message, key[1]))


def _stored(table: Table, columns: list[str], parents: set[int]) -> Iterator[Key]:
    """The keys of the outer rows that the stored parts of these parents are, or name."""
    parent = f"{table.columns[table.within].attribute}_id"
    parts = table.model._base_manager.filter(**{f"{parent}__in": parents}).order_by()
    for key, *cells in parts.values_list(parent, *columns):
        yield key, tuple(str(cell) for cell in cells)
