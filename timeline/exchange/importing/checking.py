"""Checks resolved rows: each value by its field, each record by its model. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.importing.admin_edits import AdminEdits
from timeline.exchange.importing.entries_without_phase import EntriesWithoutPhase
from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow, is_equivalent
from timeline.exchange.importing.record_models import status_model
from timeline.exchange.importing.resolving import Resolver
from timeline.exchange.importing.row_warnings import RowWarnings
from timeline.models import Area, Chronicle, Entry, PolicyRelation
from timeline.models.stored_records import relate_to
from timeline.rows.bulk import AnyField
from timeline.rows.columns import Column, PlainValue
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import Table


class Checker:
    """Checks the rows of one table: gives each its outcome and its record, or its problems."""

    def __init__(
        self, table: Table, resolver: Resolver, warnings: RowWarnings, edits: AdminEdits | None = None
    ) -> None:
        self.table = table
        self.edits = edits
        self.model: Any = table.model
        self.resolver = resolver
        self.pending = resolver.pending
        self.warnings = warnings
        self.without_phase = EntriesWithoutPhase(table, resolver.pending)
        # The columns that new records need and a mapped sheet does not have, by its file.
        self._lacking_columns: set[tuple[str, str]] = set()
        # The values of columns besides the key that no two records may share.
        self._unique_values: defaultdict[str, set[object]] = defaultdict(set)

    def check(self, rows: Sequence[ImportRow]) -> None:
        """Check the rows together."""
        if self.table.within and not self.resolver.publish:
            self._divert_parts(rows)
        self._check_deletions(rows)
        kept = [row for row in rows if not row.deletes]
        for row in kept:
            row.differing_columns = _differing_columns(row)
        wanted = [row for row in kept if row.stored is None or row.differing_columns]
        self.resolver.load_references(self.table, wanted)
        new = [row for row in wanted if row.pk is None]
        self._check_slugs(new)
        self.warnings.check_slugs(new)
        for row in wanted:
            self._check_values(row)
        if self.edits is not None:
            self.edits.settle(wanted)
        changing = [row for row in wanted if not row.has_errors and (row.stored is None or row.changes)]
        self._make_records(changing)
        for row in kept:
            if not row.has_errors:
                row.outcome = _outcome(row)
        self.warnings.check([row for row in changing if row.outcome])
        self.without_phase.check(kept)

    def check_cells(self, rows: Sequence[ImportRow]) -> None:
        """Check the cells of rows that have errors already: which record they are is not known, or is another row's."""
        kept = [row for row in rows if not row.deletes]
        self.resolver.load_references(self.table, kept)
        grouping = inner_grouping(self.table)
        for row in kept:
            given = [name for name, cell in row.cells.items() if cell not in EMPTY_VALUES]
            # What the row of the part that it belongs to says as well is reported there.
            of_outer = grouping.columns if grouping and row.follows_failure else ()
            self._check_cells(row, [name for name in given if name != "slug" and name not in of_outer])

    def _check_deletions(self, rows: Iterable[ImportRow]) -> None:
        """Give those rows that delete parts their outcomes."""
        for row in rows:
            if not row.deletes or row.has_errors:
                continue
            row.outcome = "unchanged" if row.stored is None else "deleted"
            if row.stored is None:
                self.warnings.warn_of_nothing_to_delete(row)
            elif not row.is_diverted:
                self.pending.delete_part(row)

    def _check_slugs(self, rows: Sequence[ImportRow]) -> None:
        """Report the slugs that new records may not have."""
        if self.table.within or not rows:
            return
        taken = self.resolver.references.unavailable_slugs(self.model, [row.key[0] for row in rows])
        for row in rows:
            if refusal := taken.get(row.key[0]):
                row.is_taken = True
                row.add_error(refusal, "slug", row.key[0])

    def _check_values(self, row: ImportRow) -> None:
        """Check each value of the row by its field, and whether any is missing."""
        # A part that only a working copy has is read with all its cells: no record has the others.
        self._check_cells(row, row.differing_columns if row.pk is not None else row.cells)
        # A slug that is taken is perhaps that of a record of another kind, which has these values.
        if row.stored is None and not row.is_taken:
            for name in self._required:
                if name in row.unread or (name in row.asked and row.is_unset(name)):
                    row.follows_failure = True
                elif name not in row.cells and row.place.names:
                    self._add_lacking_column(row, name)
                elif name not in row.cells or row.is_unset(name):
                    row.add_error(_("A value is needed here."), name)

    def _add_lacking_column(self, row: ImportRow, name: str) -> None:
        """Say once that a mapped sheet has no column that new records need."""
        row.follows_failure = True
        if (row.place.file, name) not in self._lacking_columns:
            self._lacking_columns.add((row.place.file, name))
            message = _(
                "New records need a value here, and no column of the sheet is read as this one: choose one, or one value "
                "for all rows."
            )
            row.add_error(message, name)

    def _check_cells(self, row: ImportRow, names: Iterable[str]) -> None:
        for name in names:
            if row.is_unset(name):
                continue
            try:
                new = self._read(row, self.table.columns[name], row.cells[name])
            except ValidationError as refusal:
                for error in refusal.error_list:
                    row.add_field_error(name, error)
            except ValueError as refusal:
                row.add_error(str(refusal), name, row.cells[name])
            else:
                if row.stored is None or new != row.stored[name]:
                    row.changes[name] = new

    @cached_property
    def _required(self) -> list[str]:
        columns = self.table.columns.items()
        return [name for name, column in columns if column.is_required and name not in self.table.key]

    def _read(self, row: ImportRow, column: Column, cell: PlainValue) -> PlainValue:
        """Set the value of a cell. Returns it as flat rows have it."""
        if column.is_many_to_many:
            column.check_list_items(cell)
            found = [self.resolver.find(row, column, slug) for slug in column.slugs(cell)]
            row.many[column.name] = list(dict.fromkeys(one.pk for one in found if one is not None))
            return sorted({one.slug for one in found if one is not None})
        if column.field.is_relation:
            return self._read_link(row, column, cell)
        value = row.values[column.attribute] = column.field.clean(column.read(cell), None)
        return value if value is None or isinstance(value, bool | int) else str(value)

    def _read_link(self, row: ImportRow, column: Column, cell: PlainValue) -> PlainValue:
        if isinstance(cell, list):
            raise ValueError(_("One value is expected here, not a list."))
        link = column.field
        if cell in EMPTY_VALUES:
            if not link.null:
                raise ValidationError(_("A value is needed here."))
            row.links[link.name] = None
            return None
        found = self.resolver.find(row, column, str(cell))
        row.links[link.name] = found.pk if found else None
        return found.slug if found else None

    def _make_records(self, rows: Sequence[ImportRow]) -> None:
        """Make each record as it is to be written, with derived columns, and check it."""
        keys = [row.pk for row in rows if row.pk is not None]
        stored = {one.pk: one for one in self.pending.fetch(self.model, keys)} if keys else {}
        for row in rows:
            record = row.record = stored[row.pk] if row.pk is not None else self.model()
            if not self.table.within and not self.resolver.publish:
                row.is_diverted = record.is_ever_public
            for attribute, value in (row.values | self._links_of(row)).items():
                setattr(record, attribute, value)
            relate_to(self.pending, record)
        self.pending.prepare([row.record for row in rows])
        for row in rows:
            record = row.record
            was_dated = getattr(record, "sort_earliest", None) is not None
            # Both are determined for the whole chunk; the record would query for itself.
            record.slug_is_checked = record.phase_is_set = True
            try:
                record.clean()
            except ValidationError as refusal:
                row.add_record_errors(refusal)
                continue
            self._check_unique(row)
            if isinstance(record, Entry) and "phase" not in row.changes and not was_dated:
                decided = "phase" in row.cells and not row.is_unset("phase")
                if not decided and record.phase_id is None and record.sort_earliest is not None:
                    record.phase_id = self.pending.phase_begun_by(record.sort_earliest)
            if isinstance(record, Area | PolicyRelation) and not row.is_diverted:
                self.pending.add_link(record)

    def _links_of(self, row: ImportRow) -> dict[str, int | None]:
        """The new values of the foreign keys, by the attribute that has the key."""
        links = dict(row.links)
        if self.table.within:
            links[self.table.columns[self.table.within].attribute] = row.parent_pk
        return {self.model._meta.get_field(name).attname: key for name, key in links.items()}

    def _check_unique(self, row: ImportRow) -> None:
        """Check the columns besides the key that are unique: the database would refuse the row, but only an import asks it."""
        for field in self._unique_fields if row.pk is None else ():
            value, values = getattr(row.record, field.attname), self._unique_values[field.name]
            if value in values or self.model._base_manager.filter(**{field.name: value}).exists():
                if issubclass(self.model, Chronicle):
                    self._refuse_second_chronicle(row)
                    break
                message = row.record.unique_error_message(self.model, (field.name,))
                row.add_record_errors(ValidationError({field.name: message}))
            values.add(value)

    def _refuse_second_chronicle(self, row: ImportRow) -> None:
        stored = Chronicle.objects.order_by("pk").first()
        if stored is None:
            row.add_error(_("The files have more than one chronicle. Each has a folder of its own."), "slug")
            return
        message = _(
            "This database holds the chronicle “%(title)s” (slug “%(slug)s”). Another city has a database of its own: type CONTENT=DIR, its folder, before the command."
        )
        row.add_error(message % {"title": stored.title, "slug": stored.slug}, "slug")

    @cached_property
    def _unique_fields(self) -> list[AnyField]:
        columns = self.model._meta.concrete_fields
        return [one for one in columns if one.unique and not one.primary_key and one.name != "slug"]

    def _divert_parts(self, rows: Sequence[ImportRow]) -> None:
        """Mark the parts of public records, whose working copies are to be changed."""
        parents = status_model(self.table)._default_manager.ever_public()
        parents = parents.filter(pk__in={row.parent_pk for row in rows})
        public = {*parents.values_list("pk", flat=True)}
        for row in rows:
            row.is_diverted = row.parent_pk in public


def _outcome(row: ImportRow) -> str:
    if row.stored is None:
        return "new"
    return "changed" if row.changes else "unchanged"


def _differing_columns(row: ImportRow) -> list[str]:
    """The columns whose cells differ from the record, perhaps only in spelling; none without a record."""
    found: list[str] = []
    if row.stored is None:
        return found
    for name, cell in row.cells.items():
        old = row.stored[name]
        if cell == old and type(cell) is type(old):
            continue
        if cell in EMPTY_VALUES:
            if not row.is_unset(name) and old not in EMPTY_VALUES:
                found.append(name)
        elif not is_equivalent(cell, old):
            found.append(name)
    return found
