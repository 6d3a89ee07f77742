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
    KINDS,
    delete_draft,
    delete_drafts,
    model_of,
    record_revision,
    specific,
    table_for,
)
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    records_named_in_working_copies,
    save_working_copy,
)
from timeline.exchange.database_errors import whole
from timeline.models import Action, Entry, ImportBatch, ImportedRecord, Revision
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.tables import TABLES, table_of

# Records that are looked at and removed together.
PORTION = 500

# What working copies name, as `records_named_in_working_copies` gives it.
NamedInCopies = Mapping[tuple[Any, str], Entry]


@dataclass
class Undoing:
    """What undoing an import did: how many records were removed, withdrawn and put back; which were left alone, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether all that there was to undo was left alone."""
        return bool(self.left) and not (self.removed or self.withdrawn or self.restored)

    def said(self) -> list[str]:
        """In sentences, the first on the whole; then what was left alone, and what can be done about it."""
        numbers = {"removed": self.removed, "withdrawn": self.withdrawn, "restored": self.restored}
        words = _("%(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before") % numbers
        if self.did_nothing:
            words = _("Nothing was undone; the import stands as it did.")
        if not (self.removed or self.withdrawn or self.restored or self.left):
            words = _("There was nothing left to undo.")
        left = [
            _("Left alone: %(record)s. %(why)s") % {"record": record, "why": why} for record, why in self.left
        ]
        if left and not self.did_nothing:
            left.append(
                _(
                    "What was left alone can still be undone: undo the import again when nothing is in the way."
                )
            )
        return [words, *left]


def undo(batch: ImportBatch, *, by: AbstractUser) -> Undoing:
    """Undo an import, all at once; ValidationError where all of it was undone already.

    Entries first, in the order in which nothing is removed that another still refers to; then what they refer to.
    Where something is left alone it can be undone once more, which leaves what was undone before as it is now. Where
    nothing else happens, the import stands as it did.
    """
    done = Undoing()
    with whole(lambda: _is_as_kept(batch)):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.stands:
            raise ValidationError(_("This import was undone already."))
        revisions = list(batch.revisions.select_related("batch").order_by("-entry__kind", "-pk"))
        order = [str(model.KIND) for model in reversed(KINDS)]
        revisions.sort(key=lambda kept: order.index(kept.kind))
        named = records_named_in_working_copies(but_of=batch)
        removed = _remove_untouched(revisions, named, by, done)
        for revision in revisions:
            if revision.entry_id not in removed:
                _undo_entry(revision, named, by, done)
        tables = list(TABLES)
        named = records_named_in_working_copies()
        for record in sorted(batch.records.all(), key=lambda kept: -tables.index(kept.table)):
            _undo_record(record, named, done)
        if not done.did_nothing:
            batch.undone_at, batch.undone_by, batch.left = timezone.now(), by, len(done.left)  # type: ignore[assignment]
            batch.save()
    return done


def _is_as_kept(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()


def _remove_untouched(
    revisions: Sequence[Revision], named: NamedInCopies, by: AbstractUser, done: Undoing
) -> set[int]:
    """Remove drafts that the import made and nobody has touched since, many at a time; the keys of these."""
    removed: set[int] = set()
    for kind, of_kind in itertools.groupby(revisions, key=lambda kept: kept.kind):
        made = list(of_kind)
        for start in range(0, len(made), PORTION):
            rows = {revision.entry_id: revision.row for revision in made[start : start + PORTION]}
            there = Entry.hold_all(rows)
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
                    delete_drafts(keys, by=by, why=_undone(made[start].batch_id))
                    removed.update(keys)
    done.removed += len(removed)
    return removed


def _undone(number: int | None) -> str:
    return _("Import %(number)s undone") % {"number": number}


def _undo_entry(revision: Revision, named: NamedInCopies, by: AbstractUser, done: Undoing) -> None:
    if not Entry.hold(revision.entry_id):
        return  # removed since, which is what undoing would do
    entry = specific(revision.entry_id)
    if not revision.applied:
        _undo_working_copy(entry, revision, by, done)
        return
    earlier = Revision.objects.of(entry).applied().filter(number__lt=revision.number).last()
    if _was_undone(entry, revision, earlier):
        return
    row = table_for(entry).whole_row_of(entry)
    if find_working_copy(entry) is not None:
        done.left.append((str(entry), _("It has a working copy: publish or discard that first.")))
        return
    made_public = earlier is None or (revision.action == Action.PUBLISHED and earlier.public_from is None)
    withdraws = made_public and entry.is_appointed
    restores = earlier is not None and row != earlier.row
    if earlier is not None and not (withdraws or restores):
        return  # as before, whoever saw to it
    later = _later(revision).filter(applied=True).last()
    if row != revision.row or (later is not None and later.row == row):
        done.left.append((str(entry), _edited_since(later if later and later.row == row else None)))
        return
    removes = earlier is None and not entry.is_ever_public
    if removes and (Entry, entry.slug) in named:
        done.left.append((str(entry), _named_in_copy(named[Entry, entry.slug])))
        return
    words = _undone(revision.batch_id)
    try:
        with transaction.atomic():
            if withdraws:
                entry.withdraw(by=by, reason=words)
            if earlier is not None and restores:
                table_for(entry).apply(specific(entry), earlier.row)
                record_revision(entry, by=by, action=Action.UNDONE, why=words)
            if removes:
                delete_draft(entry, by=by, why=words)
    except (ValidationError, ProtectedError) as refusal:
        done.left.append((str(entry), _why(refusal)))
        return
    done.withdrawn += withdraws or (earlier is None and not removes)
    done.restored += restores
    done.removed += removes


def _was_undone(entry: Entry, revision: Revision, earlier: Revision | None) -> bool:
    """Whether this was undone when the import was undone before, whatever became of the entry since."""
    if revision.batch is None or revision.batch.undone_at is None:
        return False
    since = Revision.objects.of(entry).filter(number__gt=revision.number)
    if earlier is None:
        return since.filter(action__in=[Action.DELETED, Action.WITHDRAWN]).exists()
    if revision.action == Action.PUBLISHED and since.filter(action=Action.WITHDRAWN).exists():
        return True
    return any(kept.row == earlier.row for kept in since.filter(action=Action.UNDONE))


def _undo_working_copy(entry: Any, revision: Revision, by: AbstractUser, done: Undoing) -> None:
    copy = find_working_copy(entry)
    kept = Revision.objects.of(entry)
    if copy is None:
        if kept.filter(number__gt=revision.number, action=Action.REVISED).exists():
            done.left.append((str(entry), _edited_since(None)))
        return
    before = kept.filter(number__lt=revision.number, applied=False).last()
    if before is not None:
        ended = kept.filter(number__gt=before.number, number__lt=revision.number)
        # What was published or withdrawn in between leaves a working copy as it is.
        before = None if ended.filter(action__in=[Action.REVISED, Action.DISCARDED]).exists() else before
    later = _later(revision).filter(applied=False).last()
    if later is not None and later.row == copy.row:
        done.left.append((str(entry), _edited_since(later)))
        return
    if copy.row != revision.row:
        if before is None or copy.row != before.row:
            done.left.append((str(entry), _edited_since(None)))
        return
    try:
        with transaction.atomic():
            discard_working_copy(entry, by=by)
            if before is not None:
                # What was published since is no part of it: whoever publishes it is to be asked.
                save_working_copy(entry, before.row, by=by, why=before.why, rests_on=before.rests_on)
    except ValidationError as refusal:
        done.left.append((str(entry), _why(refusal)))
        return
    done.restored += 1


def _later(revision: Revision) -> RevisionQuerySet:
    """What later imports that stand made of the same entry."""
    later = Revision.objects.of(revision.entry_id).filter(
        number__gt=revision.number, batch__in=ImportBatch.objects.standing()
    )
    return later.exclude(batch=revision.batch_id).order_by("number")


def _undo_record(kept: ImportedRecord, named: NamedInCopies, done: Undoing) -> None:
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
        .filter(batch__in=ImportBatch.objects.standing())
        .order_by("batch_id")
        .last()
    )
    is_of_later = later is not None and later.after == row
    if row != kept.after or is_of_later:
        done.left.append((str(record), _edited_since(later if is_of_later else None)))
        return
    if kept.before is None and (table.model, row.get("slug")) in named:
        done.left.append((str(record), _named_in_copy(named[table.model, row["slug"]])))
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
        done.left.append((str(record), _why(refusal)))


def _named_in_copy(entry: Entry) -> str:
    return _("The working copy of “%(title)s” names it: publish or discard that first.") % {"title": entry}


def _edited_since(later: Revision | ImportedRecord | None) -> str:
    if later is None:
        return _("It was edited since.")
    return _("Import %(number)s changed it since; undo that one first.") % {"number": later.batch_id}


def _why(refusal: ValidationError | ProtectedError) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal.args[0])
