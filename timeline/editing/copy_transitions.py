"""The transitions of the workflow on working copies: each is a state of the copy, recorded as a revision."""

import datetime
from dataclasses import replace

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.answers import Conflict, Refused, Saved, asking_for_confirmation, in_transaction
from timeline.editing.approvals import (
    Approval,
    approve,
    join_notes,
    needs_approval,
    notes_of,
    record_approval,
)
from timeline.editing.last_steps import check_transition
from timeline.editing.named_references import publish_references, references_in
from timeline.editing.revisions import create_revision, reload
from timeline.editing.seen_drafts import SeenDrafts, check_seen_drafts
from timeline.editing.working_copies import (
    COPY_COLUMNS,
    apply_working_copy,
    authors_of_copy,
    check_nothing_scheduled,
    conflict_with_public_text,
    end_state,
    follow_copy,
    lock_working_copy,
    scheduled_before,
)
from timeline.i18n.display import format_datetime
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.rows.tables import WholeRow, table_of
from timeline.values.text import clean_prose
from timeline.workflow import (
    TRANSITIONS,
    Status,
    Transition,
    TransitionFields,
    TransitionNotAllowedError,
    check_new_time,
    check_time_ahead,
)


def transitions_of_copy(copy: Revision, user: AbstractUser | AnonymousUser) -> list[Transition]:
    """The transitions of a working copy that the user may perform on its own page."""
    is_over_scheduled = scheduled_before(copy) is not None
    return [
        transition
        for transition in TRANSITIONS.values()
        if transition.applies_to(copy.status, is_public=False)
        and user.has_perm(transition.permission)
        and (not transition.authors_only or user.pk in authors_of_copy(copy))
        and not (is_over_scheduled and needs_approval(transition))
    ]


@asking_for_confirmation
@in_transaction
def perform_copy_transition(
    record: Record,
    name: str,
    *,
    by: AbstractUser,
    comment: str = "",
    public_from: datetime.datetime | None = None,
    seen_number: int | None = None,
    seen_drafts: SeenDrafts | None = None,
    approval: Approval | None = None,
) -> Saved | Conflict | Refused:
    """Perform a transition of the working copy of a record.

    `seen_number` is the number of the working copy that the user saw: if there is none, or another one, this is
    refused. `seen_drafts` has the numbers of the drafts that a publication takes along. `public_from` is the time from which its text is that of the record; by default at once. With an approval, the
    checklist is gone through first.
    """
    transition = TRANSITIONS[name]
    copy = lock_working_copy(record, seen_number, is_scheduled=concerns_scheduled(transition))
    columns = None
    if needs_approval(transition):
        check_seen_drafts(record, copy, seen_drafts)
    if approval is not None and needs_approval(transition):
        check_nothing_scheduled(copy)
        if conflict := conflict_with_public_text(record, copy):
            return conflict
        columns = approve(record, copy, by, approval)
    answer = change_status(record, copy, transition, by=by, comment=comment, public_from=public_from)
    if columns is not None and isinstance(answer, Saved):
        record_approval(record, columns)
    return answer


def check_transition_of_copy(
    record: Record, copy: Revision, transition: Transition, by: AbstractUser
) -> None:
    """Raise ValidationError if a transition of a working copy is refused, whatever its text says."""
    check_transition(transition, record, copy)
    if transition.authors_only and by.pk not in authors_of_copy(copy):
        raise ValidationError(_("Only who began or submitted it takes it back."))
    if needs_approval(transition):
        check_nothing_scheduled(copy)
        if conflict_with_public_text(record, copy):
            raise ValidationError(_("The record itself was changed since this working copy was begun."))


def concerns_scheduled(transition: Transition) -> bool:
    """Whether this is a transition of the scheduled working copy, even if another was begun over it."""
    return transition.sources == (Status.PUBLISHED,)


def change_status(
    record: Record,
    copy: Revision,
    transition: Transition,
    *,
    by: AbstractUser,
    comment: str = "",
    public_from: datetime.datetime | None = None,
) -> Saved | Conflict:
    """Perform a transition of a working copy, of which the record is locked. Raises ValidationError."""
    check_transition(transition, record, copy)
    if transition.authors_only and by.pk not in authors_of_copy(copy):
        raise ValidationError(_("Only who began or submitted it takes it back."))
    comment = clean_prose(comment)
    if transition.fields is TransitionFields.REASON and not comment:
        raise ValidationError({"why": _("Say why.")})
    if transition.target_of_copy == Status.PUBLISHED:
        return _publish(record, copy, transition, by, comment, public_from)
    saved = _record(record, copy, transition, by, comment, {"status": transition.target_of_copy})
    follow_copy(copy, by=by, comment=comment)
    return saved


def _publish(
    record: Record,
    copy: Revision,
    transition: Transition,
    by: AbstractUser,
    comment: str,
    public_from: datetime.datetime | None,
) -> Saved | Conflict:
    """Publish the copy at once, or schedule it."""
    check_new_time(transition, public_from)
    check_time_ahead(public_from)
    check_nothing_scheduled(copy)
    if conflict := conflict_with_public_text(record, copy):
        return conflict
    # Whoever moves the time has not read the text anew.
    is_read = copy.is_scheduled
    if public_from is None or public_from <= timezone.now():
        saved = apply_working_copy(record, copy, by=by, comment=comment, is_read=is_read)
        transition.run_effects_on_copy(record, by, comment)
        return replace(saved, transition=transition, of_copy=True)
    present = reload(record)
    if present.has_ended:
        raise TransitionNotAllowedError(
            _("What was withdrawn is published again at once, not at a later time.")
        )
    if present.public_from is not None and public_from < present.public_from:
        message = _("It is public itself only from %(when)s: a change of it cannot become public before.")
        raise TransitionNotAllowedError(message, params={"when": format_datetime(present.public_from)})
    _check_publishable(record, copy, by, is_read=is_read)
    columns = {"status": Status.PUBLISHED, "public_from": public_from, "is_scheduled": True}
    saved = _record(record, copy, transition, by, comment, columns)
    _publish_named_in(copy, public_from, by, is_read=is_read)
    follow_copy(copy, by=by, comment=comment)
    return saved


def _record(
    record: Record,
    copy: Revision,
    transition: Transition,
    by: AbstractUser,
    comment: str,
    columns: dict[str, object],
) -> Saved:
    """Record the new state of the copy, and run the effects of the transition."""
    revision = record_state(copy, by=by, action=transition.action_of_copy, comment=comment, **columns)
    transition.run_effects_on_copy(record, by, comment)
    return Saved(reload(record), revision, is_working_copy=True, transition=transition, of_copy=True)


def record_state(
    copy: Revision,
    row: WholeRow | None = None,
    /,
    *,
    by: AbstractUser,
    action: Action,
    comment: str,
    **columns: object,
) -> Revision:
    """Record a new state of a working copy, in place of the former one.

    A scheduled copy over which another was begun remains below it; if it is no longer scheduled, the other one is all that
    is left, and rests on what the scheduled one rested on. It has its text, and tells readers what that was to tell them.
    """
    end_state(copy)
    of_record = Revision.objects.for_key(copy.model, copy.record)
    if not copy.is_working_copy and not columns.get("is_scheduled"):
        for left in of_record.working_copies():
            of_record.filter(pk=left.pk).update(based_on=copy.based_on, **join_notes(copy, left))
    values = {
        **COPY_COLUMNS,
        "is_working_copy": copy.is_working_copy,
        "based_on": copy.based_on,
        **notes_of(copy),
        **columns,
    }
    record, text = copy.model._default_manager.get(pk=copy.record), copy.content if row is None else row
    return create_revision(record, text, by=by, action=action, comment=comment, **values)


def change_scheduled_copy(record: Record, row: WholeRow, *, by: AbstractUser, comment: str) -> Saved:
    """Replace the text of the scheduled copy, whose time remains. Raises ValidationError, also for objections."""
    copy = lock_working_copy(record, None, is_scheduled=True)
    columns = {"status": Status.PUBLISHED, "public_from": copy.public_from, "is_scheduled": True}
    revision = record_state(copy, row, by=by, action=Action.SAVED, comment=comment, **columns)
    _check_publishable(record, revision, by, is_read=True)
    if copy.public_from is not None:
        _publish_named_in(revision, copy.public_from, by, is_read=True)
        follow_copy(copy, by=by, comment=comment)
    return Saved(record, revision, is_working_copy=True)


def _publish_named_in(
    copy: Revision, public_from: datetime.datetime, by: AbstractUser, *, is_read: bool
) -> None:
    """Publish the drafts that a scheduled copy names at its time: until then, they change as what is scheduled does."""
    references = references_in(table_of(copy.model), copy.content)
    publish_references(references, by=by, public_from=public_from, title=copy.title, is_read=is_read)


def _check_publishable(record: Record, copy: Revision, by: AbstractUser, *, is_read: bool) -> None:
    """Raise ValidationError with every reason against the publication, which would otherwise be told at its time."""
    with transaction.atomic():
        apply_working_copy(record, copy, by=by, comment="", is_read=is_read)
        transaction.set_rollback(True)
