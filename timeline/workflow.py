"""The workflow: the statuses of records, and the table of the transitions between them."""

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Status(models.TextChoices):
    """The statuses of a record."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# The statuses before and after PUBLISHED. A record with a status in ENDED is no longer public; its page says so.
# withdrawn_at, withdrawn_by and withdrawal_reason record when, by whom and why.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)
ENDED = (Status.WITHDRAWN,)

# What is published from a time that lies ahead: in files a status of its own.
SCHEDULED = "scheduled"
SCHEDULED_LABEL = _("Scheduled")

# A time of publication that was in the future when the form was sent may be past by so much when it is saved.
MAX_REQUEST_DURATION = datetime.timedelta(minutes=2)


class Action(models.TextChoices):
    """The action that a revision records."""

    SAVED = "saved", pgettext_lazy("what was done", "saved")
    IMPORTED = "imported", pgettext_lazy("what was done", "imported")
    SUBMITTED = "submitted", pgettext_lazy("what was done", "submitted")
    SENT_BACK = "sent_back", pgettext_lazy("what was done", "sent back")
    RECALLED = "recalled", pgettext_lazy("what was done", "recalled")
    PUBLISHED = "published", pgettext_lazy("what was done", "published")
    SCHEDULED = "scheduled", pgettext_lazy("what was done", "scheduled")
    RESCHEDULED = "rescheduled", pgettext_lazy("what was done", "time moved")
    RELEASED = "released", pgettext_lazy("what was done", "published before its time")
    UNSCHEDULED = "unscheduled", pgettext_lazy("what was done", "schedule called off")
    REVISED = "revised", pgettext_lazy("what was done", "revision published")
    WITHDRAWN = "withdrawn", pgettext_lazy("what was done", "withdrawn")
    UNDONE = "undone", pgettext_lazy("what was done", "import undone")
    RESTORED = "restored", pgettext_lazy("what was done", "restored")
    NOT_APPLIED = "not_applied", pgettext_lazy("what was done", "not published at its time")
    DISCARDED = "discarded", pgettext_lazy("what was done", "working copy discarded")
    DELETED = "deleted", pgettext_lazy("what was done", "deleted")


class TransitionNotAllowedError(ValidationError):
    """The transition does not apply to a record of this status."""


@dataclass(frozen=True)
class Objection:
    """One reason why a record cannot be published: the field it concerns ("" for none) and a sentence.

    `other` is the key of the record that would have to be public, if that is the reason.
    """

    field: str
    message: str
    other: int | None = None


class NotPublishableError(ValidationError):
    """The record cannot be published; `objections` lists every reason."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__([objection.message for objection in objections])
        self.objections = list(objections)


class TransitionFields(enum.Enum):
    """The fields of the form of a transition."""

    NOTE = enum.auto()
    # Without a time, it is done at once.
    NOTE_AND_TIME = enum.auto()
    # Without a time, it is refused.
    NOTE_AND_NEW_TIME = enum.auto()
    REASON = enum.auto()

    @property
    def has_time(self) -> bool:
        return self in (TransitionFields.NOTE_AND_TIME, TransitionFields.NOTE_AND_NEW_TIME)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A change of status, with everything that other modules display or do about it.

    The model has a method of the same name (`timeline/publishable.py`). A working copy has a status of its own, which
    the same transitions change (`timeline/editing/copy_transitions.py`): a published one is scheduled, until it becomes
    the text of the record.
    """

    name: str
    label: str | Promise
    permission_label: "_StrPromise"
    reviewers_only: bool = True
    # Only for those who began or submitted the text.
    authors_only: bool = False
    # Only while the time of publication lies ahead.
    scheduled_only: bool = False
    fields: TransitionFields
    sources: tuple[Status, ...]
    target: Status
    action: Action
    success_message: str | Promise
    # The same for a working copy, if it differs; the sentence has %(who)s, %(when)s and %(public_from)s.
    copy_label: str | Promise = ""
    # On the form of what is public, which has no working copy yet, if it differs.
    change_label: str | Promise = ""
    copy_action: Action | None = None
    copy_message: str | Promise = ""
    copy_sentence: str | Promise = ""
    copy_effects: tuple[str, ...] = ()
    # Displayed above the form while the record has the target status; with %(who)s, %(when)s and %(public_from)s.
    status_sentence: str | Promise
    # For visitors, if the publication ends: in the change history, and on the page of the record, with %(date)s.
    public_label: str | Promise = ""
    public_notice: str | Promise = ""
    # Functions called in the same transaction, by dotted name: they are in higher rooms, which this module cannot import.
    effects: tuple[str, ...]

    @property
    def permission(self) -> str:
        return f"timeline.{self.name}_entry"

    @property
    def ends_publication(self) -> bool:
        return self.target in ENDED

    def applies_to(self, status: str, *, is_public: bool) -> bool:
        """Whether the transition applies to a record of this status, which is public or not."""
        return status in self.sources and not (self.scheduled_only and is_public)

    @property
    def allowed(self) -> str:
        """What the transition applies to, as editors tell the statuses apart: what is scheduled is not public yet."""
        labels: list[str | Promise] = []
        for source in self.sources:
            if source != Status.PUBLISHED:
                labels.append(source.label)
                continue
            labels += [SCHEDULED_LABEL] if self.scheduled_only else [source.label, SCHEDULED_LABEL]
        return " / ".join(map(str, labels))

    def check_status(self, status: str) -> None:
        """Raise TransitionNotAllowedError if the transition does not apply to this status."""
        if status not in self.sources:
            raise TransitionNotAllowedError(
                _("This is “%(status)s”; only “%(allowed)s” can be so changed."),
                params={
                    "status": Status(status).label,
                    "allowed": self.allowed,
                },
            )

    @property
    def label_of_copy(self) -> str:
        return str(self.copy_label or self.label)

    @property
    def label_of_change(self) -> str:
        return str(self.change_label or self.label)

    @property
    def action_of_copy(self) -> Action:
        """The action that the revision of a working copy records."""
        return self.copy_action or self.action

    @property
    def target_of_copy(self) -> Status:
        """The status that a working copy gets. One whose publication ends was only scheduled."""
        return Status.DRAFT if self.ends_publication else self.target

    def run_effects(
        self, model: type[models.Model], keys: Sequence[int], by: AbstractUser, comment: str
    ) -> None:
        """Call the effects for records of one model."""
        for name in self.effects:
            import_string(name)(model, keys, by, self, comment)

    def run_effects_on_copy(self, record: models.Model, by: AbstractUser, comment: str) -> None:
        """Call the effects for the working copy of a record, which has recorded the transition itself."""
        for name in self.copy_effects:
            import_string(name)(type(record), [record.pk], by, self, comment)


_PUBLISH_NAMED = "timeline.editing.named_references.publish_named_references"
_FOLLOW = "timeline.editing.named_schedules.follow_schedule_of"
_KEEP_IN_TIME = "timeline.editing.named_schedules.refuse_to_come_after_naming"
_KEEP_NAMED = "timeline.editing.named_schedules.refuse_to_hide_from_copies"
_RECORD = "timeline.editing.transitions.record_transition"
_END_ASSIGNMENTS = "timeline.editing.assignments.end_assignments"
_NOTIFY = "timeline.accounts.notifications.notify_of_transition"
_NOTIFY_OF_COPY = "timeline.accounts.notifications.notify_of_copy_transition"

TRANSITIONS = {
    transition.name: transition
    for transition in (
        Transition(
            name="submit",
            label=_("Submit for review"),
            permission_label=_("Can submit records for review"),
            reviewers_only=False,
            fields=TransitionFields.NOTE,
            sources=(Status.DRAFT,),
            target=Status.REVIEW,
            action=Action.SUBMITTED,
            success_message=_("Saved and submitted for review."),
            copy_message=_(
                "The working copy is submitted for review. Nothing changes for readers until it is published."
            ),
            copy_sentence=_("%(who)s submitted the working copy on %(when)s; it waits for a reviewer."),
            status_sentence=_("%(who)s submitted it on %(when)s; it waits for a reviewer."),
            effects=(_RECORD, _NOTIFY),
            copy_effects=(_NOTIFY_OF_COPY,),
        ),
        Transition(
            name="send_back",
            label=_("Send back"),
            permission_label=_("Can send records back"),
            fields=TransitionFields.REASON,
            sources=(Status.REVIEW,),
            target=Status.DRAFT,
            action=Action.SENT_BACK,
            success_message=_("Saved and sent back."),
            copy_message=_("The working copy is sent back."),
            copy_sentence=_(
                "%(who)s sent the working copy back on %(when)s. Correct it and submit it again."
            ),
            status_sentence=_("%(who)s sent it back on %(when)s. Correct it and submit it again."),
            effects=(_RECORD, _NOTIFY),
            copy_effects=(_NOTIFY_OF_COPY,),
        ),
        Transition(
            name="recall",
            label=_("Recall"),
            permission_label=_("Can recall what they submitted"),
            reviewers_only=False,
            authors_only=True,
            fields=TransitionFields.NOTE,
            sources=(Status.REVIEW,),
            target=Status.DRAFT,
            action=Action.RECALLED,
            success_message=_("Saved and recalled: it is a draft again."),
            copy_message=_("The working copy is recalled: it no longer waits for a reviewer."),
            copy_sentence=_("%(who)s recalled the working copy on %(when)s."),
            status_sentence=_("%(who)s recalled it on %(when)s."),
            effects=(_RECORD,),
        ),
        Transition(
            name="publish",
            label=_("Publish"),
            permission_label=_("Can publish records"),
            fields=TransitionFields.NOTE_AND_TIME,
            sources=(*UNPUBLISHED, *ENDED),
            target=Status.PUBLISHED,
            action=Action.PUBLISHED,
            success_message=_("Saved and published."),
            copy_label=_("Publish the working copy"),
            change_label=_("Save and publish"),
            copy_action=Action.SCHEDULED,
            copy_message=_("The working copy is public now."),
            copy_sentence=_(
                "The working copy becomes public on %(public_from)s; scheduled by %(who)s on %(when)s."
            ),
            status_sentence=_("Public since %(public_from)s; published by %(who)s."),
            effects=(_PUBLISH_NAMED, _RECORD, _END_ASSIGNMENTS, _NOTIFY),
            copy_effects=(_END_ASSIGNMENTS, _NOTIFY_OF_COPY),
        ),
        Transition(
            name="reschedule",
            label=_("Move the time"),
            permission_label=_("Can move the time of scheduled records"),
            scheduled_only=True,
            fields=TransitionFields.NOTE_AND_NEW_TIME,
            sources=(Status.PUBLISHED,),
            target=Status.PUBLISHED,
            action=Action.RESCHEDULED,
            # For a time that has come while the form was sent.
            success_message=_("Saved. It is public now."),
            copy_message=_("The working copy is public now."),
            copy_sentence=_(
                "The working copy becomes public on %(public_from)s; %(who)s set this time on %(when)s."
            ),
            status_sentence=_("Public since %(public_from)s; %(who)s set this time on %(when)s."),
            effects=(_KEEP_IN_TIME, _PUBLISH_NAMED, _FOLLOW, _RECORD),
        ),
        Transition(
            name="publish_now",
            label=_("Publish now"),
            permission_label=_("Can publish scheduled records before their time"),
            scheduled_only=True,
            fields=TransitionFields.NOTE,
            sources=(Status.PUBLISHED,),
            target=Status.PUBLISHED,
            action=Action.RELEASED,
            success_message=_("Saved. It is public now."),
            # A working copy becomes the text at once, and has no status after that.
            copy_message=_("The working copy is public now."),
            status_sentence=_("Public since %(public_from)s; %(who)s published it before its time."),
            effects=(_PUBLISH_NAMED, _FOLLOW, _RECORD),
        ),
        Transition(
            name="withdraw",
            label=_("Withdraw"),
            permission_label=_("Can withdraw records"),
            fields=TransitionFields.REASON,
            sources=(Status.PUBLISHED,),
            target=Status.WITHDRAWN,
            action=Action.WITHDRAWN,
            success_message=_("Saved and withdrawn."),
            copy_label=_("Call off its publication"),
            copy_action=Action.UNSCHEDULED,
            copy_message=_("The working copy is no longer scheduled."),
            copy_sentence=_("%(who)s called off its publication on %(when)s."),
            status_sentence=_("%(who)s withdrew it on %(when)s."),
            public_label=pgettext_lazy("public history", "Withdrawn"),
            public_notice=_("This page was withdrawn on %(date)s."),
            effects=(_KEEP_NAMED, _FOLLOW, _RECORD, _NOTIFY),
            copy_effects=(_NOTIFY_OF_COPY,),
        ),
    )
}


def transition_to(status: str) -> Transition:
    """The transition that leads to a status from another, the first of them."""
    return next(transition for transition in TRANSITIONS.values() if transition.target == status)


def transition_of(action: str) -> Transition | None:
    """The transition that a revision with this action records, or None."""
    return next((one for one in TRANSITIONS.values() if action in (one.action, one.action_of_copy)), None)


def new_time_required() -> str:
    """What is said where something is to be moved, and to when is not said."""
    return _("Give the new time. To publish at once, use “%(verb)s”.") % {
        "verb": TRANSITIONS["publish_now"].label
    }


def no_time_to_move() -> str:
    """What is said where something that is public already is to be moved or called off."""
    return str(_("It is public already: there is no time to move."))


def check_new_time(transition: Transition, public_from: datetime.datetime | None) -> None:
    """Raise ValidationError if a transition that sets a new time was given none: nothing becomes public for want of one."""
    if transition.fields is TransitionFields.NOTE_AND_NEW_TIME and public_from is None:
        raise ValidationError({"public_from": new_time_required()})


def check_time_ahead(public_from: datetime.datetime | None) -> None:
    """Raise ValidationError for a time of publication that is past."""
    if public_from is not None and public_from < timezone.now() - MAX_REQUEST_DURATION:
        raise ValidationError(_("Nothing is published as of a time that is past."))
