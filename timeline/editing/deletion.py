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
    """Why this user does not delete these records of one model, by the keys of those that have a reason.

    It tells what to do instead, or who does it if the user may not.
    """
    objections = {
        record.pk: _objection_to_public(record, user) for record in records if record.is_ever_public
    }
    drafts = [record for record in records if not record.is_ever_public]
    authors = authors_of_drafts(type(drafts[0]), [record.pk for record in drafts]) if drafts else {}
    is_reviewer = user.has_perm(TRANSITIONS["publish"].permission)
    for record in drafts:
        is_author = user.pk in authors.get(record.pk, ())
        if record.pk in authors and not is_author and not is_reviewer:
            objections[record.pk] = _("Who began or submitted it deletes it, or a reviewer.")
        elif record.status == Status.REVIEW:
            objections[record.pk] = _objection_in_review(is_author, user)
    return objections


def _objection_to_public(record: Record, user: AbstractUser | AnonymousUser) -> str:
    """Why a record that was, is or will be public is not deleted."""
    may_withdraw = user.has_perm(TRANSITIONS["withdraw"].permission)
    if record.has_ended:
        return _("It was public, and is withdrawn: its page says so and stays.")
    if not record.is_public:
        if may_withdraw:
            return _("It is scheduled: call that off first.")
        return _("It is scheduled: a reviewer calls that off first.")
    if may_withdraw:
        return _("What was public is not deleted: withdraw it instead.")
    return _("What was public is not deleted: a reviewer withdraws it instead.")


def _objection_in_review(is_author: bool, user: AbstractUser | AnonymousUser) -> str:
    """Why a draft that waits for a reviewer is not deleted."""
    if user.has_perm(TRANSITIONS["send_back"].permission):
        if is_author:
            return _("It waits for a reviewer: recall it or send it back first.")
        return _("It waits for a reviewer: send it back first.")
    if is_author:
        return _("It waits for a reviewer: recall it first.")
    return _("It waits for a reviewer, who sends it back first.")


def asks_reason(records: Sequence[Record], user: AbstractUser) -> bool:
    """Whether any of these drafts of one model is a colleague's, who is told why it was deleted."""
    if not records:
        return False
    authors = authors_of_drafts(type(records[0]), [record.pk for record in records])
    return any(user.pk not in found for found in authors.values())


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
