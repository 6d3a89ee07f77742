"""Many records into their tables with few statements, multi-table children too, which Django's own bulk_create refuses."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery


def insert(model: type[Model], records: Sequence[Any]) -> None:
    """Insert new records of one model, their parents' rows first; each gets its primary key.

    Values are taken as they stand on the instances: whatever derives or is checked was so before. A multi-table
    child cannot be given to bulk_create (Django ticket 28821), so each table of the chain has statements of its own.
    """
    for table in _chain(model):
        key = table._meta.pk
        assert key is not None
        link = _link(table)
        for record in records if link is not None else ():
            setattr(record, link.attname, record.__dict__[link.remote_field.model._meta.pk.attname])
        if link is not None or all(record.pk is not None for record in records):
            for part in _portions(records, table._meta.local_concrete_fields):
                _execute(table, table._meta.local_concrete_fields, part)
            continue
        fields = [field for field in table._meta.local_concrete_fields if not field.primary_key]
        for part in _portions(records, fields):
            rows = _execute(table, fields, part, returning=[key])
            for record, row in zip(part, rows, strict=True):
                setattr(record, key.attname, row[0])
    for record in records:
        record._state.adding = False
        record._state.db = connection.alias


def update(model: type[Model], records: Sequence[Any], names: Collection[str]) -> None:
    """Write these columns (by attribute name) of records that are there."""
    for table in _chain(model):
        fields = [
            field
            for field in table._meta.local_concrete_fields
            if field.name in names and not field.primary_key
        ]
        if not fields:
            continue
        key = table._meta.pk
        assert key is not None
        # An insert that always meets the row that is there: one statement for all, where UPDATE takes one for each.
        every = table._meta.local_concrete_fields
        for part in _portions(records, every):
            _execute(
                table,
                every,
                part,
                on_conflict=OnConflict.UPDATE,
                update_fields=fields,
                unique_fields=[key],
            )


def _chain(model: type[Model]) -> list[type[Model]]:
    """The concrete tables of a model, the parent's first."""
    return [*reversed([parent for parent in model._meta.all_parents if not parent._meta.abstract]), model]


def _link(model: type[Model]) -> Any:
    """The column by which a multi-table child's row names its parent's."""
    return next((link for link in model._meta.parents.values() if link is not None), None)


def _portions(records: Sequence[Any], fields: Sequence[Field]) -> Iterator[Sequence[Any]]:
    size = max(1, connection.ops.bulk_batch_size([field.name for field in fields], records))
    for start in range(0, len(records), size):
        yield records[start : start + size]


def _execute(
    table: type[Model],
    fields: Sequence[Field],
    records: Sequence[Any],
    *,
    returning: Sequence[Field] | None = None,
    **conflict: Any,
) -> Any:
    query = InsertQuery(table, **conflict)
    query.insert_values(fields, list(records))
    return query.get_compiler(connection=connection).execute_sql(returning_fields=returning)
