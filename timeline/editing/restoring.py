"""An entry made what it was at a former revision."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from timeline.editing.revisions import latest_revision_number, record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Action, Entry, Kind, Revision
from timeline.rows.tables import table_of


def restore_revision(
    revision: Revision, *, by: AbstractUser, comment: str = "", expected_number: int | None = None
) -> Any:
    """Make the entry what it was at that revision, lists and parts included; ValidationError where that cannot be.

    A deleted draft is made again under its old key, at another address where its own is another's now, and without
    references to what is gone. Of what is or was public the restored text becomes the working copy. `expected_number` is the
    number of the newest revision when this was decided.
    """
    with transaction.atomic():
        model = Kind(revision.kind).model
        # Where the entry is no more there is no row of it to hold.
        Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
        Entry.lock(revision.entry_id)
        entry = model._default_manager.filter(pk=revision.entry_id).first()
        words = comment or _("Revision %(number)s restored") % {"number": revision.number}
        if entry is not None and expected_number not in (None, latest_revision_number(entry)):
            raise ValidationError(_("This was changed meanwhile: read it again."))
        if entry is not None and entry.is_ever_public:
            if find_working_copy(entry) is not None:
                raise ValidationError(_("There is a working copy: publish or discard it first."))
            save_working_copy(entry, revision.content, by=by, comment=words)
            return entry
        row = revision.content
        if entry is None:
            entry = model(pk=revision.entry_id)
            row, _gone = table_of(model).without_missing_references(row)
            row["slug"] = entry.available_slug(row["slug"])
        table_of(model).apply(entry, row)
        record_revision(entry, by=by, action=Action.RESTORED, comment=words)
        return entry
