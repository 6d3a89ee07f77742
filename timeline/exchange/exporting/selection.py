"""Selects and orders the records of an export and reads them in chunks, as whole or flat rows.

Only the records of a chunk are in memory at once.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Collate

from timeline.publishable import Publishable, PublishableQuerySet
from timeline.rows.columns import Column, PlainValue, PrimaryKeyIn
from timeline.rows.tables import TABLES, FlatRow, Table

CHUNK_SIZE = 1000
# The queryset of those entries that may be read, such as `published()` or `visible_to(user)`.
Visible = Callable[[PublishableQuerySet], PublishableQuerySet]


def published(entries: PublishableQuerySet) -> PublishableQuerySet:
    """What every visitor may read, for `export(visible=published)`."""
    return entries.published()


class Selection:
    """The records of some tables, with their parts. References to entries that may not be read are left out.

    `what` is a collection of names of tables, or a queryset of one model; None means all tables. With
    `has_status`, rows of entries have a column `status` besides those of their table.
    """

    def __init__(
        self, what: Collection[str] | QuerySet[Any] | None, visible: Visible | None, has_status: bool
    ) -> None:
        self.visible = visible
        # The number of rows exported, by table.
        self.counts: Counter[str] = Counter()
        self.has_status = has_status
        self.queryset = what if isinstance(what, QuerySet) else None
        self.tables: list[Table] = [table for table in TABLES.values() if not table.within]
        if isinstance(what, QuerySet):
            self.tables = [table for table in self.tables if issubclass(table.model, what.model)]
        elif what is not None:
            self.tables = [table for table in self.tables if table.name in what]
            if unknown := set(what) - {table.name for table in self.tables}:
                raise ValueError(f"no tables of records: {', '.join(sorted(unknown))}")
        if not self.tables:
            raise ValueError("no table of records is asked for")
        parts = {name for table in self.tables for name in table.nested.values()}
        self.parts: list[Table] = [table for table in TABLES.values() if table.name in parts]

    def columns(self, table: Table) -> list[str]:
        """The names of the columns of the table's flat rows."""
        return [*table.columns, "status"] if self.with_status(table) else list(table.columns)

    def with_status(self, table: Table) -> bool:
        return self.has_status and issubclass(table.model, Publishable)

    def records(self, table: Table) -> QuerySet[Any]:
        """All records of the table that are exported."""
        records = table.model._default_manager.order_by()
        if self.queryset is not None:
            records = records.filter(pk__in=self.queryset.order_by().values("pk"))
        if self.visible is not None and isinstance(records, PublishableQuerySet):
            return self.visible(records)
        return records

    def chunks(self, table: Table) -> Iterator[list[int]]:
        """The primary keys of the table's records, ordered by slug, in lists of at most CHUNK_SIZE."""
        # By code point in every database: the order of a language-specific collation may change with its
        # version.
        slug = Collate(F("slug"), "C") if connection.vendor == "postgresql" else F("slug")
        records = self.records(table).annotate(place=slug).order_by("place").values_list("pk", "place")
        # One query for each list: an open cursor would outlive an aborted export.
        found = [*records[:CHUNK_SIZE]]
        while found:
            yield [key for key, _place in found]
            found = [*records.filter(place__gt=found[-1][1])[:CHUNK_SIZE]] if len(found) == CHUNK_SIZE else []

    def whole_rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """The records as whole rows, with their parts under the nested names."""
        for keys in self.chunks(table):
            found = table.whole_rows_of(keys)
            rows = [found[key] for key in keys]
            self._add_status(table, keys, rows)
            self._hide(table, rows)
            for name, inner in table.nested.items():
                part = TABLES[inner]
                if hidden := self._hidden(part, [row for whole in rows for row in whole[name]]):
                    for row in rows:
                        row[name] = [its for its in row[name] if not _names(its, hidden)]
                self.counts[inner] += sum(len(row[name]) for row in rows)
            self.counts[table.name] += len(rows)
            yield from rows

    def flat_rows(self, table: Table) -> Iterator[FlatRow]:
        """The flat rows of a table. For a table of parts: those of the exported records."""
        if not table.within:
            for keys in self.chunks(table):
                found = table.rows_of(table.model._base_manager.filter(PrimaryKeyIn("pk", keys)).order_by())
                rows = [found[key] for key in keys]
                self._add_status(table, keys, rows)
                self._hide(table, rows)
                self.counts[table.name] += len(rows)
                yield from rows
            return
        for keys in self.owners(table):
            parts = list(self.parts_of(table, keys).values())
            hidden = self._hidden(table, parts)
            parts = [row for row in parts if not _names(row, hidden)]
            self.counts[table.name] += len(parts)
            yield from sorted(parts, key=lambda row: row_sort_key(table, row))

    def owners(self, part: Table) -> Iterator[list[int]]:
        """The primary keys of the exported records that may have such parts, in the order of export."""
        for table in self.tables:
            if part.name in table.nested.values():
                yield from self.chunks(table)

    def parts_of(self, part: Table, keys: Sequence[int]) -> dict[int, FlatRow]:
        """The flat rows of these records' parts, by the primary keys of the parts."""
        within = part.columns[part.within].attribute
        return part.rows_of(part.model._base_manager.filter(PrimaryKeyIn(f"{within}_id", keys)).order_by())

    def hidden_parts(self, part: Table, rows: Mapping[int, FlatRow]) -> set[int]:
        """The keys of those parts that refer to an entry that may not be read."""
        hidden = self._hidden(part, list(rows.values()))
        return {key for key, row in rows.items() if _names(row, hidden)}

    def _add_status(self, table: Table, keys: Sequence[int], rows: Sequence[FlatRow]) -> None:
        if self.with_status(table):
            stored = table.model._base_manager.filter(PrimaryKeyIn("pk", keys)).order_by()
            status = dict(stored.values_list("pk", "status"))
            for key, row in zip(keys, rows, strict=True):
                row["status"] = status[key]

    def _hide(self, table: Table, rows: Sequence[FlatRow]) -> None:
        """Remove references to entries that may not be read from the rows."""
        hidden = self._hidden(table, rows)
        for name, slugs in hidden.items():
            for row in rows if slugs else ():
                if table.columns[name].is_many_to_many:
                    row[name] = [slug for slug in _slugs(row[name]) if slug not in slugs]
                elif row[name] in slugs:
                    row[name] = None

    def _hidden(self, table: Table, rows: Sequence[FlatRow]) -> dict[str, set[str]]:
        """By column, the slugs in these rows of entries that may not be read."""
        found = {}
        for name, column in table.columns.items():
            if self.visible is not None and name != table.within and names_entries(column):
                slugs = {slug for row in rows for slug in _slugs(row[name])}
                found[name] = slugs - self.readable(column, slugs)
        return found

    def readable(self, column: Column, slugs: Collection[str]) -> set[str]:
        """The subset of these slugs whose entries may be read; the column refers to entries."""
        entries = column.model._default_manager.filter(slug__in=slugs).order_by()
        return set((self.visible(entries) if self.visible else entries).values_list("slug", flat=True))


def names_entries(column: Column) -> bool:
    """Whether the column refers to a model whose records may be unpublished."""
    related = column.field.related_model
    return isinstance(related, type) and issubclass(related, Publishable)


def row_sort_key(table: Table, row: FlatRow) -> tuple[str, ...]:
    """The sort key of a row, the same in every database."""
    return tuple("" if row[name] is None else str(row[name]) for name in table.key)


def _slugs(cell: PlainValue) -> list[str]:
    return cell if isinstance(cell, list) else [str(cell)] if cell else []


def _names(row: FlatRow, hidden: Mapping[str, set[str]]) -> bool:
    return any(not slugs.isdisjoint(_slugs(row[name])) for name, slugs in hidden.items())


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """Run all queries of this block on one snapshot of the database, without blocking writers."""
    if connection.in_atomic_block:
        yield  # the caller's transaction
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(), which takes the write lock at once (setting `transaction_mode`).
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
