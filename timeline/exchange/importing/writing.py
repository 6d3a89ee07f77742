"""The rows of one table, checked before, into the database: their records, their lists of references, what follows them."""

from collections.abc import Sequence
from typing import Any

from timeline.exchange.importing.import_row import ImportRow
from timeline.models import Entry, Goal, SearchDocument
from timeline.models.derived import DerivedFieldsModel
from timeline.rows import bulk
from timeline.rows.columns import Column
from timeline.rows.tables import Table


def write(table: Table, items: Sequence[ImportRow], *, is_dry: bool = False) -> None:
    """Insert and update what these rows made of their records, with all that hangs on it; DatabaseError where that fails.

    On a dry run no search documents are written, a third of the work: they refuse nothing, and nobody searches them.
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
    if issubclass(model, Entry) and not is_dry:
        SearchDocument.objects.write(item.record for item in items)
    for name, column in table.columns.items():
        if column.is_many_to_many:
            _write_many(column, [item for item in items if name in item.many])
    if issubclass(model, Entry) and not issubclass(model, Goal) and changed:
        moved = [item.pk for item in changed]
        for goal in Goal.objects.filter(declared_by__in=moved).select_related("declared_by"):
            goal.refresh_timeline_date()


def _write_many(column: Column, items: Sequence[ImportRow]) -> None:
    link: Any = column.field
    through = link.remote_field.through
    owner, named = f"{link.m2m_field_name()}_id", f"{link.m2m_reverse_field_name()}_id"
    if known := [item.pk for item in items if item.pk is not None]:
        through._base_manager.filter(**{f"{owner}__in": known}).delete()
    bulk.link(
        through, (owner, named), [(item.record.pk, key) for item in items for key in item.many[column.name]]
    )


def mark_unsaved(record: Any) -> None:
    """Make a record, whose insertion was rolled back, new again."""
    for table in (type(record), *type(record)._meta.all_parents):
        key: Any = table._meta.pk
        record.__dict__[key.attname] = None
    record._state.adding = True
