"""Restoring an entry to a former revision."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.editing.answers import Refused, Saved, in_transaction
from timeline.editing.revisions import check_seen_number, record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Action, Entry, Kind, Revision
from timeline.rows.tables import table_of


@in_transaction
def restore_revision(
    revision: Revision, *, by: AbstractUser, comment: str = "", seen_number: int | None = None
) -> Saved | Refused:
    """Restore the entry with its lists and nested records to a revision.

    References to records that no longer exist are left out. A deleted draft is created again with its old key,
    and with another slug if its own is taken. For an entry that is or was public the restored text becomes the
    working copy. `seen_number` is the number of the newest revision that the user saw: if there is a newer
    one, or a working copy, this is refused.
    """
    model = Kind(revision.kind).model
    # The revision is locked, since a deleted entry has no row to lock.
    Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
    Entry.lock(revision.entry_id)
    entry = model._default_manager.filter(pk=revision.entry_id).first()
    comment = comment or _("Revision %(number)s restored") % {"number": revision.number}
    if entry is not None:
        check_seen_number(entry, seen_number)
    table = table_of(model)
    row, left_out = table.without_missing_references(table.with_current_slugs(revision.content))
    if entry is not None and entry.is_ever_public:
        if find_working_copy(entry) is not None:
            raise ValidationError(_("There is a working copy: publish or discard it first."))
        copy = save_working_copy(entry, row, by=by, comment=comment)
        return Saved(entry, copy, is_working_copy=True, left_out=left_out)
    is_recreated = entry is None
    if entry is None:
        entry = model(pk=revision.entry_id)
        row["slug"] = entry.available_slug(row["slug"])
    table.apply(entry, row)
    restored = record_revision(entry, by=by, action=Action.RESTORED, comment=comment)
    return Saved(entry, restored, is_recreated=is_recreated, left_out=left_out)
