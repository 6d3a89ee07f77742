"""Signed rows in the hidden fields of forms, so that nobody can replace the row that a form was opened on."""

from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from timeline.rows.tables import Table, WholeRow


def sign(row: WholeRow, table: Table, key: Any) -> str:
    """The row as the form of that record carries it."""
    return signing.dumps(row, salt=_salt(table, key), compress=True)


def unsign(request: HttpRequest, name: str, table: Table, key: Any) -> WholeRow:
    """The row in that field of the form. Raises BadRequest if it was not signed for that record."""
    try:
        row: WholeRow = signing.loads(request.POST.get(name, ""), salt=_salt(table, key))
    except signing.BadSignature:
        raise BadRequest("The form does not say what it was opened on") from None
    return row


def _salt(table: Table, key: Any) -> str:
    return f"form.{table.name}.{key}"
