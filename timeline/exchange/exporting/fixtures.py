"""Django fixtures for `loaddata` into an empty database: natural keys, derived columns, publication.

Accounts are not content, and a fixture must load where they do not exist. So the publisher and the withdrawer
of every entry become the account of imports without a user. Nobody can log in with it, and it is in the
fixture. History, working copies, former addresses and search documents refer to primary keys, which a fixture
with natural keys does not have. After `loaddata`, `check_integrity --mend` writes the search documents.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F

from timeline.exchange.exporting.selection import Selection, names_entries, row_sort_key
from timeline.models.fields import ValueField
from timeline.rows.columns import Column, PrimaryKeyIn
from timeline.rows.tables import Table

# The username is part of the format: a fixture loads the same on every installation.
ACCOUNT = "import_content"


def fixture_objects(selection: Selection) -> Iterator[dict[str, Any]]:
    """The objects of the fixture, each after the objects it refers to, a parent's row before its child's."""
    if any(_has_publishers(selection, table) for table in selection.tables):
        fields = {"username": ACCOUNT, "password": "!", "is_active": False}
        yield {"model": get_user_model()._meta.label_lower, "fields": fields}
    for table in selection.tables:
        models_of = [
            *reversed([parent for parent in table.model._meta.all_parents if not parent._meta.abstract])
        ]
        for keys in selection.chunks(table):
            found = [_fields_of(model, keys) for model in (*models_of, table.model)]
            rows = [fields for by_key in found for fields in by_key.values()]
            _hide(selection, table, rows)
            selection.counts[table.name] += len(keys)
            for key in keys:
                for model, by_key in zip((*models_of, table.model), found, strict=True):
                    yield {"model": model._meta.label_lower, "fields": by_key[key]}
    for part in selection.parts:
        label = part.model._meta.label_lower
        for keys in selection.owners(part):
            parts = selection.parts_of(part, keys)
            hidden = selection.hidden_parts(part, parts)
            fields_of = _fields_of(part.model, list(parts))
            for key, _row in sorted(parts.items(), key=lambda pair: row_sort_key(part, pair[1])):  # noqa: B023 (used at once)
                if key not in hidden:
                    selection.counts[part.name] += 1
                    yield {"model": label, "fields": fields_of[key]}


def _has_publishers(selection: Selection, table: Table) -> bool:
    names = [field.name for field in table.model._meta.concrete_fields if _is_person(field)]
    return bool(names) and any(selection.records(table).exclude(**{name: None}).exists() for name in names)


def _is_person(field: "models.Field[Any, Any]") -> bool:
    return field.related_model is get_user_model()


def _fields_of(model: type[models.Model], keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The fields of this model's own table, by primary key, as Django's serializer names and orders them."""
    own = model._meta.pk
    every: Any = model._meta.local_concrete_fields
    fields: list[models.Field[Any, Any]] = [
        field for field in every if field.serialize or (field is own and field.remote_field)
    ]
    names = [field.name for field in fields]
    listed = [position for position, field in enumerate(fields) if field.is_relation]
    persons = {position for position in listed if _is_person(fields[position])}
    stored = model._base_manager.filter(PrimaryKeyIn("pk", keys)).order_by()
    rows: dict[int, dict[str, Any]] = {}
    for key, *values in stored.values_list("pk", *map(_expression, fields)):
        for position in listed:
            value = values[position]
            if value is not None:
                values[position] = [ACCOUNT if position in persons else value]
        rows[key] = dict(zip(names, values, strict=True))
    for many in model._meta.local_many_to_many:
        references: dict[int, list[str]] = {key: [] for key in rows}
        for key, slug in Column(many.name, many).m2m_pairs(keys):
            references[key].append(slug)
        for key, slugs in references.items():
            rows[key][many.name] = [[slug] for slug in sorted(slugs)]
    return rows


def _expression(field: "models.Field[Any, Any]") -> Any:
    if field.is_relation:
        return F(field.attname) if _is_person(field) else F(f"{field.name}__slug")
    if isinstance(field, ValueField):
        return models.ExpressionWrapper(F(field.name), models.TextField())
    return F(field.name)


def _hide(selection: Selection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Remove entries that may not be read from the fields."""
    for column in table.columns.values():
        if selection.visible is None or not names_entries(column):
            continue
        name = column.attribute
        cells = [fields for fields in rows if fields.get(name)]
        slugs = {
            slug
            for fields in cells
            for slug in ([key for (key,) in fields[name]] if column.is_many_to_many else fields[name])
        }
        seen = selection.readable(column, slugs)
        for fields in cells:
            if column.is_many_to_many:
                fields[name] = [key for key in fields[name] if key[0] in seen]
            elif fields[name][0] not in seen:
                fields[name] = None
