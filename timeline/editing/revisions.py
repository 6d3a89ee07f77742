"""The recording of one revision for each change of an entry, and the deletion of drafts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from timeline.models import Action, Entry, ImportBatch, Kind, Revision
from timeline.rows import bulk
from timeline.rows.tables import Table, table_of


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
    entry: Entry, row: Mapping[str, Any], *, by: AbstractUser, action: Action, comment: str, **rest: Any
) -> Revision:
    return Revision.objects.create(  # type: ignore[misc]
        entry_id=entry.pk,
        number=latest_revision_number(entry) + 1,
        kind=entry.kind,
        title=str(row.get("title", entry.title)),
        created_at=timezone.now(),
        created_by=by,
        action=action,
        comment=comment[:300],
        status=entry.status,
        public_from=entry.published_at,
        content=dict(row),
        **rest,
    )


def latest_revision_numbers(keys: Collection[int]) -> Counter[int]:
    """Return the number of the last revision of each entry, or 0 if there is none."""
    revisions = Revision.objects.filter(entry_id__in=keys).order_by().values("entry_id")
    return Counter(dict(revisions.annotate(newest=Max("number")).values_list("entry_id", "newest")))


def latest_revision_number(entry: Entry) -> int:
    return latest_revision_numbers([entry.pk])[entry.pk]


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
    current = {
        key: (status, since)
        for key, status, since in Entry.objects.filter(pk__in=keys).values_list(
            "pk", "status", "published_at"
        )
    }
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    newest, at = latest_revision_numbers(keys), timezone.now()
    table = table_of(Kind(kind).model)
    revisions = [
        Revision(  # type: ignore[misc]
            entry_id=key,
            number=newest[key] + 1,
            kind=kind,
            title=row["title"],
            created_at=at,
            created_by=by,
            action=action,
            comment=comment[:300],
            status=current[key][0],
            public_from=current[key][1],
            content=row,
            batch=batch,
        )
        for key, (row, _keys) in table.whole_rows_of(keys).items()
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


def deleted_drafts() -> list[Revision]:
    """Return the last revision of each deleted entry, newest first."""
    deletions = (
        Revision.objects.applied()
        .filter(action=Action.DELETED)
        .exclude(entry_id__in=Entry.objects.values("pk"))
    )
    last: dict[int, Revision] = {
        revision.entry_id: revision for revision in deletions.select_related("created_by")
    }
    return sorted(last.values(), key=lambda revision: revision.created_at, reverse=True)
