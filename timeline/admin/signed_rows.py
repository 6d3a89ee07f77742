"""Signed rows in the hidden fields of forms, so that nobody can replace the row that a form was opened on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from timeline.rows.tables import Table, WholeRow


class FormState(NamedTuple):
    """The state of a record that its form was opened on: the whole row, and the keys of its parts."""

    row: WholeRow
    keys: Mapping[str, Sequence[int]]


def sign(value: Any, table: Table, key: Any) -> str:
    """The value as the form of that record carries it."""
    return signing.dumps(value, salt=_salt(table, key), compress=True)


def unsign(request: HttpRequest, name: str, table: Table, key: Any) -> Any:
    """The value of that field of the form. Raises BadRequest if it was not signed for that record."""
    try:
        return signing.loads(request.POST.get(name, ""), salt=_salt(table, key))
    except signing.BadSignature:
        raise BadRequest("The form does not say what it was opened on") from None


def _salt(table: Table, key: Any) -> str:
    return f"desk.{table.name}.{key}"
