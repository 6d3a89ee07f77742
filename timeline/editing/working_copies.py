"""Working copies: changes of what is public, until they are published or discarded."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline.editing.revisions import create_revision, record_revision, specific, table_of_entry
from timeline.models import Action, Entry, ImportBatch, Kind, Revision
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError


class StaleWorkingCopyError(ValidationError):
    """The entry itself was changed since the working copy was begun; `base` is the row from which it was."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        super().__init__(_("The entry itself was changed since this working copy was begun."))
        self.base = base


def find_working_copy(entry: Entry) -> Revision | None:
    """The one working copy of what is or was public, seen by all editors; None where there is none."""
    return Revision.objects.for_entry(entry).working_copies().select_related("created_by").first()


def records_named_in_working_copies(*, excluding: ImportBatch | None = None) -> dict[tuple[Any, str], Entry]:
    """The records that working copies name, and an entry whose copy does: the model that owns the slug, and the slug.

    The database knows nothing of these references. `excluding` leaves out the working copies that an import made.
    """
    copies = Revision.objects.working_copies().select_related("entry")
    if excluding is not None:
        copies = copies.exclude(batch=excluding)
    found: dict[tuple[Any, str], Entry] = {}
    for copy in copies:
        table = table_of(Kind(copy.entry.kind).model)
        found |= dict.fromkeys(table.references_in(table.with_current_slugs(copy.content)), copy.entry)
    return found


def save_working_copy(
    entry: Entry,
    row: Mapping[str, Any],
    *,
    by: AbstractUser,
    comment: str = "",
    rebase: bool = False,
    batch: ImportBatch | None = None,
    based_on: int | None = None,
) -> Revision | None:
    """Keep a whole row as the working copy; the public page stays as it is. None where the row changes nothing.

    ValidationError where it names what is gone: no form could show that, and the next save would lose it.

    Former states of the working copy stay in the history. `rebase` says that the row was written with the entry in
    view as it is now, as one that is begun from it is by itself; `based_on` is for one of former days that comes back.
    """
    with transaction.atomic():
        Entry.lock(entry.pk)
        entry = specific(entry)
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


def discard_working_copy(entry: Entry, *, by: AbstractUser, expected_number: int | None = None) -> None:
    """Let the working copy go; the entry stays as it is, and the history says what the copy was.

    `expected_number` is the number of the working copy that was read before. ValidationError where there is none, or another.
    """
    with transaction.atomic():
        _lock_working_copy(entry, expected_number)
        retire_working_copy(entry)
        record_revision(entry, by=by, action=Action.DISCARDED)


def missing_working_copy_message(entry: Entry) -> str:
    """That there is no working copy; and who ended the last one, when and how."""
    kept = Revision.objects.for_entry(entry).by_number()
    last = kept.filter(applied=False).last()
    ending = kept.filter(action__in=[Action.REVISED, Action.DISCARDED]).select_related("created_by").last()
    if last is None or ending is None or ending.number < last.number:
        return _("There is no working copy.")
    return _("There is no working copy any more. %(who)s, %(when)s: %(what)s.") % {
        "who": ending.created_by,
        "when": date_format(timezone.localtime(ending.created_at), "DATETIME_FORMAT"),
        "what": ending.get_action_display(),
    }


def _lock_working_copy(entry: Entry, expected_number: int | None) -> Revision:
    Entry.lock(entry.pk)
    copy = find_working_copy(entry)
    if copy is None:
        raise ValidationError(missing_working_copy_message(entry))
    if expected_number not in (None, copy.number):
        raise ValidationError(_("The working copy was changed meanwhile: read it again."))
    return copy


def refuse_stale_working_copy(entry: Entry, copy: Revision) -> None:
    """Raise StaleWorkingCopyError where the entry is no longer what the working copy was begun from."""
    began = Revision.objects.for_entry(entry).filter(number=copy.based_on or 0).first()
    entry = specific(entry)
    if began is None:
        return
    # What it names may have another address since; that is no change of the entry.
    row = table_of_entry(entry).with_current_slugs(began.content)
    if row != table_of_entry(entry).whole_row_of(entry):
        raise StaleWorkingCopyError(row)


def publish_working_copy(
    entry: Entry, *, by: AbstractUser, comment: str = "", expected_number: int | None = None
) -> None:
    """Make the entry what its working copy says.

    `expected_number` is the number of the working copy that was read before. Raises ValidationError where there is none, or
    another than was read, or where it no longer holds; StaleWorkingCopyError; and NotPublishableError with every objection.
    """
    with transaction.atomic():
        copy = _lock_working_copy(entry, expected_number)
        refuse_stale_working_copy(entry, copy)
        entry = specific(entry)
        table_of_entry(entry).apply(entry, copy.content)
        retire_working_copy(entry)
        if objections := entry.objections_to_publishing(by):
            raise NotPublishableError(objections)
        record_revision(entry, by=by, action=Action.REVISED, comment=comment or copy.comment)


def retire_working_copy(entry: Entry) -> int:
    """The working copy, if there is one, becomes a thing of the past."""
    return Revision.objects.for_entry(entry).working_copies().update(is_working_copy=False)
