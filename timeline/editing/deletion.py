"""Deletion of drafts by hand: who began or submitted one deletes it, or a reviewer for a reason, and not while it waits for one."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from timeline.accounts.notifications import notify
from timeline.editing.revisions import delete_draft
from timeline.editing.transitions import authors_of_drafts
from timeline.models.records import Record, key_of
from timeline.values.text import clean_prose
from timeline.workflow import TRANSITIONS, Status


def objections_to_deleting(records: Sequence[Record], user: AbstractUser | AnonymousUser) -> dict[int, str]:
    """Why this user does not delete these drafts of one model, by the keys of those that have a reason."""
    objections = {
        record.pk: _("It waits for a reviewer: recall it or send it back first.")
        for record in records
        if record.status == Status.REVIEW
    }
    if user.has_perm(TRANSITIONS["publish"].permission):
        return objections
    others = _of_colleagues(records, user)
    return objections | dict.fromkeys(others, _("Who began or submitted it deletes it, or a reviewer."))


def asks_reason(records: Sequence[Record], user: AbstractUser) -> bool:
    """Whether any of these drafts of one model is a colleague's, who is told why it was deleted."""
    return bool(_of_colleagues(records, user))


def delete_by_hand(records: Sequence[Record], *, by: AbstractUser, comment: str = "") -> None:
    """Delete drafts of one model, all or none, and tell their authors.

    Raises ProtectedError for those that were public or that the user does not delete, and ValidationError without a
    reason for a colleague's.
    """
    if not records:
        return
    with transaction.atomic():
        model, comment = type(records[0]), clean_prose(comment)
        kept = model.lock_all([record.pk for record in records])
        records = [*model._default_manager.filter(pk__in=kept).order_by("pk")]
        if objections := objections_to_deleting(records, by):
            refused = [record for record in records if record.pk in objections]
            raise ProtectedError(objections[refused[0].pk], {*refused})
        if not comment and asks_reason(records, by):
            raise ValidationError({"why": _("Say why.")})
        # The mail names what is gone a moment later.
        notify("delete", [key_of(record) for record in records], by=by, comment=comment)
        for record in records:
            delete_draft(record, by=by, comment=comment)


def _of_colleagues(records: Sequence[Record], user: AbstractUser | AnonymousUser) -> list[int]:
    """The keys of those of these records that somebody else began and submitted."""
    if not records:
        return []
    authors = authors_of_drafts(type(records[0]), [record.pk for record in records])
    return [record.pk for record in records if (found := authors.get(record.pk)) and user.pk not in found]
