"""The rows of one table into the database, some hundreds at a time: fetched, compared, checked, written."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from timeline.exchange.database_errors import is_fatal, row_error
from timeline.exchange.importing.addresses import unavailable_slugs
from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow, is_equivalent
from timeline.exchange.importing.row_errors import RowErrors
from timeline.exchange.importing.row_warnings import RowWarnings
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.writing import mark_unsaved, write
from timeline.exchange.readers.types import FileRow, Problem
from timeline.models import Entry, Phase
from timeline.rows.columns import FALSE_WORDS, TRUE_WORDS, Column, PlainValue, suggestion_for
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, FlatRow, Table
from timeline.values.text import clean_line

CHUNK_SIZE = 500


class Loader:
    """One table being loaded, within the transaction of an import.

    `on_outcome` is called with each item once it is known what it does: "new", "changed", "unchanged" or "deleted".
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
        # Takes what is not to be written here, and gives back the rest.
        self.compare_with_copies = compare_with_copies
        self.divert = divert
        self.warnings = warnings
        self.phases: dict[Any, int | None] = {}

    def load(self, rows: Iterable[FileRow], from_sheet: bool) -> Iterator[int]:
        """Load the rows; tells how many are done, chunk by chunk."""
        remaining = iter(rows)
        while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
            self._load_chunk(chunk, from_sheet)
            yield len(chunk)

    def _load_chunk(self, rows: Sequence[FileRow], from_sheet: bool) -> None:
        self.references.evict()
        clears = self.clear_empty or not from_sheet
        items = [item for row in rows if (item := self._parse_row(row, clears)) is not None]
        if self.table.within:
            items = self._resolve_parents(items)
        items = self._without_duplicates(items)
        self._fetch(items)
        self.compare_with_copies(items)
        wanted = []
        for item in items:
            if item.cells.get(DELETE_COLUMN) is not None and self._is_deletion(item):
                self._delete(item)
            elif item.stored is None or self._differs(item):
                wanted.append(item)
            elif not item.errors:
                self.on_outcome(item, "unchanged")
        self._learn_references(wanted)
        new = [item for item in wanted if item.pk is None]
        self._check_slugs_available(new)
        self.warnings.check_slugs(new)
        for item in wanted:
            self._read(item)
        same = [item for item in wanted if item.stored is not None and not item.changes and not item.errors]
        for item in same:
            self.on_outcome(item, "unchanged")
        self._make_records([item for item in wanted if not item.errors and item not in same])
        sound = [item for item in wanted if item.record is not None and not item.errors]
        self.warnings.check(sound)
        self._write(self.divert(sound))

    # --- what a row says

    def _parse_row(self, row: FileRow, clears: bool) -> ImportRow | None:
        """The row with the columns that the table knows; problems with others are told."""
        if row.is_nested and not row.cells.get(self.table.within):
            return None  # the row around it has no slug, and is blamed for that
        item = ImportRow(row.place, dict(row.cells), (), clears)
        if unknown := row.cells.keys() - self._known:
            columns = [*self.table.columns, *self.table.nested]
            for name in unknown:
                value = item.cells.pop(name)
                words = _("There is no such column%(nearest)s. Columns are: %(columns)s.")
                named = {"nearest": suggestion_for(name, columns), "columns": ", ".join(columns)}
                self.errors.add(item, words % named, name, value)
        missing = False
        for name in self.table.lookup_columns & item.cells.keys():
            try:
                self.table.columns[name].check_characters(item.cells[name])
            except ValueError as refusal:
                missing = True
                self.errors.add(item, str(refusal), name)
        for name in self.table.key:
            column = self.table.columns[name]
            if item.cells.get(name) in EMPTY_VALUES:
                if name in self._required_of_key:
                    missing = True
                    if name != self.table.within or not row.is_nested:
                        self.errors.add(item, _("This column identifies the row and may not be empty."), name)
                else:
                    item.cells[name] = column.default()
        return None if missing else item

    @cached_property
    def _known(self) -> set[str]:
        return {*self.table.columns} | ({DELETE_COLUMN} if self.table.within else set())

    @cached_property
    def _required_of_key(self) -> set[str]:
        columns = self.table.columns
        return {
            name
            for name in self.table.key
            if not columns[name].field.has_default() and (not columns[name].field.blank or name == "slug")
        }

    def _resolve_parents(self, items: Sequence[ImportRow]) -> list[ImportRow]:
        """Parts whose record around them is known, and whose keys name what they refer to as it is named today."""
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

    def _without_duplicates(self, items: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows whose key stands nowhere before."""
        once = []
        for item in items:
            columns = self.table.columns
            item.key = tuple(
                str(item.cells[name]) if name == "slug" else columns[name].normalized_key(item.cells[name])
                for name in self.table.key
            )
            first = self.seen.first(item.key, item.place)
            if first is not item.place:
                words = _("The same key stands at %(first)s already.") % {"first": first}
                self.errors.add(item, words, ", ".join(self.table.key), " / ".join(item.key))
            else:
                once.append(item)
        return once

    # --- what is there

    def _fetch(self, items: Sequence[ImportRow]) -> None:
        """What the records of these keys are now; they are held until the transaction ends."""
        if not items:
            return
        if self.table.within:
            attribute = self.table.columns[self.table.within].attribute
            records = self.model._base_manager.filter(
                **{f"{attribute}__in": {item.parent_pk for item in items}}
            )
        else:
            records = self.model._base_manager.filter(slug__in=[item.key[0] for item in items])
            owner = self.model._meta.get_field("slug").model
            held = owner._base_manager.filter(slug__in=[item.key[0] for item in items]).order_by("pk")
            list(held.select_for_update(no_key=True).values_list("pk"))
        by_key = {
            # A part may have been stored before its place was cleaned.
            tuple("" if row[name] is None else clean_line(str(row[name])) for name in self.table.key): (
                pk,
                row,
            )
            for pk, row in self.table.rows_of(records.order_by()).items()
        }
        for item in items:
            item.pk, item.stored = by_key.get(item.key, (None, None))

    def _differs(self, item: ImportRow) -> bool:
        """Whether the row may say something else than what is there: compared as written, which is fast."""
        present = cast(FlatRow, item.stored)
        for name, cell in item.cells.items():
            if name == DELETE_COLUMN:
                continue
            old = present[name]
            if cell == old and type(cell) is type(old):
                continue
            if cell in EMPTY_VALUES:
                if not item.is_unset(name) and old not in EMPTY_VALUES:
                    item.differing_columns.append(name)
            elif not is_equivalent(cell, old):
                item.differing_columns.append(name)
        return bool(item.differing_columns)

    # --- what the row makes of it

    def _learn_references(self, items: Sequence[ImportRow]) -> None:
        for column in self._linked:
            words = [
                word
                for item in items
                if (cell := item.cells.get(column.name)) not in EMPTY_VALUES
                for word in column.slugs(cell)
            ]
            if words:
                self.references.load(column.model, words)

    @cached_property
    def _linked(self) -> list[Column]:
        return [column for column in self.table.columns.values() if column.field.is_relation]

    def _read(self, item: ImportRow) -> None:
        """The values that the row gives, each checked by its field."""
        # A part that only a working copy has is read as a whole: there is no record that has the rest.
        for name in item.differing_columns if item.pk is not None else item.cells:
            if name == DELETE_COLUMN:
                continue
            column, cell = self.table.columns[name], item.cells[name]
            if item.is_unset(name):
                continue
            try:
                if column.is_many_to_many:
                    column.check_list_items(cell)
                    found = [self._find(item, column, word) for word in column.slugs(cell)]
                    item.many[name] = list(dict.fromkeys(one.pk for one in found if one is not None))
                    new: PlainValue = sorted({one.slug for one in found if one is not None})
                elif column.field.is_relation:
                    new = self._read_link(item, column, cell)
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

    def _check_slugs_available(self, items: Sequence[ImportRow]) -> None:
        """Refuse the slugs that new records may not have; what else they would need is not asked for."""
        taken = unavailable_slugs(self.table, [item.key[0] for item in items])
        for item in items:
            if refusal := taken.get(item.key[0]):
                item.is_taken = True
                self.errors.add(item, refusal, "slug", item.key[0])

    @cached_property
    def _required(self) -> dict[str, Column]:
        return {
            name: column
            for name, column in self.table.columns.items()
            if not column.field.blank and not column.field.has_default() and name not in self.table.key
        }

    def _read_link(self, item: ImportRow, column: Column, cell: PlainValue) -> PlainValue:
        if isinstance(cell, list):
            raise ValueError(_("One value is expected here, not a list."))
        link: Any = column.field
        if cell in EMPTY_VALUES:
            if not link.null:
                raise ValidationError(_("A value is needed here."))
            item.links[link.attname] = None
            return None
        found = self._find(item, column, str(cell))
        item.links[link.attname] = found.pk if found else None
        return found.slug if found else None

    def _find(self, item: ImportRow, column: Column, slug: str) -> Any:
        found = self.references.find(column.model, slug)
        # What the key of a part names was asked for when the part was given its place.
        if found is None and not (self.table.within and column.name in self.table.key):
            self.errors.add_unknown(item, column, slug)
        return found

    # --- the record that it becomes

    def _make_records(self, items: Sequence[ImportRow]) -> None:
        """Each record as it would be written, derived and checked."""
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
            # Both are known for the whole chunk; the record would ask the database for itself.
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

    # --- into the tables

    def _write(self, items: Sequence[ImportRow]) -> None:
        if not items:
            return
        new = [item for item in items if item.pk is None]
        try:
            with transaction.atomic():
                write(self.table, items, is_dry=self.is_dry)
        except DatabaseError as error:
            if is_fatal(error):
                raise
            for item in new:
                mark_unsaved(item.record)
            self._write_one_by_one(items)
        for item in items:
            if item.errors:
                continue
            was_new = item.pk is None
            item.pk = item.record.pk
            if was_new and not self.table.within:
                self.references.add(self.model, item.key[0], item.record.pk)
            self.on_outcome(item, "new" if was_new else "changed")

    def _write_one_by_one(self, items: Sequence[ImportRow]) -> None:
        """The database refused one of them: find out which, and why."""
        for item in items:
            try:
                with transaction.atomic():
                    # Constraints the database knows by name, and their columns with them.
                    item.record.full_clean(validate_constraints=False)
                    write(self.table, [item], is_dry=self.is_dry)
            except ValidationError as refusal:
                self.errors.add_record_errors(item, refusal)
            except DatabaseError as error:
                if is_fatal(error):
                    raise
                message, fields = row_error(error, self.model)
                names = [name for name, column in self.table.columns.items() if column.attribute in fields]
                self.errors.add(item, message, ", ".join(names))

    # --- taking away

    def _is_deletion(self, item: ImportRow) -> bool:
        word = clean_line(str(item.cells[DELETE_COLUMN])).lower()
        if word in TRUE_WORDS:
            return True
        if word not in FALSE_WORDS and word:
            self.errors.add(item, _("“%(value)s” is neither yes nor no.") % {"value": word}, DELETE_COLUMN)
        return False

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
        # Whether a public entry is left without a source is asked in the end, when all that is new stands there.
        self.model._base_manager.filter(pk=item.pk).delete()
        self.on_outcome(item, "deleted")
