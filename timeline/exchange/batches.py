"""Undoing an import: what it made goes, what it changed is as before, and what was edited since is left alone."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import history
from timeline.exchange.faults import whole
from timeline.models import Action, Entry, ImportBatch, ImportedRecord, Revision
from timeline.rows import TABLES


@dataclass
class Undoing:
    """What undoing an import did: how many records were removed, withdrawn and put back; which were left alone, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


def undo(batch: ImportBatch, *, by: User) -> Undoing:
    """Undo an import, all at once; ValidationError where it was undone already.

    Entries first, in the order in which nothing is removed that another still refers to; then what they refer to.
    """
    done = Undoing()
    with whole(lambda: ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.undone_at is not None:
            raise ValidationError(_("This import was undone already."))
        revisions = list(batch.revisions.select_related("batch").order_by("-entry__kind", "-pk"))
        order = [str(model.KIND) for model in reversed(history.KINDS)]
        for revision in sorted(revisions, key=lambda kept: order.index(kept.kind)):
            _undo_entry(revision, by, done)
        tables = list(TABLES)
        for record in sorted(batch.records.all(), key=lambda kept: -tables.index(kept.table)):
            _undo_record(record, done)
        batch.undone_at, batch.undone_by = timezone.now(), by
        batch.save()
    return done


def _undo_entry(revision: Revision, by: User, done: Undoing) -> None:
    if not Entry.hold(revision.entry_id):
        return  # removed since, which is what undoing would do
    entry = history.specific(revision.entry_id)
    if not revision.applied:
        _undo_working_copy(entry, revision, by, done)
        return
    if history.working_copy(entry) or history.table_for(entry).whole_row_of(entry) != revision.row:
        done.left.append((str(entry), _("It was edited since.")))
        return
    earlier = Revision.objects.of(entry).applied().filter(number__lt=revision.number).last()
    words = _("Import %(number)s undone") % {"number": revision.batch_id}
    try:
        with transaction.atomic():
            if earlier is not None:
                history.table_for(entry).apply(entry, earlier.row)
                history.record(entry, by=by, action=Action.UNDONE, why=words)
                done.restored += 1
            elif entry.is_ever_public:
                if entry.is_appointed:
                    entry.withdraw(by=by, reason=words)
                done.withdrawn += 1
            else:
                history.delete_draft(entry, by=by, why=words)
                done.removed += 1
    except (ValidationError, ProtectedError) as refusal:
        done.left.append((str(entry), _why(refusal)))


def _undo_working_copy(entry: Any, revision: Revision, by: User, done: Undoing) -> None:
    if not revision.working:
        done.left.append((str(entry), _("It was edited since.")))
        return
    before = Revision.objects.of(entry).filter(number=revision.number - 1, applied=False).first()
    history.discard_working_copy(entry, by=by)
    if before is not None:
        history.keep_working_copy(entry, before.row, by=by, why=before.why)
    done.restored += 1


def _undo_record(kept: ImportedRecord, done: Undoing) -> None:
    table = TABLES[kept.table]
    stored: Any = table.model._default_manager
    record = stored.select_for_update(no_key=True).filter(pk=kept.record).first()
    if record is None:
        return
    if table.whole_row_of(record) != kept.after:
        done.left.append((str(record), _("It was edited since.")))
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


def _why(refusal: ValidationError | ProtectedError) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal.args[0])
