"""The workflow: the statuses of entries, and the table of the transitions between them."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """The statuses of an entry."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# The statuses before and after PUBLISHED. An entry with a status in ENDED is no longer public; its page says so.
# withdrawn_at, withdrawn_by and withdrawal_reason record when, by whom and why.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)
ENDED = (Status.WITHDRAWN,)


class Action(models.TextChoices):
    """The action that a revision records."""

    SAVED = "saved", pgettext_lazy("what was done", "saved")
    IMPORTED = "imported", pgettext_lazy("what was done", "imported")
    SUBMITTED = "submitted", pgettext_lazy("what was done", "submitted")
    SENT_BACK = "sent_back", pgettext_lazy("what was done", "sent back")
    PUBLISHED = "published", pgettext_lazy("what was done", "published")
    REVISED = "revised", pgettext_lazy("what was done", "revision published")
    WITHDRAWN = "withdrawn", pgettext_lazy("what was done", "withdrawn")
    UNDONE = "undone", pgettext_lazy("what was done", "import undone")
    RESTORED = "restored", pgettext_lazy("what was done", "restored")
    DISCARDED = "discarded", pgettext_lazy("what was done", "working copy discarded")
    DELETED = "deleted", pgettext_lazy("what was done", "deleted")


class TransitionNotAllowedError(ValidationError):
    """The transition does not apply to an entry of this status."""


@dataclass(frozen=True)
class Objection:
    """One reason why an entry cannot be published: the field it concerns ("" for none) and a sentence.

    `other` is the key of the entry that would have to be public, if that is the reason.
    """

    field: str
    message: str
    other: int | None = None


class NotPublishableError(ValidationError):
    """The entry cannot be published; `objections` lists every reason."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__([objection.message for objection in objections])
        self.objections = list(objections)


class TransitionFields(enum.Enum):
    """The fields of the form of a transition."""

    NOTE = enum.auto()
    NOTE_AND_TIME = enum.auto()
    REASON = enum.auto()


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A change of status, with everything that other modules display or do about it.

    The model has a method of the same name (`timeline/publishable.py`).
    """

    name: str
    label: Any
    permission_label: Any
    reviewers_only: bool = True
    fields: TransitionFields
    sources: tuple[Status, ...]
    target: Status
    action: Action
    success_message: Any
    # Displayed above the form while the entry has the target status; with %(who)s, %(when)s and %(public_from)s.
    status_sentence: Any
    # For visitors, if the publication ends: in the change history, and on the page of the entry, with %(date)s.
    public_label: Any = ""
    public_notice: Any = ""
    # Functions called in the same transaction, by dotted name: they are in higher rooms, which this module cannot import.
    effects: tuple[str, ...]

    @property
    def permission(self) -> str:
        return f"timeline.{self.name}_entry"

    @property
    def ends_publication(self) -> bool:
        return self.target in ENDED

    def check_status(self, status: str) -> None:
        """Raise TransitionNotAllowedError if the transition does not apply to this status."""
        if status not in self.sources:
            raise TransitionNotAllowedError(
                _("This is “%(status)s”; only “%(allowed)s” can be so changed."),
                params={
                    "status": Status(status).label,
                    "allowed": " / ".join(str(source.label) for source in self.sources),
                },
            )

    def run_effects(self, keys: Sequence[int], by: AbstractUser, comment: str) -> None:
        """Call the effects for entries of one kind."""
        for name in self.effects:
            import_string(name)(keys, by, self, comment)


_RECORD = "timeline.editing.transitions.record_transition"

TRANSITIONS = {
    transition.name: transition
    for transition in (
        Transition(
            name="submit",
            label=_("Submit for review"),
            permission_label=_("Can submit entries for review"),
            reviewers_only=False,
            fields=TransitionFields.NOTE,
            sources=(Status.DRAFT,),
            target=Status.REVIEW,
            action=Action.SUBMITTED,
            success_message=_("Saved and submitted for review."),
            status_sentence=_("%(who)s submitted it on %(when)s; it waits for a reviewer."),
            effects=(_RECORD,),
        ),
        Transition(
            name="send_back",
            label=_("Send back"),
            permission_label=_("Can send entries back"),
            fields=TransitionFields.REASON,
            sources=(Status.REVIEW,),
            target=Status.DRAFT,
            action=Action.SENT_BACK,
            success_message=_("Saved and sent back."),
            status_sentence=_("%(who)s sent it back on %(when)s. Correct it and submit it again."),
            effects=(_RECORD,),
        ),
        Transition(
            name="publish",
            label=_("Publish"),
            permission_label=_("Can publish entries"),
            fields=TransitionFields.NOTE_AND_TIME,
            sources=(*UNPUBLISHED, *ENDED),
            target=Status.PUBLISHED,
            action=Action.PUBLISHED,
            success_message=_("Saved and published."),
            status_sentence=_("Public since %(public_from)s; published by %(who)s."),
            effects=(_RECORD,),
        ),
        Transition(
            name="withdraw",
            label=_("Withdraw"),
            permission_label=_("Can withdraw entries"),
            fields=TransitionFields.REASON,
            sources=(Status.PUBLISHED,),
            target=Status.WITHDRAWN,
            action=Action.WITHDRAWN,
            success_message=_("Saved and withdrawn."),
            status_sentence=_("%(who)s withdrew it on %(when)s."),
            public_label=pgettext_lazy("public history", "Withdrawn"),
            public_notice=_("This entry was withdrawn on %(date)s."),
            effects=(_RECORD,),
        ),
    )
}


def transition_to(status: str) -> Transition:
    """The transition that leads to a status."""
    return next(transition for transition in TRANSITIONS.values() if transition.target == status)
