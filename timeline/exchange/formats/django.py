"""Django fixtures, for `loaddata` into an empty database: natural keys, derived columns, publication.

They are JSON; the readers of JSON and YAML recognise them. Accounts are not content, and a fixture must load where
they do not exist. So the publisher and the withdrawer of every entry become the account of imports without a user.
Nobody can log in with it, and it is in the fixture. History, working copies, former addresses and search documents
refer to primary keys, which a fixture with natural keys does not have. After `loaddata`, `check_integrity --mend`
writes the search documents.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO

from django.contrib.auth import get_user_model
from django.db.models import Case, Expression, Model, Value, When
from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting.destinations import write_text
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.formats.json import json_list
from timeline.rows.bulk import AnyField, concrete_models
from timeline.rows.columns import Column, PlainValue, PrimaryKeyIn, rows_of
from timeline.rows.tables import MutableWholeRow, Table

# The username is part of the format: a fixture loads the same on every installation.
ACCOUNT = "import_content"


class _AccountColumn(Column):
    """A column of accounts, each of which is the account of imports."""

    @property
    def expression(self) -> Expression:
        return Case(When(**{f"{self.attribute}__isnull": False}, then=Value(ACCOUNT)))


def _objects(selection: Selection) -> Iterator[dict[str, object]]:
    """The objects of the fixture, each after the objects it refers to, a parent's row before its child's."""
    if any(_has_accounts(selection, table) for table in selection.tables):
        fields = {"username": ACCOUNT, "password": "!", "is_active": False}
        yield {"model": get_user_model()._meta.label_lower, "fields": fields}
    for table in selection.tables:
        columns = {model: _columns(model) for model in concrete_models(table.model)}
        for keys in selection.chunks(table):
            rows: defaultdict[int, MutableWholeRow] = defaultdict(dict)
            for model, its in columns.items():
                for key, row in rows_of(model._base_manager.filter(PrimaryKeyIn("pk", keys)), its).items():
                    rows[key] |= row
            selection.hide(table, [*rows.values()])
            selection.counts[table.name] += len(keys)
            for key, (model, its) in itertools.product(keys, columns.items()):
                yield _object(model, its, rows[key])
    for part in selection.parts:
        its = _columns(part.model)
        for owners in selection.owners(part):
            keys = [*selection.parts_of(part, owners)]
            found = rows_of(part.model._base_manager.filter(PrimaryKeyIn("pk", keys)), its)
            yield from (_object(part.model, its, found[key]) for key in keys)


def _object(model: type[Model], columns: dict[str, Column], row: MutableWholeRow) -> dict[str, object]:
    fields = {
        name: _natural_key(row[name]) if column.field.is_relation else row[name]
        for name, column in columns.items()
    }
    return {"model": model._meta.label_lower, "fields": fields}


def _natural_key(cell: PlainValue) -> object:
    return [[slug] for slug in cell] if isinstance(cell, list) else None if cell is None else [cell]


def _columns(model: type[Model]) -> dict[str, Column]:
    """The columns of this model's own table, as Django's serializer names and orders them."""
    # Of the primary keys only that which is a link to the parent model.
    concrete = [
        field for field in model._meta.local_concrete_fields if not field.primary_key or field.remote_field
    ]
    return {
        field.name: (_AccountColumn if _is_account(field) else Column)(field.name, field)
        for field in (*concrete, *model._meta.local_many_to_many)
    }


def _has_accounts(selection: Selection, table: Table) -> bool:
    names = [field.name for field in table.model._meta.concrete_fields if _is_account(field)]
    return bool(names) and any(selection.records(table).exclude(**{name: None}).exists() for name in names)


def _is_account(field: AnyField) -> bool:
    return field.related_model is get_user_model()


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    write_text(file, itertools.chain(json_list(_objects(selection)), "\n"))


FORMAT = FileFormat(
    name="django",
    suffixes=(".json",),
    media_type="application/json",
    forms=_("one `.json` for `loaddata`"),
    remark=_(
        "natural keys, derived columns and publication; no persons, no history, no former addresses, no search documents: after `loaddata` run `check_integrity --mend`"
    ),
    choices=(ExportChoice(".json", _("Django fixture, for loaddata (.json)")),),
    write=_write,
)
