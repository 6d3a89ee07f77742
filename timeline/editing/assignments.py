"""Assignment of submissions: to whom of the reviewers one is assigned, by a reviewer or, as a proposal, by its submitter."""

from collections.abc import Iterable, Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.accounts.notifications import notify
from timeline.editing.transitions import authors_of_draft
from timeline.editing.working_copies import authors_of_copy, find_working_copy
from timeline.models import Assignment
from timeline.models.named import slug_owner_name
from timeline.models.records import Record, RecordKey, key_of
from timeline.workflow import TRANSITIONS, Status, Transition


def possible_reviewers() -> list[User]:
    """The users to whom a submission can be assigned, by name."""
    holders = get_user_model().objects.with_perm(
        TRANSITIONS["publish"].permission, backend="django.contrib.auth.backends.ModelBackend"
    )
    return sorted(holders.filter(is_active=True, is_staff=True), key=display_name)


def is_in_review(record: Record) -> bool:
    """Whether the record waits for a reviewer, or its working copy does."""
    if record.status == Status.REVIEW:
        return True
    copy = find_working_copy(record) if record.is_ever_public else None
    return copy is not None and copy.status == Status.REVIEW


def may_assign(record: Record, user: AbstractUser | AnonymousUser) -> bool:
    """Whether the user may assign the submission of the record: reviewers, and its authors."""
    if not is_in_review(record):
        return False
    if user.has_perm(TRANSITIONS["publish"].permission):
        return True
    copy = find_working_copy(record) if record.is_ever_public else None
    authors = authors_of_copy(copy) if copy else authors_of_draft(record)
    return user.pk in authors and bool(user.has_perm(TRANSITIONS["submit"].permission))


def find_assignment(record: Record) -> Assignment | None:
    table, key = key_of(record)
    rows = Assignment.objects.for_keys(table, [key]).select_related("user", "assigned_by")
    return rows.first()


def assignments_of(keys: Iterable[RecordKey]) -> dict[RecordKey, Assignment]:
    """The assignments of these records; one query."""
    wanted = {*keys}
    rows = Assignment.objects.filter(record__in={key for _table, key in wanted}).select_related("user")
    return {(row.table, row.record): row for row in rows if (row.table, row.record) in wanted}


@transaction.atomic
def assign(record: Record, user: User | None, *, by: AbstractUser) -> Assignment | None:
    """Assign the submission of a record, or with None to nobody. Raises ValidationError."""
    record.lock(record.pk)
    record.refresh_from_db()
    if not may_assign(record, by):
        raise ValidationError(_("It does not wait for a reviewer, or others assign it."))
    table, key = key_of(record)
    if user is None:
        Assignment.objects.for_keys(table, [key]).delete()
        return None
    if user not in possible_reviewers():
        raise ValidationError(_("Only who may publish reviews it."))
    former = find_assignment(record)
    if former is not None and former.user_id == user.pk:
        return former
    values = {"user": user, "assigned_by": by, "assigned_at": timezone.now()}
    assignment, _created = Assignment.objects.update_or_create(table=table, record=key, defaults=values)
    notify("assign", [(table, key)], by=by, to=[user.pk])
    return assignment


def end_assignments(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """End the assignments of these records: an effect of what ends their review."""
    Assignment.objects.for_keys(slug_owner_name(model), keys).delete()
