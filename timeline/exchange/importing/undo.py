"""Undoing an import: what it made goes, what it changed is as before, and what was edited since is left alone."""

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.revisions import (
    ENTRY_MODELS,
    delete_draft,
    delete_drafts,
    model_of,
    record_revision,
    specific,
    table_of_entry,
)
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    records_named_in_working_copies,
    save_working_copy,
)
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.models import Action, Entry, ImportBatch, ImportedRecord, Revision
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.tables import TABLES, table_of
from timeline.workflow import TRANSITIONS

# Records that are looked at and removed together.
CHUNK_SIZE = 500

# What working copies name, as `records_named_in_working_copies` gives it.
WorkingCopyReferences = Mapping[tuple[Any, str], Entry]


@dataclass
class UndoResult:
    """What undoing an import did: how many records were removed, withdrawn and put back; which were left alone, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether all that there was to undo was left alone."""
        return bool(self.skipped) and not (self.removed or self.withdrawn or self.restored)

    def messages(self) -> list[str]:
        """In sentences, the first on the whole; then what was left alone, and what can be done about it."""
        numbers = {"removed": self.removed, "withdrawn": self.withdrawn, "restored": self.restored}
        words = _("%(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before") % numbers
        if self.did_nothing:
            words = _("Nothing was undone; the import stands as it did.")
        if not (self.removed or self.withdrawn or self.restored or self.skipped):
            words = _("There was nothing left to undo.")
        left = [
            _("Left alone: %(record)s. %(why)s") % {"record": record, "why": why}
            for record, why in self.skipped
        ]
        if left and not self.did_nothing:
            left.append(
                _(
                    "What was left alone can still be undone: undo the import again when nothing is in the way."
                )
            )
        return [words, *left]


def undo(batch: ImportBatch, *, by: AbstractUser) -> UndoResult:
    """Undo an import, all at once; ValidationError where all of it was undone already.

    Entries first, in the order in which nothing is removed that another still refers to; then what they refer to.
    Where something is left alone it can be undone once more, which leaves what was undone before as it is now. Where
    nothing else happens, the import stands as it did.
    """
    done = UndoResult()
    with atomic_with_commit_check(lambda: _is_committed(batch)):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_in_force:
            raise ValidationError(_("This import was undone already."))
        revisions = list(batch.revisions.select_related("batch").order_by("-entry__kind", "-pk"))
        order = [str(model.KIND) for model in reversed(ENTRY_MODELS)]
        revisions.sort(key=lambda kept: order.index(kept.kind))
        named = records_named_in_working_copies(excluding=batch)
        removed = _remove_untouched(revisions, named, by, done)
        for revision in revisions:
            if revision.entry_id not in removed:
                _undo_entry(revision, named, by, done)
        tables = list(TABLES)
        named = records_named_in_working_copies()
        for record in sorted(batch.records.all(), key=lambda kept: -tables.index(kept.table)):
            _undo_record(record, named, done)
        if not done.did_nothing:
            batch.undone_at, batch.undone_by, batch.skipped_count = timezone.now(), by, len(done.skipped)  # type: ignore[assignment]
            batch.save()
    return done


def _is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()


def _remove_untouched(
    revisions: Sequence[Revision], named: WorkingCopyReferences, by: AbstractUser, done: UndoResult
) -> set[int]:
    """Remove drafts that the import made and nobody has touched since, many at a time; the keys of these."""
    removed: set[int] = set()
    for kind, of_kind in itertools.groupby(revisions, key=lambda kept: kept.kind):
        made = list(of_kind)
        for start in range(0, len(made), CHUNK_SIZE):
            rows = {revision.entry_id: revision.content for revision in made[start : start + CHUNK_SIZE]}
            there = Entry.lock_all(rows)
            kept = Revision.objects.filter(entry_id__in=there).order_by().values("entry_id")
            alone = {*kept.annotate(kept=Count("pk")).filter(kept=1).values_list("entry_id", flat=True)}
            alone -= {*Entry.objects.ever_public().filter(pk__in=alone).values_list("pk", flat=True)}
            stands = table_of(model_of(kind)).whole_rows_of(sorted(alone))
            keys = [
                key
                for key, (row, _keys) in stands.items()
                if row == rows[key] and (Entry, row["slug"]) not in named
            ]
            # Where one of them is in use they are undone one by one, when what uses it is as before.
            with contextlib.suppress(ProtectedError):
                if keys:
                    delete_drafts(keys, by=by, comment=_undo_comment(made[start].batch_id))
                    removed.update(keys)
    done.removed += len(removed)
    return removed


def _undo_comment(number: int | None) -> str:
    return _("Import %(number)s undone") % {"number": number}


def _undo_entry(revision: Revision, named: WorkingCopyReferences, by: AbstractUser, done: UndoResult) -> None:
    if not Entry.lock(revision.entry_id):
        return  # removed since, which is what undoing would do
    entry = specific(revision.entry_id)
    if not revision.applied:
        _undo_working_copy(entry, revision, by, done)
        return
    earlier = Revision.objects.for_entry(entry).applied().filter(number__lt=revision.number).last()
    if _was_undone(entry, revision, earlier):
        return
    row = table_of_entry(entry).whole_row_of(entry)
    if find_working_copy(entry) is not None:
        done.skipped.append((str(entry), _("It has a working copy: publish or discard that first.")))
        return
    made_public = earlier is None or (revision.action == Action.PUBLISHED and earlier.public_from is None)
    withdraws = made_public and entry.is_published_or_scheduled
    restores = earlier is not None and row != earlier.content
    if earlier is not None and not (withdraws or restores):
        return  # as before, whoever saw to it
    later = _later(revision).filter(applied=True).last()
    if row != revision.content or (later is not None and later.content == row):
        done.skipped.append((str(entry), _edited_since(later if later and later.content == row else None)))
        return
    removes = earlier is None and not entry.is_ever_public
    if removes and (Entry, entry.slug) in named:
        done.skipped.append((str(entry), _named_in_copy(named[Entry, entry.slug])))
        return
    words = _undo_comment(revision.batch_id)
    try:
        with transaction.atomic():
            if withdraws:
                entry.withdraw(by=by, reason=words)
            if earlier is not None and restores:
                table_of_entry(entry).apply(specific(entry), earlier.content)
                record_revision(entry, by=by, action=Action.UNDONE, comment=words)
            if removes:
                delete_draft(entry, by=by, comment=words)
    except (ValidationError, ProtectedError) as refusal:
        done.skipped.append((str(entry), _why(refusal)))
        return
    done.withdrawn += withdraws or (earlier is None and not removes)
    done.restored += restores
    done.removed += removes


def _was_undone(entry: Entry, revision: Revision, earlier: Revision | None) -> bool:
    """Whether this was undone when the import was undone before, whatever became of the entry since."""
    if revision.batch is None or revision.batch.undone_at is None:
        return False
    since = Revision.objects.for_entry(entry).filter(number__gt=revision.number)
    ending = [transition.action for transition in TRANSITIONS.values() if transition.ends_publication]
    if earlier is None:
        return since.filter(action__in=[Action.DELETED, *ending]).exists()
    if revision.action == Action.PUBLISHED and since.filter(action__in=ending).exists():
        return True
    return any(kept.content == earlier.content for kept in since.filter(action=Action.UNDONE))


def _undo_working_copy(entry: Any, revision: Revision, by: AbstractUser, done: UndoResult) -> None:
    copy = find_working_copy(entry)
    kept = Revision.objects.for_entry(entry)
    if copy is None:
        if kept.filter(number__gt=revision.number, action=Action.REVISED).exists():
            done.skipped.append((str(entry), _edited_since(None)))
        return
    before = kept.filter(number__lt=revision.number, applied=False).last()
    if before is not None:
        ended = kept.filter(number__gt=before.number, number__lt=revision.number)
        # What was published or withdrawn in between leaves a working copy as it is.
        before = None if ended.filter(action__in=[Action.REVISED, Action.DISCARDED]).exists() else before
    later = _later(revision).filter(applied=False).last()
    if later is not None and later.content == copy.content:
        done.skipped.append((str(entry), _edited_since(later)))
        return
    if copy.content != revision.content:
        if before is None or copy.content != before.content:
            done.skipped.append((str(entry), _edited_since(None)))
        return
    try:
        with transaction.atomic():
            discard_working_copy(entry, by=by)
            if before is not None:
                # What was published since is no part of it: whoever publishes it is to be asked.
                save_working_copy(
                    entry, before.content, by=by, comment=before.comment, based_on=before.based_on
                )
    except ValidationError as refusal:
        done.skipped.append((str(entry), _why(refusal)))
        return
    done.restored += 1


def _later(revision: Revision) -> RevisionQuerySet:
    """What later imports that stand made of the same entry."""
    later = Revision.objects.for_entry(revision.entry_id).filter(
        number__gt=revision.number, batch__in=ImportBatch.objects.in_force()
    )
    return later.exclude(batch=revision.batch_id).order_by("number")


def _undo_record(kept: ImportedRecord, named: WorkingCopyReferences, done: UndoResult) -> None:
    table = TABLES[kept.table]
    stored: Any = table.model._default_manager
    record = stored.select_for_update(no_key=True).filter(pk=kept.record).first()
    if record is None:
        return
    row = table.whole_row_of(record)
    if row == kept.before:
        return  # as before, whoever saw to it
    later = (
        ImportedRecord.objects.filter(table=kept.table, record=kept.record, batch_id__gt=kept.batch_id)
        .filter(batch__in=ImportBatch.objects.in_force())
        .order_by("batch_id")
        .last()
    )
    is_of_later = later is not None and later.after == row
    if row != kept.after or is_of_later:
        done.skipped.append((str(record), _edited_since(later if is_of_later else None)))
        return
    if kept.before is None and (table.model, row.get("slug")) in named:
        done.skipped.append((str(record), _named_in_copy(named[table.model, row["slug"]])))
        return
    try:
        with transaction.atomic():
            if kept.before is None:
                record.delete()
                done.removed += 1
            else:
                table.apply(record, kept.before)
                done.restored += 1
    except (ValidationError, ProtectedError) as refusal:
        done.skipped.append((str(record), _why(refusal)))


def _named_in_copy(entry: Entry) -> str:
    return _("The working copy of “%(title)s” names it: publish or discard that first.") % {"title": entry}


def _edited_since(later: Revision | ImportedRecord | None) -> str:
    if later is None:
        return _("It was edited since.")
    return _("Import %(number)s changed it since; undo that one first.") % {"number": later.batch_id}


def _why(refusal: ValidationError | ProtectedError) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal.args[0])
