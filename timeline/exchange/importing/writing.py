"""Writes checked rows of one table: records, many-to-many relations, and what depends on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.editing.revisions import record_revisions
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.database_errors import is_fatal, row_error
from timeline.exchange.importing.import_row import ImportRow, is_part_of_entry
from timeline.exchange.importing.publication import Publication
from timeline.exchange.importing.working_copies import ChangedWorkingCopy
from timeline.models import Action, Entry, Goal, ImportBatch, ImportedRecord, Revision, SearchDocument
from timeline.models.chunks import chunks
from timeline.models.derived import DerivedFieldsModel
from timeline.models.search_documents import Searchable
from timeline.rows import bulk
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, FlatRow, Table, table_of

IMPORTER = "import_content"


def importing_account() -> AbstractUser:
    """The account of imports without a user, created if there is none. Nobody can log in with it."""
    account = find_importing_account()
    if account.pk is None:
        account.set_unusable_password()
        account.save()
    return account


def find_importing_account() -> AbstractUser:
    """The account of imports without a user, unsaved if there is none."""
    users = get_user_model()
    return users.objects.filter(username=IMPORTER).first() or users(username=IMPORTER, is_active=False)


def lock_records(table: Table, rows: Iterable[ImportRow]) -> None:
    """Lock the stored records of these rows until the transaction ends. Parts are not locked."""
    if not table.within:
        owner = table.model._meta.get_field("slug").model
        records = owner._base_manager.filter(slug__in=[row.key[0] for row in rows]).order_by("pk")
        list(records.select_for_update(no_key=True).values_list("pk"))


def keys_by_kind(keys: Iterable[int]) -> dict[str, list[int]]:
    """The keys of entries by kind; those of no entry are left out."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for chunk in chunks(sorted(keys)):
        for pk, kind in Entry.objects.filter(pk__in=chunk).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds


class Writer:
    """Writes the rows of one import, and the record of it, by which it can be undone."""

    def __init__(self, by: AbstractUser | None, comment: str) -> None:
        self._by = by
        self.comment = comment
        # Whether the database has refused a row, which no check finds before.
        self.has_refused_rows = False
        # Entries that were written, by their own row or by that of a part.
        self._written: set[int] = set()
        # By table, the rows of written records before the import, None for new ones. Entries have revisions instead.
        self._before: defaultdict[str, dict[int, FlatRow | None]] = defaultdict(dict)

    @cached_property
    def by(self) -> AbstractUser:
        """The account of the import, created if there is none yet."""
        return self._by or importing_account()

    def write(self, table: Table, rows: Sequence[ImportRow]) -> None:
        """Write checked rows of a table, those of working copies excepted."""
        changing = [row for row in rows if row.outcome in ("new", "changed", "deleted")]
        there = {key for row in changing if (key := row.owner_pk) is not None}
        is_of_entry = issubclass(table.model, Entry) or is_part_of_entry(table)
        if is_of_entry:
            self._save_initial_revisions(there)
        else:
            # The rows of records before they change.
            owner = table_of(table.columns[table.within].model) if table.within else table
            before = self._before[owner.name]
            before |= owner.whole_rows_of([key for key in there if key not in before])
        writable = [row for row in changing if not row.is_diverted]
        write_rows(table, writable)
        for row in writable:
            if not row.outcome or row.owner_pk is None:
                self.has_refused_rows |= row.has_errors
            elif is_of_entry:
                self._written.add(row.owner_pk)
            elif not table.within:
                self._before[table.name].setdefault(row.owner_pk, None)

    def _save_initial_revisions(self, keys: Collection[int]) -> None:
        """Record a revision of those entries that have none, so that undoing the import can restore them."""
        there = {*keys} - self._written
        saved = Revision.objects.filter(entry_id__in=there).order_by().values_list("entry_id", flat=True)
        for of_kind in keys_by_kind(there - {*saved}).values():
            record_revisions(
                of_kind, by=self.by, action=Action.SAVED, comment=_("As it was before the import")
            )

    def finish(
        self, batch: ImportBatch, publication: Publication, copies: Iterable[ChangedWorkingCopy]
    ) -> None:
        """Save what undoing the import needs, and the working copies."""
        for name, rows in self._before.items():
            for chunk in chunks(sorted(rows)):
                after = TABLES[name].whole_rows_of(chunk)
                records = [
                    ImportedRecord(batch=batch, table=name, record=key, before=rows[key], after=row)
                    for key, row in after.items()
                    if row != rows[key]
                ]
                bulk.insert(ImportedRecord, records)
        for copy in copies:
            save_working_copy(copy.entry, copy.content, by=self.by, comment=self.comment, batch=batch)
        publication.save(batch)
        # Publication recorded revisions of its own.
        for keys in keys_by_kind(self._written - publication.keys).values():
            for chunk in chunks(keys):
                record_revisions(chunk, by=self.by, action=Action.IMPORTED, comment=self.comment, batch=batch)

    @property
    def has_written(self) -> bool:
        return bool(self._written) or any(self._before.values())


def write_rows(table: Table, rows: Sequence[ImportRow]) -> None:
    """Write rows together. If the database refuses them, write them one by one, with an error for each refused one."""
    if deleted := [row.pk for row in rows if row.outcome == "deleted"]:
        # Whether a public entry loses its last source is checked at the end, when all new citations are written.
        table.model._base_manager.filter(pk__in=deleted).delete()
    # A row with a problem has no outcome, and perhaps no record.
    rows = [row for row in rows if row.outcome not in ("", "deleted")]
    if not rows:
        return
    try:
        with transaction.atomic():
            write(table, rows)
    except DatabaseError as error:
        if is_fatal(error):
            raise
        for row in rows:
            if row.pk is None:
                mark_unsaved(row.record)
        for row in rows:
            _write_alone(table, row)
    for row in rows:
        if row.has_errors:
            row.outcome = ""
        else:
            row.pk = row.record.pk


def write(table: Table, rows: Sequence[ImportRow]) -> None:
    """Insert and update the records of these rows and what depends on them. Raises DatabaseError."""
    model = table.model
    bulk.insert(model, [row.record for row in rows if row.pk is None])
    changed = [row for row in rows if row.pk is not None]
    if changed:
        names = {table.columns[name].attribute for row in changed for name in row.changes}
        derived = model.derived_from() if issubclass(model, DerivedFieldsModel) else ()
        names |= {*derived, "changed_at", "phase"} & {column.name for column in model._meta.concrete_fields}
        bulk.update(model, [row.record for row in changed], names)
    if issubclass(model, Searchable):
        SearchDocument.objects.write(row.record for row in rows)
    for name, column in table.columns.items():
        if column.is_many_to_many:
            _write_many(column, [row for row in rows if name in row.many])
    if issubclass(model, Entry) and not issubclass(model, Goal) and changed:
        moved = [row.pk for row in changed]
        for goal in Goal.objects.filter(declared_by__in=moved).select_related("declared_by"):
            goal.refresh_timeline_date()


def _write_alone(table: Table, row: ImportRow) -> None:
    try:
        with transaction.atomic():
            # The database checks the constraints; their names give the columns.
            row.record.full_clean(validate_constraints=False)
            write(table, [row])
    except ValidationError as refusal:
        row.add_record_errors(refusal)
    except DatabaseError as error:
        if is_fatal(error):
            raise
        message, fields = row_error(error, table.model)
        names = [name for name, column in table.columns.items() if column.attribute in fields]
        row.add_error(message, ", ".join(names))


def _write_many(column: Column, rows: Sequence[ImportRow]) -> None:
    through, owner, target = column.links
    if known := [row.pk for row in rows if row.pk is not None]:
        through._base_manager.filter(**{f"{owner}__in": known}).delete()
    pairs = [(row.record.pk, key) for row in rows for key in row.many[column.name]]
    bulk.link(through, (owner, target), pairs)


def mark_unsaved(record: Model) -> None:
    """Reset a record to unsaved after its insertion was rolled back."""
    for table in bulk.concrete_models(type(record)):
        record.__dict__[table._meta.pk.attname] = None
    record._state.adding = True
