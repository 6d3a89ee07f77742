"""Bulk writes of many records with one statement per table, multi-table children included."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, Field, ForeignKey, IntegerField, Model, TextField

from timeline.models.fields import ValueField


def insert(model: type[Model], records: Sequence[Any]) -> None:
    """Insert new records of one model, their parents' rows first. Records with a slug get their primary key.

    Values are written as they are on the instances: deriving and validating is done before. bulk_create()
    rejects multi-table children (Django ticket 28821), which are rows of two tables here. The driver sends
    the rows one by one to one prepared statement. Django's compiler would build one long statement, which
    takes three times as long as its execution.
    """
    if not records:
        return
    for table in concrete_models(model):
        key, link = _key(table), _link(table)
        if link is not None:
            for record in records:
                setattr(record, link.attname, record.__dict__[_key(link.remote_field.model).attname])
        numbered = link is None and records[0].__dict__[key.attname] is None
        fields = [field for field in table._meta.local_concrete_fields if not (numbered and field is key)]
        placeholders = ", ".join(["%s"] * len(fields))
        _execute(f"INSERT INTO {_name(table)} ({_columns(fields)}) VALUES ({placeholders})", fields, records)
        if numbered and hasattr(table, "slug"):
            stored: Any = table._base_manager
            slugs = [record.slug for record in records]
            numbers = dict(stored.filter(slug__in=slugs).values_list("slug", "pk"))
            for record in records:
                setattr(record, key.attname, numbers[record.slug])
    for record in records:
        record._state.adding = False
        record._state.db = DEFAULT_DB_ALIAS


def link(through: type[Model], names: tuple[str, str], pairs: Sequence[tuple[int, int]]) -> None:
    """Insert rows of a many-to-many table: pairs of primary keys for the two named fields."""
    if pairs:
        columns = _columns(through._meta.get_field(name) for name in names)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.executemany(f"INSERT INTO {_name(through)} ({columns}) VALUES (%s, %s)", pairs)


def update(model: type[Model], records: Sequence[Any], names: Collection[str]) -> None:
    """Update the columns of these field names in existing records."""
    for table in concrete_models(model):
        key = _key(table)
        fields = [field for field in table._meta.local_concrete_fields if field.name in names]
        if fields:
            sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
            _execute(
                f"UPDATE {_name(table)} SET {sets} WHERE {_quoted(key.column)} = %s", [*fields, key], records
            )


def _execute(statement: str, fields: Sequence[Any], records: Iterable[Any]) -> None:
    values = [_value_of(field) for field in fields]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.executemany(statement, [[value(record) for value in values] for record in records])


def _value_of(field: Any) -> Callable[[Any], Any]:
    """A function from a record to its database value of this field."""
    connection, name = connections[DEFAULT_DB_ALIAS], field.attname

    def prepared(record: Any) -> Any:
        return field.get_db_prep_save(field.pre_save(record, True), connection)

    # None, text and integers need no preparation, which would take most of the time.
    plain: set[type] = {type(None)}
    if isinstance(field, ForeignKey | IntegerField):
        plain |= {int}
    elif isinstance(field, CharField | TextField):
        plain |= {str}
    elif not isinstance(field, ValueField):
        return prepared
    if type(field).pre_save is not Field.pre_save:
        return prepared

    def as_it_is(record: Any) -> Any:
        value = record.__dict__[name]
        return value if type(value) in plain else prepared(record)

    return as_it_is


def concrete_models(model: type[Model]) -> list[type[Model]]:
    """The concrete tables of a model, the parent's first."""
    return [*reversed([parent for parent in model._meta.all_parents if not parent._meta.abstract]), model]


def _key(table: type[Model]) -> Any:
    return table._meta.pk


def _link(table: type[Model]) -> Any:
    """The parent link of a multi-table child; None for other models."""
    return next((link for link in table._meta.parents.values() if link is not None), None)


def _quoted(name: str | None) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(str(name))


def _name(table: type[Model]) -> str:
    return _quoted(table._meta.db_table)


def _columns(fields: Iterable[Any]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)
