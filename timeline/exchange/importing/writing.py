"""Writes checked rows of one table: records, many-to-many relations, and what depends on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.accounts.importing_account import importing_account
from timeline.editing.revisions import record_revisions
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.database_errors import is_fatal, row_error
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.key_sets import KeySet
from timeline.exchange.importing.publication import Publication
from timeline.exchange.importing.record_models import keys_by_model, status_model
from timeline.exchange.importing.working_copies import ChangedWorkingCopy
from timeline.models import Action, Entry, Goal, ImportBatch, Revision, SearchDocument
from timeline.models.chunks import chunks
from timeline.models.derived import DerivedFieldsModel
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.models.search_documents import Searchable
from timeline.rows import bulk
from timeline.rows.columns import Column
from timeline.rows.tables import Table


def lock_records(table: Table, rows: Iterable[ImportRow]) -> None:
    """Lock the stored records of these rows until the transaction ends. Parts are not locked."""
    if not table.within:
        owner = table.model._meta.get_field("slug").model
        records = owner._base_manager.filter(slug__in=[row.key[0] for row in rows]).order_by("pk")
        list(records.select_for_update(no_key=True).values_list("pk"))


class Writer:
    """Writes the rows of one import, and the record of it, by which it can be undone."""

    def __init__(self, by: AbstractUser | None, comment: str) -> None:
        self._by = by
        self.comment = comment
        # Whether the database has refused a row, which no check finds before.
        self.has_refused_rows = False
        # By model with a status, the keys of records that were written, by their own row or by that of a part.
        self._written: defaultdict[type[Record], KeySet] = defaultdict(KeySet)

    @cached_property
    def by(self) -> AbstractUser:
        """The account of the import, created if there is none yet."""
        return self._by or importing_account()

    def write(self, table: Table, rows: Sequence[ImportRow]) -> None:
        """Write checked rows of a table, those of working copies excepted."""
        changing = [row for row in rows if row.outcome in ("new", "changed", "deleted")]
        model = status_model(table)
        self._save_initial_revisions(model, {key for row in changing if (key := row.owner_pk) is not None})
        writable = [row for row in changing if not row.is_diverted]
        write_rows(table, writable)
        for row in writable:
            if not row.outcome or row.owner_pk is None:
                self.has_refused_rows |= row.has_errors
            else:
                self._written[model].add(row.owner_pk)

    def _save_initial_revisions(self, model: type[Record], keys: Collection[int]) -> None:
        """Record a revision of those records that have none, so that undoing the import can restore them."""
        written = self._written[model]
        there = {key for key in keys if key not in written}
        if not there:
            return
        saved = Revision.objects.for_keys(model, there).order_by().values_list("record", flat=True)
        for its_model, unsaved in keys_by_model(model, there - {*saved}).items():
            if unsaved:
                comment = _("As it was before the import")
                record_revisions(its_model, unsaved, by=self.by, action=Action.SAVED, comment=comment)

    def finish(
        self, batch: ImportBatch, publication: Publication, copies: Iterable[ChangedWorkingCopy]
    ) -> None:
        """Save what undoing the import needs, and the working copies."""
        for copy in copies:
            save_working_copy(copy.record, copy.content, by=self.by, comment=self.comment, batch=batch)
        publication.save(batch)
        # Publication recorded revisions of its own.
        published = publication.keys
        for model, written in self._written.items():
            table = slug_owner_name(model)
            for some in chunks(key for key in written if (table, key) not in published):
                for its_model, chunk in keys_by_model(model, some).items():
                    record_revisions(
                        its_model,
                        chunk,
                        by=self.by,
                        action=Action.IMPORTED,
                        comment=self.comment,
                        batch=batch,
                    )

    @property
    def has_written(self) -> bool:
        return any(self._written.values())


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
