"""The transitions of the workflow, with the revisions that record them."""

import contextlib
import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from timeline.editing.answers import Conflict, Refused, Saved, asking_for_confirmation, in_transaction
from timeline.editing.approvals import Approval, approve, needs_approval, record_approval, unread_notes
from timeline.editing.copy_transitions import change_status, record_state
from timeline.editing.last_steps import check_transition
from timeline.editing.revisions import (
    check_seen_number,
    record_revision,
    record_revisions,
    reload,
    table_of_record,
)
from timeline.editing.seen_drafts import SeenDrafts, check_seen_drafts
from timeline.editing.stages import stage_of
from timeline.editing.working_copies import (
    apply_working_copy,
    authors_of_copy,
    conflict_with_public_text,
    end_working_copies,
    find_working_copy,
    follow_copy,
    scheduled_before,
)
from timeline.i18n.display import format_datetime
from timeline.models import Action, Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS, Status, Transition, TransitionNotAllowedError, no_time_to_move


def record_transition(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Record a transition of records of one model as revisions: an effect of every transition."""
    copies, public = Revision.objects.for_keys(model, keys), model._default_manager.ever_public().values("pk")
    ends = transition.target != Status.PUBLISHED
    # What was only scheduled is a draft again: the working copy becomes its text. The transition is recorded after that, so
    # that its reason is the last that is said of the draft.
    if ends:
        for copy in copies.working_copies().exclude(record__in=public).select_related("created_by"):
            _make_text_of_draft(copy)
            follow_copy(copy, by=by, comment=comment)
    record_revisions(model, keys, by=by, action=transition.action, comment=comment)
    if ends:
        for copy in copies.scheduled().filter(record__in=public):
            # Its time would come while nobody sees the record.
            record_state(copy, by=by, action=Action.UNSCHEDULED, comment=comment, status=Status.DRAFT)
            follow_copy(copy, by=by, comment=comment)
            transition.run_effects_on_copy(model._default_manager.get(pk=copy.record), by, comment)


def _make_text_of_draft(copy: Revision) -> None:
    """End the working copies of a draft, and make the text of this one its own.

    If it cannot be stored, the draft keeps its own text, and the history has that of the working copy.
    """
    draft = copy.model._default_manager.get(pk=copy.record)
    end_working_copies(draft)
    with contextlib.suppress(ValidationError), transaction.atomic():
        table_of_record(draft).apply(draft, copy.content)
        record_revision(draft, by=copy.created_by, comment=copy.comment)


def applies_to_copy(transition: Transition, record: Record, copy: Revision | None) -> bool:
    """Whether the transition, from the form of a record, is one of its working copy: it applies to that and not to the record.

    Without a working copy, or over a scheduled one: whether it would apply to one that the form begins.
    """
    if not record.is_ever_public or transition.applies_to(record.status, is_public=record.is_public):
        return False
    status = copy.status if copy else Status.DRAFT
    return transition.applies_to(status, is_public=False) or begins_over_scheduled(transition, copy)


def begins_over_scheduled(transition: Transition, copy: Revision | None) -> bool:
    """Whether the transition is one of the copy that the form begins over this one, which is scheduled."""
    return copy is not None and copy.is_scheduled and transition.target == Status.REVIEW


def changes_at_once(record: Record, copy: Revision | None, by: AbstractUser | AnonymousUser) -> bool:
    """Whether a change of the record by this user needs no working copy, or no other one, although it was let through.

    So do changes of what is only scheduled, by those who may publish it, unless somebody else has to read them.
    """
    if settings.NOBODY_PUBLISHES_OWN_WORK or not by.has_perm(TRANSITIONS["publish"].permission):
        return False
    if copy is not None:
        return copy.is_scheduled
    return record.is_published_or_scheduled and not record.is_public


def available_transitions(
    record: Record | None, copy: Revision | None, user: AbstractUser | AnonymousUser
) -> list[Transition]:
    """The transitions that the user may perform from the form of a record with this working copy, or of a new one (None)."""

    def is_available(transition: Transition) -> bool:
        if not user.has_perm(transition.permission):
            return False
        if record is None:
            return Status.DRAFT in transition.sources
        if transition.applies_to(record.status, is_public=record.is_public):
            return not transition.authors_only or user.pk in authors_of_draft(record)
        begins = copy is None or begins_over_scheduled(transition, copy)
        if not applies_to_copy(transition, record, copy) or begins and changes_at_once(record, copy, user):
            return False
        if copy is not None and needs_approval(transition) and scheduled_before(copy) is not None:
            return False
        return not transition.authors_only or copy is not None and user.pk in authors_of_copy(copy)

    return [transition for transition in TRANSITIONS.values() if is_available(transition)]


def authors_of_draft(record: Record) -> set[int]:
    """Return the keys of the users who began a record and who submitted it, unless they have recalled it since."""
    return authors_of_drafts(type(record), [record.pk]).get(record.pk, set())


def authors_of_drafts(model: type[Record], keys: Sequence[int]) -> dict[int, set[int]]:
    """Return the same for many records of one model, by their keys. One without revisions has no authors."""
    began: dict[int, int] = {}
    submitted: dict[int, int] = {}
    steps = Q(number=1) | Q(action__in=[Action.SUBMITTED, Action.RECALLED])
    for portion in chunks(keys):
        rows = Revision.objects.for_keys(model, portion).filter(steps).by_number()
        for key, action, user in rows.values_list("record", "action", "created_by_id"):
            began.setdefault(key, user)
            if action == Action.SUBMITTED:
                submitted[key] = user
            elif action == Action.RECALLED:
                submitted.pop(key, None)
    return {key: {user, submitted.get(key, user)} for key, user in began.items()}


def refusals_of(
    records: Sequence[Record], transition: Transition, by: AbstractUser | AnonymousUser
) -> dict[int, str]:
    """Why the user cannot perform a transition on these records of one model as they are, by key; at most two queries.

    Not what stands against the text, as an entry without a source does against its publication.
    """
    refused = [one for one in records if not transition.applies_to(one.status, is_public=one.is_public)]
    reasons: dict[int, str] = {}
    if refused:
        copies = Revision.objects.for_keys(type(refused[0]), [one.pk for one in refused]).current_copies()
        steps_of = defaultdict(list)
        for copy in copies.defer("content"):
            steps_of[copy.record].append(transition.applies_to(copy.status, is_public=False))
        reasons = {one.pk: _status_refusal(one, transition, any(steps_of[one.pk])) for one in refused}
    left = [one.pk for one in records if one.pk not in reasons] if transition.authors_only else []
    if left:
        authors = authors_of_drafts(type(records[0]), left)
        others = [key for key in left if by.pk not in authors.get(key, set())]
        reasons |= dict.fromkeys(others, _("Only who began or submitted it takes it back."))
    return reasons


def _status_refusal(record: Record, transition: Transition, has_copy: bool) -> str:
    """Why the transition does not apply to the record; `has_copy` is whether it applies to its working copy."""
    words = {"status": str(stage_of(record, is_returned=False).label), "verb": str(transition.label)}
    if has_copy:
        return (
            _("This is “%(status)s”. Its working copy has a page of its own: use “%(verb)s” there.") % words
        )
    is_scheduled = record.status == Status.PUBLISHED and not record.is_public
    if is_scheduled and record.public_from and transition.target == Status.PUBLISHED:
        return _("It is scheduled for %(when)s. To publish it before, use “%(verb)s”.") % {
            "when": format_datetime(record.public_from),
            "verb": TRANSITIONS["publish_now"].label,
        }
    if record.is_public and transition.scheduled_only:
        moves = transition.fields.has_time
        return no_time_to_move() if moves else _("It is public already.")
    if record.is_ever_public and Status.REVIEW in (*transition.sources, transition.target):
        return _("This is “%(status)s”, and there is no working copy for “%(verb)s”.") % words
    words["allowed"] = transition.allowed
    return _("This is “%(status)s”; only “%(allowed)s” can be so changed.") % words


def perform_transition(
    record: Record,
    transition: str,
    *,
    by: AbstractUser,
    comment: str = "",
    approval: Approval | None = None,
    public_from: datetime.datetime | None = None,
) -> Saved:
    """Perform a transition of the workflow, on the working copy if it does not apply to the record.

    Publishing a record again publishes its working copy. Raises ValidationError, or its subclass NotPublishableError, if
    the transition is refused. With an approval, the checklist is gone through first; raises UnconfirmedWarningsError.
    """
    with transaction.atomic():
        record.lock(record.pk)
        record, declared = reload(record), TRANSITIONS[transition]
        copy = find_working_copy(record) if record.is_ever_public else None
        if approval is None or not needs_approval(declared):
            return _perform(record, copy, declared, by, comment, public_from)
        check_transition(declared, record, copy)
        columns = approve(record, copy, by, approval)
        answer = _perform(record, copy, declared, by, comment, public_from)
        record_approval(record, columns)
        return answer


def _perform(
    record: Record,
    copy: Revision | None,
    declared: Transition,
    by: AbstractUser,
    comment: str,
    public_from: datetime.datetime | None,
) -> Saved:
    if applies_to_copy(declared, record, copy):
        if copy is None or begins_over_scheduled(declared, copy):
            raise ValidationError(_("There is no working copy: nothing is changed."))
        answer = change_status(record, copy, declared, by=by, comment=comment, public_from=public_from)
        if isinstance(answer, Conflict):
            raise ValidationError(_("The record itself was changed since this working copy was begun."))
        return answer
    if declared.authors_only and by.pk not in authors_of_draft(record):
        raise ValidationError(_("Only who began or submitted it takes it back."))
    if copy is not None and declared.name == "publish":
        if conflict_with_public_text(record, copy):
            raise ValidationError(_("The record itself was changed since this working copy was begun."))
        apply_working_copy(record, copy, by=by, comment=comment)
    notes = unread_notes(record)
    # Only some transitions take a time.
    inputs = {} if public_from is None else {"public_from": public_from}
    getattr(reload(record), declared.name)(by=by, comment=comment, **inputs)
    if notes:
        record_approval(record, notes)
    return Saved(reload(record), transition=declared)


@asking_for_confirmation
@in_transaction
def perform_listed_transition(
    model: type[Record],
    key: int,
    transition: str,
    *,
    by: AbstractUser,
    seen_number: int | None = None,
    seen_drafts: SeenDrafts | None = None,
    with_copy: bool = False,
    comment: str = "",
    approval: Approval | None = None,
    public_from: datetime.datetime | None = None,
) -> Saved | Refused:
    """Perform a transition of a record of which the user may have seen only the title, in a list.

    `seen_number` is the number of the newest revision when the list was displayed, `seen_drafts` has those of the drafts that
    a publication takes along. `with_copy` is whether the user has read
    the working copy, which would become public with what was withdrawn.
    """
    if not model.lock(key):
        raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
    record = model._default_manager.get(pk=key)
    check_seen_number(record, seen_number)
    copy = find_working_copy(record)
    if transition == "publish" and not with_copy and copy is not None:
        raise TransitionNotAllowedError(
            _("It has a working copy, which would become public: read and publish it on its own page.")
        )
    if needs_approval(TRANSITIONS[transition]):
        check_seen_drafts(record, copy, seen_drafts)
    if seen_number is None:
        check_transition(TRANSITIONS[transition], record)
    # Not a transition of its working copy, which is read on its own page as well.
    if refusal := refusals_of([record], TRANSITIONS[transition], by).get(record.pk):
        raise TransitionNotAllowedError(refusal)
    return perform_transition(
        record, transition, by=by, comment=comment, approval=approval, public_from=public_from
    )
