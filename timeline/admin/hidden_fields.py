"""The hidden fields that tell what a form was opened on; rows are signed, so that nobody can replace them."""

import re

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from timeline.rows.tables import Table, WholeRow

# The row that the form was opened on. On the page of a conflict also the submitted one, and the digest of theirs.
BASE_FIELD, MINE_FIELD, THEIRS_FIELD = "_base", "_mine", "_theirs"
# Marks a conflict between a working copy and the public text.
PUBLIC_TEXT_FIELD = "_public_text"
# The number of the newest revision that the user has seen; for several entries, one of each.
SEEN_NUMBER_FIELD = "_read"
# The fingerprint of the preview of an import that the user has read.
SEEN_FIELD = "_seen"


def seen_number(request: HttpRequest) -> int:
    """The revision number that the user has seen, from the form; 0, which no revision has, if it is missing."""
    text = request.POST.get(SEEN_NUMBER_FIELD, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def sign(row: WholeRow, table: Table, key: object) -> str:
    """The row as the form of that record carries it."""
    return signing.dumps(row, salt=_salt(table, key), compress=True)


def unsign(request: HttpRequest, name: str, table: Table, key: object) -> WholeRow:
    """The row in that field of the form. Raises BadRequest if it was not signed for that record."""
    try:
        row: WholeRow = signing.loads(request.POST.get(name, ""), salt=_salt(table, key))
    except signing.BadSignature:
        raise BadRequest("The form does not say what it was opened on") from None
    return row


def _salt(table: Table, key: object) -> str:
    return f"form.{table.name}.{key}"
