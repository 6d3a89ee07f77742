"""Selects and orders the records of an export and reads them in chunks, as whole or flat rows.

Only the records of a chunk are in memory at once.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Collate

from timeline.models import Entry
from timeline.models.records import Record
from timeline.rows.columns import FlatRow, PlainValue, PrimaryKeyIn
from timeline.rows.grouping import with_inner_rows
from timeline.rows.tables import STATUS_COLUMN, TABLES, MutableWholeRow, Table
from timeline.visibility import PublishableQuerySet
from timeline.workflow import SCHEDULED

CHUNK_SIZE = 1000
# The names of tables, or the records of one; None for all tables.
What: TypeAlias = Collection[str] | QuerySet[Model] | None
# The queryset of those records that may be read, such as `published()` or `visible_to(user)`.
Visible = Callable[[PublishableQuerySet], PublishableQuerySet]


def published(records: PublishableQuerySet) -> PublishableQuerySet:
    """What every visitor may read, for `export(visible=published)`."""
    return records.published()


class Selection:
    """The records of some tables, with their parts. References to records that may not be read are left out.

    With `has_status`, rows of records have a column `status` besides those of their table.
    """

    def __init__(self, what: What, visible: Visible | None, has_status: bool) -> None:
        self.visible = visible
        # The number of rows exported, by table.
        self.counts: Counter[str] = Counter()
        self.has_status = has_status
        self._hidden_slugs: dict[type[Record], set[str]] = {}
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
        parts = {part.name for table in self.tables for part in table.parts.values()}
        self.parts: list[Table] = [table for table in TABLES.values() if table.name in parts]

    def columns(self, table: Table) -> list[str]:
        """The names of the columns of the table's flat rows."""
        return [*table.columns, STATUS_COLUMN] if self.with_status(table) else list(table.columns)

    def with_status(self, table: Table) -> bool:
        return self.has_status and not table.within

    def records(self, table: Table) -> QuerySet[Model]:
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
        records = (
            self.records(table).annotate(sort_slug=slug).order_by("sort_slug").values_list("pk", "sort_slug")
        )
        # One query for each list: an open cursor would outlive an aborted export.
        found = [*records[:CHUNK_SIZE]]
        while found:
            yield [key for key, _slug in found]
            found = (
                [*records.filter(sort_slug__gt=found[-1][1])[:CHUNK_SIZE]] if len(found) == CHUNK_SIZE else []
            )

    def whole_rows(self, table: Table) -> Iterator[MutableWholeRow]:
        """The records as whole rows with their parts under the nested names, as YAML and JSON have them."""
        for keys in self.chunks(table):
            rows = self._in_order(table, keys, table.whole_rows_of(keys))
            for name, part in table.parts.items():
                hidden = self._hidden(part, [inner for row in rows for inner in row[name]])
                for row in rows if hidden else ():
                    row[name] = [inner for inner in row[name] if not _names(inner, hidden)]
                self.counts[part.name] += sum(len(row[name]) for row in rows)
            yield from (with_inner_rows(table, row) for row in rows)

    def flat_rows(self, table: Table) -> Iterator[FlatRow]:
        """The flat rows of a table. For a table of parts: those of the exported records."""
        if table.within:
            for keys in self.owners(table):
                yield from self.parts_of(table, keys).values()
        else:
            for keys in self.chunks(table):
                yield from self._in_order(table, keys, table.rows_in("pk", keys))

    def owners(self, part: Table) -> Iterator[list[int]]:
        """The primary keys of the exported records that may have such parts, in the order of export."""
        for table in self.tables:
            if part in table.parts.values():
                yield from self.chunks(table)

    def parts_of(self, part: Table, keys: Sequence[int]) -> dict[int, FlatRow]:
        """The exported parts of these records as flat rows, by the primary keys of the parts, in order."""
        rows = part.rows_in(f"{part.columns[part.within].attribute}_id", keys)
        hidden = self._hidden(part, list(rows.values()))
        kept = {key: row for key, row in rows.items() if not _names(row, hidden)}
        self.counts[part.name] += len(kept)
        # The same order in every database.
        return dict(sorted(kept.items(), key=lambda pair: part.sort_key(pair[1])))

    def hide(self, table: Table, rows: Sequence[MutableWholeRow]) -> None:
        """Remove references to records that may not be read from the rows."""
        for name, slugs in self._hidden(table, rows).items():
            for row in rows if slugs else ():
                if table.columns[name].is_many_to_many:
                    row[name] = [slug for slug in _slugs(row[name]) if slug not in slugs]
                elif row[name] in slugs:
                    row[name] = None

    def _in_order(
        self, table: Table, keys: Sequence[int], found: Mapping[int, MutableWholeRow]
    ) -> list[MutableWholeRow]:
        """The rows of a chunk in its order, with their status and without what may not be read."""
        rows = [found[key] for key in keys]
        if self.with_status(table):
            stored = table.model._default_manager.filter(PrimaryKeyIn("pk", keys)).order_by()
            status = dict(stored.values_list("pk", "status"))
            if isinstance(stored, PublishableQuerySet):
                status |= dict.fromkeys(stored.scheduled().values_list("pk", flat=True), SCHEDULED)
            for key, row in zip(keys, rows, strict=True):
                row[STATUS_COLUMN] = status[key]
        self.hide(table, rows)
        self.counts[table.name] += len(rows)
        return rows

    def _hidden(self, table: Table, rows: Sequence[FlatRow]) -> dict[str, set[str]]:
        """By column, the slugs in these rows of records that may not be read."""
        found: dict[str, set[str]] = {}
        for name, column in table.columns.items():
            if self.visible is None or name == table.within or not column.field.is_relation:
                continue
            slugs = {slug for row in rows for slug in _slugs(row[name])}
            if issubclass(column.model, Entry):
                entries = self.visible(column.model._default_manager.filter(slug__in=slugs).order_by())
                found[name] = slugs - {*entries.values_list("slug", flat=True)}
            else:
                found[name] = slugs & self._hidden_references(column.model, self.visible)
        return found

    def _hidden_references(self, model: type[Record], visible: Visible) -> set[str]:
        """The slugs of all reference records of a model that may not be read, which are few."""
        if model not in self._hidden_slugs:
            records = model._default_manager.order_by()
            hidden = records.exclude(pk__in=visible(records.all()).values("pk"))
            self._hidden_slugs[model] = {*hidden.values_list("slug", flat=True)}
        return self._hidden_slugs[model]


def _slugs(cell: PlainValue) -> list[str]:
    return cell if isinstance(cell, list) else [str(cell)] if cell else []


def _names(row: FlatRow, hidden: Mapping[str, set[str]]) -> bool:
    return any(not slugs.isdisjoint(_slugs(row[name])) for name, slugs in hidden.items())
