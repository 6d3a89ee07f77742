"""The hidden fields that tell what a form was opened on; rows are signed, so that nobody can replace them."""

import re
from collections.abc import Sequence

from django import forms
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from timeline.editing.new_sources import new_sources_of, rows_of_new_sources
from timeline.editing.seen_drafts import SeenDrafts
from timeline.models import Source
from timeline.models.records import RecordKey
from timeline.rows.tables import Table, WholeRow

# The row that the form was opened on. On the page of a conflict also the submitted one, and the digest of theirs.
BASE_FIELD, MINE_FIELD, THEIRS_FIELD = "_base", "_mine", "_theirs"
# The row that a form was opened with, if it is another: with values of former revisions.
FILLED_FIELD = "_filled"
# Marks a conflict between a working copy and the public text.
PUBLIC_TEXT_FIELD = "_public_text"
# The sources that the submitted row of a conflict cites and that are not created yet.
NEW_SOURCES_FIELD = "_new_sources"
# The number of the newest revision that the user has seen; for several entries, one of each.
SEEN_NUMBER_FIELD = "_read"
# The same of the drafts that a publication takes along, by their keys: "topic.5.3,phase.2.1".
SEEN_DRAFTS_FIELD = "_drafts"
# The fingerprint of the preview of an import that the user has read.
SEEN_FIELD = "_seen"


def seen_number(request: HttpRequest) -> int:
    """The revision number that the user has seen, from the form; 0, which no revision has, if it is missing."""
    text = request.POST.get(SEEN_NUMBER_FIELD, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def is_outdated(request: HttpRequest, number: int) -> bool:
    """Whether a submitted form was opened on another revision than the one with this number, which is shown now."""
    return request.method == "POST" and seen_number(request) != number


def add_outdated_error(form: forms.Form) -> None:
    """Say in a form that its page shows another text than the one that it was opened on."""
    form.add_error(None, _("This was changed meanwhile: read it again."))


def seen_drafts(request: HttpRequest) -> dict[RecordKey, int]:
    """The drafts that the user has read, from the form, with their revision numbers; none if the field is missing."""
    found = re.findall(r"(\w+)\.([0-9]{1,18})\.([0-9]{1,9})", request.POST.get(SEEN_DRAFTS_FIELD, ""))
    return {(table, int(key)): int(number) for table, key, number in found}


def seen_drafts_text(seen: SeenDrafts) -> str:
    """The value of that field."""
    return ",".join(f"{table}.{key}.{number}" for (table, key), number in seen.items())


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


def sign_new_sources(sources: Sequence[Source], table: Table, key: object) -> str:
    """The sources as the page of a conflict of that record carries them."""
    return signing.dumps(rows_of_new_sources(sources), salt=_new_sources_salt(table, key), compress=True)


def unsign_new_sources(request: HttpRequest, table: Table, key: object) -> list[Source]:
    """The sources in that field, none without it. Raises BadRequest if they were not signed for that record."""
    if NEW_SOURCES_FIELD not in request.POST:
        return []
    try:
        rows = signing.loads(request.POST[NEW_SOURCES_FIELD], salt=_new_sources_salt(table, key))
    except signing.BadSignature:
        raise BadRequest("The form does not say which sources it describes") from None
    return new_sources_of(rows)


def _new_sources_salt(table: Table, key: object) -> str:
    return f"new-sources.{table.name}.{key}"


def _salt(table: Table, key: object) -> str:
    return f"form.{table.name}.{key}"
