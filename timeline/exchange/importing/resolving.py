"""Resolves references: the record of a part, and the records that the cells of a row refer to."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.importing.row_errors import RowErrors
from timeline.rows.columns import Column
from timeline.rows.references import References
from timeline.rows.tables import Table


class RowResolver:
    """Resolves the references of one table's rows, and reports those to missing records."""

    def __init__(self, table: Table, references: References, errors: RowErrors) -> None:
        self.table = table
        self.references = references
        self.errors = errors

    def resolve_keys(self, items: Sequence[ImportRow]) -> list[ImportRow]:
        """The parts whose record exists. Former slugs in their keys are replaced by the current ones."""
        linked = [self.table.columns[name] for name in self.table.key]
        linked = [column for column in linked if column.field.is_relation]
        for column in linked:
            self.references.load(column.model, [str(item.cells[column.name]) for item in items])
        for item in items:
            for column in linked:
                found = self.references.find(column.model, str(item.cells[column.name]))
                if found is not None:
                    item.cells[column.name] = found.slug
                    if column.name == self.table.within:
                        item.parent_pk = found.pk
                else:
                    self.errors.add_unknown(item, column, str(item.cells[column.name]))
        return [item for item in items if item.parent_pk is not None]

    def load(self, items: Sequence[ImportRow]) -> None:
        """Fetch the records that these rows refer to, in bulk."""
        for column in self._linked:
            words = [
                word
                for item in items
                if (cell := item.cells.get(column.name)) not in EMPTY_VALUES
                for word in column.slugs(cell)
            ]
            if words:
                self.references.load(column.model, words)

    def find(self, item: ImportRow, column: Column, slug: str) -> Any:
        """The record with this slug, or None, which is reported."""
        found = self.references.find(column.model, slug)
        # `resolve_keys()` has reported the references in the key of a part.
        if found is None and not (self.table.within and column.name in self.table.key):
            self.errors.add_unknown(item, column, slug)
        return found

    @cached_property
    def _linked(self) -> list[Column]:
        return [column for column in self.table.columns.values() if column.field.is_relation]
