"""Loads the rows of one table in chunks: parses, resolves, compares, checks and writes them."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from timeline.exchange.importing.checking import RowChecker
from timeline.exchange.importing.chunks import CHUNK_SIZE
from timeline.exchange.importing.comparing import fetch_stored, find_differences
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.parsing import RowParser
from timeline.exchange.importing.resolving import RowResolver
from timeline.exchange.importing.row_errors import RowErrors
from timeline.exchange.importing.row_warnings import RowWarnings
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.writing import write_rows
from timeline.exchange.readers.types import FileRow, Problem
from timeline.rows.references import References
from timeline.rows.tables import Table


class Loader:
    """Loads one table, within the transaction of an import.

    `on_outcome` is called with each item and its outcome: "new", "changed", "unchanged" or "deleted".
    """

    def __init__(
        self,
        table: Table,
        references: References,
        seen: SeenKeys,
        *,
        clear_empty: bool,
        is_dry: bool,
        on_problem: Callable[[Problem], None],
        on_outcome: Callable[[ImportRow, str], None],
        compare_with_copies: Callable[[Sequence[ImportRow]], None],
        divert: Callable[[Sequence[ImportRow]], Sequence[ImportRow]],
        warnings: RowWarnings,
    ) -> None:
        self.table = table
        self.model: Any = table.model
        self.references = references
        self.seen = seen
        self.clear_empty = clear_empty
        self.is_dry = is_dry
        self.errors = RowErrors(table, references, on_problem)
        self.on_outcome = on_outcome
        self.compare_with_copies = compare_with_copies
        # Takes the rows that go into working copies, and returns the others.
        self.divert = divert
        self.warnings = warnings
        self.parser = RowParser(table, self.errors)
        self.resolver = RowResolver(table, references, self.errors)
        self.checker = RowChecker(table, self.resolver, self.errors)

    def load(self, rows: Iterable[FileRow], from_sheet: bool) -> Iterator[int]:
        """Load the rows. Yields the number of rows done in each chunk."""
        remaining = iter(rows)
        while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
            self._load_chunk(chunk, clears=self.clear_empty or not from_sheet)
            yield len(chunk)

    def _load_chunk(self, rows: Sequence[FileRow], *, clears: bool) -> None:
        self.references.evict()
        items = [item for row in rows if (item := self.parser.parse(row, clears)) is not None]
        if self.table.within:
            items = self.resolver.resolve_keys(items)
        items = self._without_duplicates(items)
        fetch_stored(self.table, items)
        self.compare_with_copies(items)
        wanted = self._wanted(items)
        self.resolver.load(wanted)
        new = [item for item in wanted if item.pk is None]
        self.checker.check_slugs(new)
        self.warnings.check_slugs(new)
        for item in wanted:
            self.checker.check_values(item)
        same = [
            item for item in wanted if item.stored is not None and not item.changes and not item.has_errors
        ]
        for item in same:
            self.on_outcome(item, "unchanged")
        self.checker.make_records([item for item in wanted if not item.has_errors and item not in same])
        sound = [item for item in wanted if item.record is not None and not item.has_errors]
        self.warnings.check(sound)
        self._write(self.divert(sound))

    def _without_duplicates(self, items: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows, without those whose key an earlier row has; these are reported."""
        once = []
        for item in items:
            columns = self.table.columns
            item.key = tuple(
                str(item.cells[name]) if name == "slug" else columns[name].normalized_key(item.cells[name])
                for name in self.table.key
            )
            first = self.seen.first(item.key, item.place)
            if first is item.place:
                once.append(item)
            else:
                self.errors.add_duplicate(item, first)
        return once

    def _wanted(self, items: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows that are new or may change something. Rows that delete a part are performed here."""
        wanted = []
        for item in items:
            if self.parser.is_deletion(item):
                self._delete(item)
            elif item.stored is None or find_differences(item):
                wanted.append(item)
            elif not item.has_errors:
                self.on_outcome(item, "unchanged")
        return wanted

    def _write(self, items: Sequence[ImportRow]) -> None:
        if not items:
            return
        new = {item for item in items if item.pk is None}
        write_rows(self.table, items, self.errors, is_dry=self.is_dry)
        for item in items:
            if item.has_errors:
                continue
            item.pk = item.record.pk
            if item in new and not self.table.within:
                self.references.add(self.model, item.key[0], item.record.pk)
            self.on_outcome(item, "new" if item in new else "changed")

    def _delete(self, item: ImportRow) -> None:
        if item.stored is None:
            self.warnings.warn_of_nothing_to_delete(item)
            self.on_outcome(item, "unchanged")
            return
        item.is_deletion = True
        if item.pk is not None:
            item.record = self.model._default_manager.get(pk=item.pk)
        if not self.divert([item]):
            return
        # Whether a public entry loses its last source is checked at the end, when all new citations are
        # written.
        self.model._base_manager.filter(pk=item.pk).delete()
        self.on_outcome(item, "deleted")
