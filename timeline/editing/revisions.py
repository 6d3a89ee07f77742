"""One revision for each change of an entry, and the deletion of drafts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from timeline.models import Action, Entry, Goal, ImportBatch, Milestone, PilotDesignation, Policy, Revision
from timeline.rows import bulk
from timeline.rows.tables import Table, table_of

ENTRY_MODELS: tuple[type[Entry], ...] = (Policy, PilotDesignation, Milestone, Goal)


def model_of(kind: str) -> type[Entry]:
    """The model of the entries of a kind."""
    return next(model for model in ENTRY_MODELS if kind == model.KIND)


def specific(entry: Entry | int) -> Any:
    """The policy, designation, milestone or goal that this entry is, fresh from the database."""
    key = entry if isinstance(entry, int) else entry.pk
    kind = Entry.objects.filter(pk=key).values_list("kind", flat=True).get()
    return model_of(kind)._default_manager.get(pk=key)


def table_of_entry(entry: Entry) -> Table:
    """The table of files that holds this entry."""
    return table_of(model_of(entry.kind))


def record_revision(
    entry: Entry, *, by: AbstractUser, action: Action = Action.SAVED, comment: str = ""
) -> Revision | None:
    """Keep the entry, parts and lists included, as it stands in the database now; None where nothing is new.

    To be called in the transaction that did it, once, after everything was written.
    """
    with transaction.atomic():
        Entry.lock(entry.pk)
        entry = specific(entry)
        row = table_of_entry(entry).whole_row_of(entry)
        last = Revision.objects.for_entry(entry).applied().last()
        nothing_new = last is not None and last.content == row and last.status == entry.status
        # A note of its own is worth a line in the history.
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
    """The number of what was kept last of each of these entries; 0 where nothing was."""
    kept = Revision.objects.filter(entry_id__in=keys).order_by().values("entry_id")
    return Counter(dict(kept.annotate(newest=Max("number")).values_list("entry_id", "newest")))


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
    """Keep entries of one kind as they stand in the database now, each changed since it was kept last; in bulk."""
    stands = {
        key: (status, since)
        for key, status, since in Entry.objects.filter(pk__in=keys).values_list(
            "pk", "status", "published_at"
        )
    }
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    newest, at = latest_revision_numbers(keys), timezone.now()
    table = table_of(model_of(kind))
    kept = [
        Revision(  # type: ignore[misc]
            entry_id=key,
            number=newest[key] + 1,
            kind=kind,
            title=row["title"],
            created_at=at,
            created_by=by,
            action=action,
            comment=comment[:300],
            status=stands[key][0],
            public_from=stands[key][1],
            content=row,
            batch=batch,
        )
        for key, (row, _keys) in table.whole_rows_of(keys).items()
    ]
    bulk.insert(Revision, kept)


def delete_draft(entry: Entry, *, by: AbstractUser, comment: str = "") -> None:
    """Delete what never was public, and keep how it was; ProtectedError where it may not be deleted."""
    with transaction.atomic():
        if not Entry.lock(entry.pk):
            return
        record_revision(entry, by=by, action=Action.DELETED, comment=comment)
        specific(entry).delete()


def delete_drafts(keys: Sequence[int], *, by: AbstractUser, comment: str = "") -> None:
    """The same for drafts of one kind at once: all of them, or none."""
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    with transaction.atomic():
        Entry.lock_all(keys)
        record_revisions(keys, by=by, action=Action.DELETED, comment=comment)
        model_of(kind)._default_manager.filter(pk__in=keys).delete()


def deleted_drafts() -> list[Revision]:
    """The last revision of each entry that is no more, newest first."""
    gone = (
        Revision.objects.applied()
        .filter(action=Action.DELETED)
        .exclude(entry_id__in=Entry.objects.values("pk"))
    )
    last: dict[int, Revision] = {
        revision.entry_id: revision for revision in gone.select_related("created_by")
    }
    return sorted(last.values(), key=lambda revision: revision.created_at, reverse=True)
