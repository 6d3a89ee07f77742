"""Checks rows: each value by its field, each record by its model, and the slugs of new records."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.importing.addresses import unavailable_slugs
from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.importing.resolving import RowResolver
from timeline.exchange.importing.row_errors import RowErrors
from timeline.models import Entry, Phase
from timeline.rows.columns import Column, PlainValue
from timeline.rows.tables import DELETE_COLUMN, Table


class RowChecker:
    """Makes the records of one table's rows, and reports what is invalid."""

    def __init__(self, table: Table, resolver: RowResolver, errors: RowErrors) -> None:
        self.table = table
        self.model: Any = table.model
        self.resolver = resolver
        self.errors = errors
        self.phases: dict[Any, int | None] = {}

    def check_slugs(self, items: Sequence[ImportRow]) -> None:
        """Report the slugs that new records may not have. Their missing values are then not reported."""
        taken = unavailable_slugs(self.table, [item.key[0] for item in items])
        for item in items:
            if refusal := taken.get(item.key[0]):
                item.is_taken = True
                self.errors.add(item, refusal, "slug", item.key[0])

    def check_values(self, item: ImportRow) -> None:
        """Check each value of the row by its field."""
        # A part that only a working copy has is read with all its cells: no record has the others.
        for name in item.differing_columns if item.pk is not None else item.cells:
            if name == DELETE_COLUMN:
                continue
            column, cell = self.table.columns[name], item.cells[name]
            if item.is_unset(name):
                continue
            try:
                if column.is_many_to_many:
                    column.check_list_items(cell)
                    found = [self.resolver.find(item, column, word) for word in column.slugs(cell)]
                    item.many[name] = list(dict.fromkeys(one.pk for one in found if one is not None))
                    new: PlainValue = sorted({one.slug for one in found if one is not None})
                elif column.field.is_relation:
                    new = self._check_link(item, column, cell)
                else:
                    value = column.field.clean(column.read(cell), None)
                    item.values[column.attribute] = value
                    new = value if value is None or isinstance(value, bool | int) else str(value)
            except ValidationError as refusal:
                for error in refusal.error_list:
                    self.errors.add_field_error(item, name, error)
            except ValueError as refusal:
                self.errors.add(item, str(refusal), name, cell)
            else:
                if item.stored is None or new != item.stored[name]:
                    item.changes[name] = new
        if item.stored is None and not item.is_taken:
            for name, column in self._required.items():
                if name not in item.cells or item.is_unset(name):
                    self.errors.add(item, _("A value is needed here."), column.name)

    @cached_property
    def _required(self) -> dict[str, Column]:
        return {
            name: column
            for name, column in self.table.columns.items()
            if not column.field.blank and not column.field.has_default() and name not in self.table.key
        }

    def _check_link(self, item: ImportRow, column: Column, cell: PlainValue) -> PlainValue:
        if isinstance(cell, list):
            raise ValueError(_("One value is expected here, not a list."))
        link: Any = column.field
        if cell in EMPTY_VALUES:
            if not link.null:
                raise ValidationError(_("A value is needed here."))
            item.links[link.attname] = None
            return None
        found = self.resolver.find(item, column, str(cell))
        item.links[link.attname] = found.pk if found else None
        return found.slug if found else None

    def make_records(self, items: Sequence[ImportRow]) -> None:
        """Make each record as it would be written, with derived columns, and validate it."""
        stored = self.model._base_manager.in_bulk([item.pk for item in items if item.pk is not None])
        declaring = self._declaring(items)
        for item in items:
            record = item.record = stored[item.pk] if item.pk is not None else self.model()
            was_dated = getattr(record, "sort_earliest", None) is not None
            for attribute, value in (item.values | item.links).items():
                setattr(record, attribute, value)
            if self.table.within:
                setattr(record, self.table.columns[self.table.within].field.attname, item.parent_pk)
            if (declared_by := item.links.get("declared_by_id")) is not None:
                record.declared_by = declaring[declared_by]
            # Both are determined for the whole chunk; the record would query for itself.
            record.slug_is_checked = record.phase_is_set = True
            try:
                record.clean()
            except ValidationError as refusal_of_record:
                self.errors.add_record_errors(item, refusal_of_record)
                continue
            if isinstance(record, Entry) and "phase" not in item.changes and not was_dated:
                decided = "phase" in item.cells and not item.is_unset("phase")
                if not decided and record.phase_id is None and record.sort_earliest is not None:
                    record.phase_id = self._phase_begun_by(record.sort_earliest)

    def _declaring(self, items: Sequence[ImportRow]) -> dict[int, Entry]:
        keys = {item.links["declared_by_id"] for item in items if item.links.get("declared_by_id")}
        return Entry._base_manager.in_bulk(keys) if keys else {}

    def _phase_begun_by(self, day: Any) -> int | None:
        if day not in self.phases:
            newest = Phase.objects.begun_by(day).newest_first().values_list("pk", flat=True)
            self.phases[day] = newest.first()
        return self.phases[day]
