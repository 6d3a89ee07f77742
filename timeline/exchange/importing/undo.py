"""Undoes an import: removes what it created and restores what it changed, except what was edited since."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.revisions import (
    delete_draft,
    delete_drafts,
    record_revision,
    reload_as_kind,
    table_of_entry,
)
from timeline.editing.working_copies import (
    find_working_copy,
    records_named_in_working_copies,
    retire_working_copy,
    save_working_copy,
)
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.models import Action, Entry, ImportBatch, ImportedRecord, Kind, Revision
from timeline.models.chunks import chunks
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.tables import TABLES, WholeRow, table_of
from timeline.workflow import TRANSITIONS, NotPublishableError

# The result of `records_named_in_working_copies`.
WorkingCopyReferences = Mapping[tuple[Any, str], Entry]


@dataclass
class UndoResult:
    """The numbers of records removed, withdrawn and restored by undoing an import; what it skipped, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether everything was skipped."""
        return bool(self.skipped) and not (self.removed or self.withdrawn or self.restored)

    def messages(self) -> list[str]:
        """The messages for the user: a summary, then what was skipped and how to proceed."""
        numbers = {"removed": self.removed, "withdrawn": self.withdrawn, "restored": self.restored}
        summary = _("%(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before") % numbers
        if self.did_nothing:
            summary = _("Nothing was undone; the import stands as it did.")
        if not (self.removed or self.withdrawn or self.restored or self.skipped):
            summary = _("There was nothing left to undo.")
        skipped = [
            _("Left alone: %(record)s. %(why)s") % {"record": record, "why": reason}
            for record, reason in self.skipped
        ]
        if skipped and not self.did_nothing:
            skipped.append(
                _(
                    "What was left alone can still be undone: undo the import again when nothing is in the way."
                )
            )
        return [summary, *skipped]


def undo(batch: ImportBatch, *, by: AbstractUser) -> UndoResult:
    """Undo an import in one transaction. Raises ValidationError if it was undone completely before.

    Entries come first, ordered so that nothing is removed while another record refers to it; reference
    records follow. An import of which something was skipped can be undone again; what was undone before then
    stays as it is. If everything is skipped, the import remains in force.
    """
    result = UndoResult()
    with atomic_with_commit_check(lambda: _is_committed(batch)):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_in_force:
            raise ValidationError(_("This import was undone already."))
        revisions = list(batch.revisions.select_related("batch").order_by("-entry__kind", "-pk"))
        order = [*reversed(Kind)]
        revisions.sort(key=lambda revision: order.index(Kind(revision.kind)))
        named = records_named_in_working_copies(excluding=batch)
        removed = _remove_untouched(revisions, named, by, result)
        for revision in revisions:
            if revision.entry_id not in removed:
                _undo_entry(revision, named, by, result)
        tables = list(TABLES)
        named = records_named_in_working_copies()
        # The newest of a table first: an area is created after the area that it is in.
        order_of_records = sorted(
            batch.records.all(), key=lambda record: (tables.index(record.table), record.record), reverse=True
        )
        for record in order_of_records:
            _undo_record(record, named, result)
        if not result.did_nothing:
            batch.undone_at, batch.undone_by, batch.skipped_count = timezone.now(), by, len(result.skipped)  # type: ignore[assignment]
            batch.save()
    return result


def _is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()


def _remove_untouched(
    revisions: Sequence[Revision], named: WorkingCopyReferences, by: AbstractUser, result: UndoResult
) -> set[int]:
    """Remove drafts that the import created and nobody has edited since, in chunks. Returns their keys."""
    removed: set[int] = set()
    for kind, of_kind in itertools.groupby(revisions, key=lambda revision: revision.kind):
        for created in chunks(of_kind):
            rows = {revision.entry_id: revision.content for revision in created}
            existing = Entry.lock_all(rows)
            counted = (
                Revision.objects.filter(entry_id__in=existing)
                .order_by()
                .values("entry_id")
                .annotate(size=Count("pk"))
            )
            alone = {*counted.filter(size=1).values_list("entry_id", flat=True)}
            alone -= {*Entry.objects.ever_public().filter(pk__in=alone).values_list("pk", flat=True)}
            stored = table_of(Kind(kind).model).whole_rows_of(sorted(alone))
            keys = [
                key for key, row in stored.items() if row == rows[key] and (Entry, row["slug"]) not in named
            ]
            # If one of them is in use, they are undone one by one, after what uses them.
            with contextlib.suppress(ProtectedError):
                if keys:
                    delete_drafts(keys, by=by, comment=_undo_comment(created[0].batch_id))
                    removed.update(keys)
    result.removed += len(removed)
    return removed


def _undo_comment(number: int | None) -> str:
    return _("Import %(number)s undone") % {"number": number}


@contextlib.contextmanager
def _skipped_if_refused(record: Any, result: UndoResult) -> Iterator[None]:
    """Skip the record, with the reason, if the block raises ValidationError or ProtectedError."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as refusal:
        result.skipped.append((str(record), " ".join(refusal.messages)))
    except ProtectedError as refusal:
        result.skipped.append((str(record), str(refusal.args[0])))


def _undo_entry(
    revision: Revision, named: WorkingCopyReferences, by: AbstractUser, result: UndoResult
) -> None:
    if not Entry.lock(revision.entry_id):
        return  # removed since, as undoing would do
    entry = reload_as_kind(revision.entry_id)
    with _skipped_if_refused(entry, result):
        earlier = Revision.objects.for_entry(entry).applied().filter(number__lt=revision.number).last()
        if not revision.applied:
            _undo_working_copy(entry, revision, by, result)
        elif not _was_undone(entry, revision, earlier):
            if find_working_copy(entry) is not None:
                raise ValidationError(_("It has a working copy: publish or discard that first."))
            if earlier is None:
                _undo_creation(entry, revision, named, by, result)
            else:
                _undo_change(entry, revision, earlier, by, result)


def _undo_creation(
    entry: Any, revision: Revision, named: WorkingCopyReferences, by: AbstractUser, result: UndoResult
) -> None:
    """Remove a draft that the import created; withdraw what is or was public."""
    _check_unedited(revision, table_of_entry(entry).whole_row_of(entry))
    if entry.is_ever_public:
        if entry.is_published_or_scheduled:
            entry.withdraw(by=by, reason=_undo_comment(revision.batch_id))
        result.withdrawn += 1
        return
    if (Entry, entry.slug) in named:
        raise _named_in_copy(named[Entry, entry.slug])
    delete_draft(entry, by=by, comment=_undo_comment(revision.batch_id))
    result.removed += 1


def _undo_change(
    entry: Any, revision: Revision, earlier: Revision, by: AbstractUser, result: UndoResult
) -> None:
    """Return an entry to its earlier revision; withdraw it if the import published it."""
    row = table_of_entry(entry).whole_row_of(entry)
    made_public = revision.action == Action.PUBLISHED and earlier.public_from is None
    withdraws, restores = made_public and entry.is_published_or_scheduled, row != earlier.content
    if not (withdraws or restores):
        return  # already restored
    _check_unedited(revision, row)
    comment = _undo_comment(revision.batch_id)
    if withdraws:
        entry.withdraw(by=by, reason=comment)
    if restores:
        restored = reload_as_kind(entry)
        table_of_entry(entry).apply(restored, earlier.content)
        if restored.is_published_or_scheduled and (objections := restored.objections_to_publishing()):
            raise NotPublishableError(objections)
        record_revision(entry, by=by, action=Action.UNDONE, comment=comment)
        result.restored += 1
    if withdraws:
        result.withdrawn += 1


def _check_unedited(revision: Revision, row: WholeRow) -> None:
    """Raise ValidationError if the entry was edited after the import, or changed by a later import."""
    later = _later(revision).filter(applied=True).last()
    if later is not None and later.content == row:
        raise _edited_since(later)
    if row != revision.content:
        raise _edited_since(None)


def _was_undone(entry: Entry, revision: Revision, earlier: Revision | None) -> bool:
    """Whether a previous undo of the import already undid this, whatever happened to the entry since."""
    if revision.batch is None or revision.batch.undone_at is None:
        return False
    since = Revision.objects.for_entry(entry).filter(number__gt=revision.number)
    ending = [transition.action for transition in TRANSITIONS.values() if transition.ends_publication]
    if earlier is None:
        return since.filter(action__in=[Action.DELETED, *ending]).exists()
    if revision.action == Action.PUBLISHED and since.filter(action__in=ending).exists():
        return True
    return any(undone.content == earlier.content for undone in since.filter(action=Action.UNDONE))


def _undo_working_copy(entry: Any, revision: Revision, by: AbstractUser, result: UndoResult) -> None:
    copy = find_working_copy(entry)
    revisions = Revision.objects.for_entry(entry)
    if copy is None:
        if revisions.filter(number__gt=revision.number, action=Action.REVISED).exists():
            raise _edited_since(None)
        return
    before = revisions.filter(number__lt=revision.number, applied=False).last()
    if before is not None:
        ended = revisions.filter(number__gt=before.number, number__lt=revision.number)
        # Publishing or withdrawing in between does not change a working copy.
        before = None if ended.filter(action__in=[Action.REVISED, Action.DISCARDED]).exists() else before
    later = _later(revision).filter(applied=False).last()
    if later is not None and later.content == copy.content:
        raise _edited_since(later)
    if copy.content != revision.content:
        if before is None or copy.content != before.content:
            raise _edited_since(None)
        return
    retire_working_copy(entry)
    record_revision(entry, by=by, action=Action.DISCARDED)
    if before is not None:
        # With its former `based_on`: its publisher must confirm what was published since.
        save_working_copy(entry, before.content, by=by, comment=before.comment, based_on=before.based_on)
    result.restored += 1


def _later(revision: Revision) -> "RevisionQuerySet[Revision]":
    """The revisions of the same entry by later imports that are in force."""
    later = Revision.objects.for_entry(revision.entry_id).filter(
        number__gt=revision.number, batch__in=ImportBatch.objects.in_force()
    )
    return later.exclude(batch=revision.batch_id).order_by("number")


def _undo_record(imported: ImportedRecord, named: WorkingCopyReferences, result: UndoResult) -> None:
    table = TABLES[imported.table]
    stored: Any = table.model._default_manager
    record = stored.select_for_update(no_key=True).filter(pk=imported.record).first()
    if record is None:
        return
    row = table.whole_row_of(record)
    if row == imported.before:
        return  # already restored
    later = (
        ImportedRecord.objects.filter(
            table=imported.table, record=imported.record, batch_id__gt=imported.batch_id
        )
        .filter(batch__in=ImportBatch.objects.in_force())
        .order_by("batch_id")
        .last()
    )
    with _skipped_if_refused(record, result):
        if later is not None and later.after == row:
            raise _edited_since(later)
        if row != imported.after:
            raise _edited_since(None)
        if imported.before is not None:
            table.apply(record, imported.before)
            result.restored += 1
            return
        if (table.model, row.get("slug")) in named:
            raise _named_in_copy(named[table.model, row["slug"]])
        record.delete()
        result.removed += 1


def _named_in_copy(entry: Entry) -> ValidationError:
    message = _("The working copy of “%(title)s” names it: publish or discard that first.")
    return ValidationError(message % {"title": entry})


def _edited_since(later: Revision | ImportedRecord | None) -> ValidationError:
    if later is None:
        return ValidationError(_("It was edited since."))
    message = _("Import %(number)s changed it since; undo that one first.")
    return ValidationError(message % {"number": later.batch_id})
