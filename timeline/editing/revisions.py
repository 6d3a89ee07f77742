"""The recording of one revision for each change of an entry, and the deletion of drafts."""

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Action, Entry, ImportBatch, Kind, Revision
from timeline.rows import bulk
from timeline.rows.tables import Table, WholeRow, table_of


def reload_as_kind(entry: Entry | int) -> Any:
    """Return the instance of the entry's own model, fresh from the database."""
    key = entry if isinstance(entry, int) else entry.pk
    kind = Entry.objects.filter(pk=key).values_list("kind", flat=True).get()
    return Kind(kind).model._default_manager.get(pk=key)


def table_of_entry(entry: Entry) -> Table:
    """Return the table for the entry's kind."""
    return table_of(Kind(entry.kind).model)


def record_revision(
    entry: Entry, *, by: AbstractUser, action: Action = Action.SAVED, comment: str = ""
) -> Revision | None:
    """Record the current state of the entry in the database, nested records and lists included.

    Call it once, after all changes, in the same transaction. Returns None if nothing changed.
    """
    with transaction.atomic():
        Entry.lock(entry.pk)
        entry = reload_as_kind(entry)
        row = table_of_entry(entry).whole_row_of(entry)
        last = Revision.objects.for_entry(entry).applied().last()
        nothing_new = last is not None and last.content == row and last.status == entry.status
        # A comment of its own deserves a line in the history.
        if nothing_new and (action == Action.IMPORTED or action == Action.SAVED and not comment):
            return None
        return create_revision(entry, row, by=by, action=action, comment=comment)


def create_revision(
    entry: Entry, row: WholeRow, *, by: AbstractUser, action: Action, comment: str, **columns: Any
) -> Revision:
    """Record a row as the newest revision of the entry; `columns` are those of a working copy."""
    number, now = latest_revision_number(entry) + 1, timezone.now()
    revision = _new_revision(entry, row, number, now, by=by, action=action, comment=comment, **columns)
    revision.save()
    return revision


def _new_revision(
    entry: Entry,
    row: WholeRow,
    number: int,
    created_at: datetime.datetime,
    *,
    by: AbstractUser,
    action: Action,
    comment: str,
    **columns: Any,
) -> Revision:
    """Return a revision of the entry that is not saved yet."""
    return Revision(  # type: ignore[misc]
        entry_id=entry.pk,
        number=number,
        kind=entry.kind,
        title=str(row.get("title", entry.title)),
        created_at=created_at,
        created_by=by,
        action=action,
        comment=comment[:300],
        status=entry.status,
        public_from=entry.published_at,
        content=dict(row),
        **columns,
    )


def latest_revision_numbers(keys: Collection[int]) -> Counter[int]:
    """Return the number of the last revision of each entry, or 0 if there is none."""
    revisions = Revision.objects.filter(entry_id__in=keys).order_by().values("entry_id")
    return Counter(dict(revisions.annotate(newest=Max("number")).values_list("entry_id", "newest")))


def latest_revision_number(entry: Entry) -> int:
    return latest_revision_numbers([entry.pk])[entry.pk]


def check_seen_number(entry: Entry, seen_number: int | None) -> None:
    """Raise ValidationError if the entry has a newer revision than the one that the user saw; None is any."""
    if seen_number not in (None, latest_revision_number(entry)):
        raise ValidationError(_("This was changed meanwhile: read it again."))


def record_revisions(
    keys: Sequence[int],
    *,
    by: AbstractUser,
    action: Action,
    comment: str = "",
    batch: ImportBatch | None = None,
) -> None:
    """Record the current state of entries of one kind in bulk.

    Each of them must have changed since its last revision.
    """
    entries = Entry.objects.only("kind", "title", "status", "published_at").in_bulk(keys)
    newest, now = latest_revision_numbers(keys), timezone.now()
    table = table_of_entry(entries[keys[0]])
    revisions = [
        _new_revision(
            entries[key], row, newest[key] + 1, now, by=by, action=action, comment=comment, batch=batch
        )
        for key, row in table.whole_rows_of(keys).items()
    ]
    bulk.insert(Revision, revisions)


def delete_draft(entry: Entry, *, by: AbstractUser, comment: str = "") -> None:
    """Delete an entry that was never public and record its last state. Raises ProtectedError."""
    with transaction.atomic():
        if not Entry.lock(entry.pk):
            return
        record_revision(entry, by=by, action=Action.DELETED, comment=comment)
        reload_as_kind(entry).delete()


def delete_drafts(keys: Sequence[int], *, by: AbstractUser, comment: str = "") -> None:
    """Delete drafts of one kind in bulk, all or none. Raises ProtectedError."""
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    with transaction.atomic():
        Entry.lock_all(keys)
        record_revisions(keys, by=by, action=Action.DELETED, comment=comment)
        Kind(kind).model._default_manager.filter(pk__in=keys).delete()


def deleted_drafts() -> QuerySet[Revision]:
    """Return the last revision of each deleted entry, newest first."""
    deletions = Revision.objects.filter(applied=True, action=Action.DELETED)
    later = deletions.filter(entry_id=OuterRef("entry_id"), number__gt=OuterRef("number")).order_by()
    gone = deletions.exclude(entry_id__in=Entry.objects.values("pk")).exclude(Exists(later))
    return gone.select_related("created_by").order_by("-created_at", "-pk")
