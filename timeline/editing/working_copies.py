"""Working copies: changes of public entries that are not yet published or discarded."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.editing.answers import Conflict, Refused, Saved, in_transaction
from timeline.editing.revisions import create_revision, record_revision, reload_as_kind, table_of_entry
from timeline.i18n.display import format_datetime
from timeline.models import Action, Entry, ImportBatch, Kind, Revision
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import NotPublishableError


def find_working_copy(entry: Entry) -> Revision | None:
    """Return the working copy of an entry that is or was public, or None. All editors share it."""
    return Revision.objects.for_entry(entry).working_copies().select_related("created_by").first()


def records_named_in_working_copies(
    *, excluding: ImportBatch | None = None
) -> dict[tuple[type[Model], str], Entry]:
    """Map the records that working copies refer to, by model and slug, to an entry whose copy does.

    The database does not know these references. `excluding` ignores working copies of an import.
    """
    copies = Revision.objects.working_copies().select_related("entry")
    if excluding is not None:
        copies = copies.exclude(batch=excluding)
    found: dict[tuple[type[Model], str], Entry] = {}
    for copy in copies:
        table = table_of(Kind(copy.entry.kind).model)
        found |= dict.fromkeys(table.references_in(table.with_current_slugs(copy.content)), copy.entry)
    return found


def save_working_copy(
    entry: Entry,
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
    based on the current entry, as the first working copy always is. `based_on` is the base of a former
    working copy that is restored.
    """
    with transaction.atomic():
        Entry.lock(entry.pk)
        entry = reload_as_kind(entry)
        copy = find_working_copy(entry)
        if (copy.content if copy else table_of_entry(entry).whole_row_of(entry)) == row and not rebase:
            return None
        table_of_entry(entry).check_references(row)
        last = Revision.objects.for_entry(entry).applied().last()
        if based_on is None:
            based_on = copy.based_on if copy and not rebase else last.number if last else 0
        retire_working_copy(entry)
        return create_revision(
            entry,
            row,
            by=by,
            action=Action.IMPORTED if batch else Action.SAVED,
            comment=comment,
            batch=batch,
            applied=False,
            is_working_copy=True,
            based_on=based_on,
        )


@in_transaction
def discard_working_copy(
    entry: Entry, *, by: AbstractUser, seen_number: int | None = None
) -> Saved | Refused:
    """Discard the working copy. The entry does not change, and the history records the copy.

    `seen_number` is the number of the working copy that the user saw: if there is none, or another one,
    this is refused.
    """
    _lock_working_copy(entry, seen_number)
    retire_working_copy(entry)
    return Saved(entry, record_revision(entry, by=by, action=Action.DISCARDED))


def missing_working_copy_message(entry: Entry) -> str:
    """Return a message that there is no working copy, and who ended the last one, when and how."""
    revisions = Revision.objects.for_entry(entry).by_number()
    last = revisions.filter(applied=False).last()
    ending = (
        revisions.filter(action__in=[Action.REVISED, Action.DISCARDED]).select_related("created_by").last()
    )
    if last is None or ending is None or ending.number < last.number:
        return _("There is no working copy.")
    return _("There is no working copy any more. %(who)s, %(when)s: %(what)s.") % {
        "who": ending.created_by,
        "when": format_datetime(ending.created_at),
        "what": ending.get_action_display(),
    }


def _lock_working_copy(entry: Entry, seen_number: int | None) -> Revision:
    Entry.lock(entry.pk)
    copy = find_working_copy(entry)
    if copy is None:
        raise ValidationError(missing_working_copy_message(entry))
    if seen_number not in (None, copy.number):
        raise ValidationError(_("The working copy was changed meanwhile: read it again."))
    return copy


def conflict_with_public_text(entry: Entry, copy: Revision) -> Conflict | None:
    """Return the conflict if the entry changed after the working copy was started."""
    base = Revision.objects.for_entry(entry).filter(number=copy.based_on or 0).first()
    entry, table = reload_as_kind(entry), table_of_entry(entry)
    if base is None:
        return None
    # A new slug of a related record is not a change of the entry.
    row, present = table.with_current_slugs(base.content), table.whole_row_of(entry)
    return Conflict(entry, row, present, copy.content, with_public_text=True) if row != present else None


@in_transaction
def publish_working_copy(
    entry: Entry, *, by: AbstractUser, comment: str = "", seen_number: int | None = None
) -> Saved | Conflict | Refused:
    """Publish the working copy of an entry.

    `seen_number` is the number of the working copy that the user saw: if there is none, or another one,
    this is refused, as is one that is invalid or has objections.
    """
    copy = _lock_working_copy(entry, seen_number)
    return conflict_with_public_text(entry, copy) or apply_working_copy(entry, copy, by=by, comment=comment)


def apply_working_copy(entry: Entry, copy: Revision, *, by: AbstractUser, comment: str) -> Saved:
    """Make the text of the working copy that of the entry. Raises ValidationError, also for objections."""
    entry = reload_as_kind(entry)
    table_of_entry(entry).apply(entry, copy.content)
    retire_working_copy(entry)
    if objections := entry.objections_to_publishing(by):
        raise NotPublishableError(objections)
    comment = comment or copy.comment
    return Saved(entry, record_revision(entry, by=by, action=Action.REVISED, comment=comment))


def retire_working_copy(entry: Entry) -> int:
    """End the working copy, if there is one, and leave it in the history."""
    return Revision.objects.for_entry(entry).working_copies().update(is_working_copy=False)
