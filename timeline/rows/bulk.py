"""Bulk writes of many records with one statement per table, multi-table children included."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import CharField, Field, ForeignKey, IntegerField, Model, TextField

from timeline.models.fields import ValueField
from timeline.models.named import TitleSlugModel

AnyField: TypeAlias = "Field[Any, Any]"


def insert(model: type[Model], records: Sequence[Model]) -> None:
    """Insert new records of one model, their parents' rows first. Records with a slug get their primary key.

    Values are written as they are on the instances: deriving and validating is done before. bulk_create()
    rejects multi-table children (Django ticket 28821), which are rows of two tables here. The driver sends
    the rows one by one to one prepared statement. Django's compiler would build one long statement, which
    takes three times as long as its execution.
    """
    if not records:
        return
    parent = ""
    for table in concrete_models(model):
        key = table._meta.pk
        for record in records if parent else ():
            setattr(record, key.attname, record.__dict__[parent])
        numbered = not parent and records[0].__dict__[key.attname] is None
        parent = key.attname
        fields = [field for field in table._meta.local_concrete_fields if not (numbered and field is key)]
        placeholders = ", ".join(["%s"] * len(fields))
        name = _quoted(table._meta.db_table)
        _execute(f"INSERT INTO {name} ({_columns(fields)}) VALUES ({placeholders})", fields, records)
        if numbered and issubclass(table, TitleSlugModel):
            stored = table._base_manager.filter(slug__in=[record.__dict__["slug"] for record in records])
            numbers = dict(stored.values_list("slug", "pk"))
            for record in records:
                setattr(record, key.attname, numbers[record.__dict__["slug"]])
    for record in records:
        record._state.adding = False
        record._state.db = connection.alias


def link(through: type[Model], names: tuple[str, str], pairs: Sequence[tuple[int, int]]) -> None:
    """Insert rows of a many-to-many table: pairs of primary keys for the two named fields."""
    if pairs:
        fields = {field.name: field for field in through._meta.concrete_fields}
        statement = (
            f"INSERT INTO {_quoted(through._meta.db_table)} ({_columns(fields[name] for name in names)})"
        )
        with connection.cursor() as cursor:
            cursor.executemany(f"{statement} VALUES (%s, %s)", pairs)


def update(model: type[Model], records: Sequence[Model], names: Collection[str]) -> None:
    """Update the columns of these field names in existing records."""
    for table in concrete_models(model):
        key = table._meta.pk
        fields = [field for field in table._meta.local_concrete_fields if field.name in names]
        if fields:
            name, sets = _quoted(table._meta.db_table), ", ".join(f"{_columns([one])} = %s" for one in fields)
            _execute(f"UPDATE {name} SET {sets} WHERE {_columns([key])} = %s", [*fields, key], records)


def _execute(statement: str, fields: Sequence[AnyField], records: Iterable[Model]) -> None:
    values = [_value_of(field) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[value(record) for value in values] for record in records])


def _value_of(field: AnyField) -> Callable[[Model], Any]:
    """A function from a record to its database value of this field."""
    name = field.attname

    def prepared(record: Model) -> Any:
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

    def as_it_is(record: Model) -> Any:
        value = record.__dict__[name]
        return value if type(value) in plain else prepared(record)

    return as_it_is


def concrete_models(model: type[Model]) -> list[type[Model]]:
    """The models with tables of their own that a record of this model is in, the parent's first."""
    return [*reversed([parent for parent in model._meta.all_parents if not parent._meta.abstract]), model]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))


def _columns(fields: Iterable[AnyField]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)
