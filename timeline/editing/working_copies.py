"""Working copies: changes of public records that are not yet published or discarded."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.accounts.notifications import notify
from timeline.editing.answers import Conflict, Refused, Saved, in_transaction
from timeline.editing.approvals import keep_notes, notes_of, unread_notes
from timeline.editing.copies_naming import copies_naming
from timeline.editing.named_references import references_in
from timeline.editing.named_schedules import follow_schedule, follow_text, references_of_scheduled
from timeline.editing.revisions import (
    create_revision,
    present_revision_number,
    record_revision,
    reload,
    table_of_record,
)
from timeline.i18n.display import format_datetime
from timeline.models import Action, Assignment, ImportBatch, Revision
from timeline.models.named import TitleSlugModel
from timeline.models.records import Record, RecordKey, key_of
from timeline.models.revisions import authors_of_copies
from timeline.rows.tables import WholeRow, table_of
from timeline.rows.validation import check_references
from timeline.values.text import clean_prose
from timeline.workflow import TRANSITIONS, NotPublishableError, Status

# The columns of the current working copy.
COPY_COLUMNS: dict[str, object] = {"applied": False, "is_working_copy": True, "public_from": None}


def find_working_copy(record: Record) -> Revision | None:
    """Return the working copy of a record that is or was public, or None. All editors share it."""
    return Revision.objects.for_record(record).working_copies().select_related("created_by").first()


def records_named_in_working_copies(
    *, excluding: ImportBatch | None = None
) -> dict[tuple[type[Model], str], Revision]:
    """Map the records that working copies refer to, by model and slug, to a copy that does.

    The database does not know these references. `excluding` ignores working copies of an import.
    """
    copies = Revision.objects.current_copies()
    if excluding is not None:
        copies = copies.exclude(batch=excluding)
    found: dict[tuple[type[Model], str], Revision] = {}
    for copy in copies:
        table = table_of(copy.model)
        found |= dict.fromkeys(table.references_in(table.with_current_slugs(copy.content)), copy)
    return found


def working_copies_naming(records: Sequence[TitleSlugModel], limit: int) -> list[Revision]:
    """Return the first working copies that refer to any of these records of one model, one of each record."""
    found: dict[RecordKey, Revision] = {}
    for copy in copies_naming(records, Revision.objects.current_copies()):
        found[copy.record_key] = copy
        if len(found) >= limit:
            break
    return [*found.values()]


def save_working_copy(
    record: Record,
    row: WholeRow,
    *,
    by: AbstractUser,
    comment: str = "",
    rebase: bool = False,
    batch: ImportBatch | None = None,
    based_on: int | None = None,
) -> Revision | None:
    """Save a whole row as the working copy; the public page does not change. Returns None if nothing changes.

    Raises ValidationError if the row refers to missing records: no form could show them, and the next save
    would lose them. Former states of the working copy stay in the history. `rebase` means that the row is
    based on the current record, as the first working copy always is. `based_on` is the base of a former
    working copy that is restored. A copy in review stays there; over a scheduled one, which remains as it was read, a
    draft is begun.
    """
    with transaction.atomic():
        record.lock(record.pk)
        record = reload(record)
        copy = find_working_copy(record)
        if (copy.content if copy else table_of_record(record).whole_row_of(record)) == row and not rebase:
            return None
        check_references(table_of_record(record), row)
        status, notes = Status.DRAFT, unread_notes(record)
        if copy and copy.is_scheduled:
            based_on = copy.number
        elif copy:
            status, notes = Status(copy.status), notes_of(copy)
        if based_on is None:
            based_on = copy.based_on if copy and not rebase else present_revision_number(record)
        Revision.objects.for_record(record).working_copies().update(is_working_copy=False)
        return create_revision(
            record,
            row,
            by=by,
            action=Action.IMPORTED if batch else Action.SAVED,
            comment=comment,
            batch=batch,
            status=status,
            **COPY_COLUMNS,
            **notes,
            based_on=based_on,
        )


@in_transaction
def discard_working_copy(
    record: Record, *, by: AbstractUser, comment: str, seen_number: int | None = None
) -> Saved | Refused:
    """Discard the working copy for a reason. The record does not change, and the history records the copy.

    `seen_number` is the number of the working copy that the user saw: if there is none, or another one, this is refused,
    as it is to those who neither began nor submitted it, unless they may publish. What is left of a copy that was
    begun over a scheduled one is the latter.
    """
    copy = lock_working_copy(record, seen_number)
    if not may_discard(copy, by):
        raise ValidationError(_("Only who began or submitted it, or a reviewer, discards a working copy."))
    comment = clean_prose(comment)
    if not comment:
        raise ValidationError({"why": _("Say why.")})
    end_working_copy(copy)
    Assignment.objects.for_keys(copy.table, [copy.record]).delete()
    revision = record_revision(record, by=by, action=Action.DISCARDED, comment=comment)
    follow_copy(copy, by=by, comment=comment)
    notify("discard_copy", [key_of(record)], by=by, comment=comment)
    return Saved(record, revision)


def may_discard(copy: Revision, user: AbstractUser) -> bool:
    """Whether the user may discard a working copy: its authors, until it is scheduled, and reviewers."""
    if user.has_perm(TRANSITIONS["publish"].permission):
        return True
    return not copy.is_scheduled and user.pk in authors_of_copy(copy)


def authors_of_copy(copy: Revision) -> set[int]:
    """Return the keys of the users who began a working copy or submitted it."""
    return authors_of_copies([copy])[copy.pk]


def missing_working_copy_message(record: Record) -> str:
    """Return a message that there is no working copy, and who ended the last one, when and how."""
    revisions = Revision.objects.for_record(record).by_number()
    last = revisions.filter(applied=False).last()
    ending = (
        revisions.filter(action__in=[Action.REVISED, Action.DISCARDED]).select_related("created_by").last()
    )
    if last is None or ending is None or ending.number < last.number:
        return _("There is no working copy.")
    return _("There is no working copy any more. %(who)s, %(when)s: %(what)s.") % {
        "who": display_name(ending.created_by),
        "when": format_datetime(ending.created_at),
        "what": ending.get_action_display(),
    }


def find_scheduled_copy(record: Record) -> Revision | None:
    """Return the scheduled working copy of a record, or None. Another may have been begun over it."""
    return Revision.objects.for_record(record).scheduled().select_related("created_by").first()


def lock_working_copy(record: Record, seen_number: int | None, *, is_scheduled: bool = False) -> Revision:
    """Lock the record and return its working copy, or the scheduled one.

    Raises ValidationError if it is not the one that the user saw.
    """
    record.lock(record.pk)
    copy = find_scheduled_copy(record) if is_scheduled else find_working_copy(record)
    if copy is None:
        raise ValidationError(missing_working_copy_message(record))
    if seen_number not in (None, copy.number):
        raise ValidationError(_("The working copy was changed meanwhile: read it again."))
    return copy


def conflict_with_public_text(record: Record, copy: Revision) -> Conflict | None:
    """Return the conflict if the record changed after the working copy was started."""
    base = Revision.objects.for_record(record).filter(number=copy.based_on or 0).first()
    record, table = reload(record), table_of_record(record)
    if base is None:
        return None
    # A new slug of a related record is not a change of the record.
    row, present = table.with_current_slugs(base.content), table.whole_row_of(record)
    return Conflict(record, row, present, copy.content, with_public_text=True) if row != present else None


def scheduled_before(copy: Revision) -> Revision | None:
    """The scheduled working copy over which this one was begun, before which this one is not published, or None."""
    return Revision.objects.for_key(copy.model, copy.record).scheduled().exclude(pk=copy.pk).first()


def check_nothing_scheduled(copy: Revision) -> None:
    """Raise ValidationError if another working copy, over which this one was begun, is scheduled."""
    earlier = scheduled_before(copy)
    if earlier is not None and earlier.public_from is not None:
        raise ValidationError(
            _("An earlier change of it is scheduled for %(when)s: publish or call that off first."),
            params={"when": format_datetime(earlier.public_from)},
        )


def apply_working_copy(
    record: Record, copy: Revision, *, by: AbstractUser, comment: str, is_read: bool = False
) -> Saved:
    """Make the text of the working copy that of the record. Raises ValidationError, also for objections.

    `is_read` is whether somebody has let it through before, so that it may be the user's own work.
    """
    record = reload(record)
    former = references_of_scheduled(record)
    table_of_record(record).apply(record, copy.content)
    end_working_copy(copy)
    if objections := record.objections_to_publishing(None if is_read else by):
        raise NotPublishableError(objections)
    # The words of another are not recorded under the user's name.
    comment = comment or (copy.comment if copy.created_by == by else "")
    follow_text(record, former, by=by, comment=comment, is_read=is_read)
    revision = record_revision(record, by=by, action=Action.REVISED, comment=comment)
    keep_notes(copy, revision)
    return Saved(record, revision)


def end_working_copy(copy: Revision) -> None:
    """End a working copy, and leave it in the history. The scheduled one over which it was begun is the current one again."""
    end_state(copy)
    of_record = Revision.objects.for_key(copy.model, copy.record)
    if not of_record.working_copies().exists():
        of_record.scheduled().update(is_working_copy=True)


def end_state(copy: Revision) -> None:
    """End a state of a working copy, which a new one of the same copy follows."""
    Revision.objects.filter(pk=copy.pk).update(is_working_copy=False, is_scheduled=False)


def follow_copy(copy: Revision, *, by: AbstractUser, comment: str) -> None:
    """Move what was to become public with a copy that was scheduled, and is no more or for another time."""
    if copy.is_scheduled and copy.public_from is not None:
        references = references_in(table_of(copy.model), copy.content)
        follow_schedule(references, copy.public_from, by=by, comment=comment)


def end_working_copies(record: Record) -> None:
    """End the working copies of a record, a scheduled one included."""
    Revision.objects.for_record(record).update(is_working_copy=False, is_scheduled=False)
