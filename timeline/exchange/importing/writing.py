"""Writes validated rows of one table: records, many-to-many relations, and what depends on them."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from timeline.exchange.database_errors import is_fatal, row_error
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.row_errors import RowErrors
from timeline.models import Entry, Goal, SearchDocument
from timeline.models.derived import DerivedFieldsModel
from timeline.models.search_documents import Searchable
from timeline.rows import bulk
from timeline.rows.columns import Column
from timeline.rows.tables import Table


def write(table: Table, items: Sequence[ImportRow], *, is_dry: bool = False) -> None:
    """Insert and update the records of these rows and what depends on them. Raises DatabaseError.

    A dry run writes no search documents, which are a third of the work: they cannot fail and nobody searches
    them.
    """
    model: Any = table.model
    new = [item.record for item in items if item.pk is None]
    changed = [item for item in items if item.pk is not None]
    bulk.insert(model, new)
    if changed:
        columns = table.columns
        names = {columns[name].attribute for item in changed for name in item.changes}
        derived = model.derived_from() if issubclass(model, DerivedFieldsModel) else ()
        names |= {*derived, "changed_at", "phase"} & {column.name for column in model._meta.concrete_fields}
        bulk.update(model, [item.record for item in changed], names)
    if issubclass(model, Searchable) and not is_dry:
        SearchDocument.objects.write(item.record for item in items)
    for name, column in table.columns.items():
        if column.is_many_to_many:
            _write_many(column, [item for item in items if name in item.many])
    if issubclass(model, Entry) and not issubclass(model, Goal) and changed:
        moved = [item.pk for item in changed]
        for goal in Goal.objects.filter(declared_by__in=moved).select_related("declared_by"):
            goal.refresh_timeline_date()


def write_rows(table: Table, items: Sequence[ImportRow], errors: RowErrors, *, is_dry: bool = False) -> None:
    """Write rows together. If the database refuses them, write them one by one and report those that it refuses."""
    new = [item for item in items if item.pk is None]
    try:
        with transaction.atomic():
            write(table, items, is_dry=is_dry)
    except DatabaseError as error:
        if is_fatal(error):
            raise
        for item in new:
            mark_unsaved(item.record)
        for item in items:
            _write_alone(table, item, errors, is_dry)


def _write_alone(table: Table, item: ImportRow, errors: RowErrors, is_dry: bool) -> None:
    try:
        with transaction.atomic():
            # The database checks the constraints; their names give the columns.
            item.record.full_clean(validate_constraints=False)
            write(table, [item], is_dry=is_dry)
    except ValidationError as refusal:
        errors.add_record_errors(item, refusal)
    except DatabaseError as error:
        if is_fatal(error):
            raise
        message, fields = row_error(error, table.model)
        names = [name for name, column in table.columns.items() if column.attribute in fields]
        errors.add(item, message, ", ".join(names))


def _write_many(column: Column, items: Sequence[ImportRow]) -> None:
    link: Any = column.field
    through = link.remote_field.through
    owner, target = f"{link.m2m_field_name()}_id", f"{link.m2m_reverse_field_name()}_id"
    if known := [item.pk for item in items if item.pk is not None]:
        through._base_manager.filter(**{f"{owner}__in": known}).delete()
    bulk.link(
        through, (owner, target), [(item.record.pk, key) for item in items for key in item.many[column.name]]
    )


def mark_unsaved(record: Any) -> None:
    """Reset a record to unsaved after its insertion was rolled back."""
    for table in (type(record), *type(record)._meta.all_parents):
        key: Any = table._meta.pk
        record.__dict__[key.attname] = None
    record._state.adding = True
