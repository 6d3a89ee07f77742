"""The transitions of the workflow, with the revisions that record them."""

import contextlib
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from timeline.editing.answers import Refused, Saved, in_transaction
from timeline.editing.revisions import (
    check_seen_number,
    record_revision,
    record_revisions,
    reload_as_kind,
    table_of_entry,
)
from timeline.editing.working_copies import (
    apply_working_copy,
    conflict_with_public_text,
    find_working_copy,
    retire_working_copy,
)
from timeline.models import Entry, Revision
from timeline.workflow import TRANSITIONS, Status, Transition, TransitionNotAllowedError


def record_transition(keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str) -> None:
    """Record a transition of entries of one kind as revisions: an effect of every transition."""
    record_revisions(keys, by=by, action=transition.action, comment=comment)
    if transition.target == Status.PUBLISHED:
        return
    # What was only scheduled is a draft again: the working copy becomes its text.
    copies = Revision.objects.working_copies().filter(entry_id__in=keys, entry__published_at=None)
    for copy in copies.select_related("created_by", "entry"):
        retire_working_copy(copy.entry)
        # If it cannot be stored, the draft keeps its own text, and the history has that of the working copy.
        with contextlib.suppress(ValidationError), transaction.atomic():
            draft = reload_as_kind(copy.entry)
            table_of_entry(draft).apply(draft, copy.content)
            record_revision(draft, by=copy.created_by, comment=copy.comment)


def perform_transition(
    entry: Entry, transition: str, *, by: AbstractUser, comment: str = "", **inputs: Any
) -> None:
    """Perform a transition of the workflow. Publishing an entry again publishes its working copy.

    Raises ValidationError, or its subclass NotPublishableError, if the transition is refused.
    """
    with transaction.atomic():
        copy = find_working_copy(entry) if transition == "publish" and entry.is_ever_public else None
        if copy is not None:
            if conflict_with_public_text(entry, copy):
                raise ValidationError(_("The entry itself was changed since this working copy was begun."))
            apply_working_copy(entry, copy, by=by, comment=comment)
        getattr(reload_as_kind(entry), transition)(by=by, comment=comment, **inputs)


@in_transaction
def perform_listed_transition(
    key: int, transition: str, *, by: AbstractUser, seen_number: int | None = None, **inputs: Any
) -> Saved | Refused:
    """Perform a transition of an entry of which the user has seen only the title, in a list.

    `seen_number` is the number of the newest revision when the list was displayed.
    """
    if not Entry.lock(key):
        raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
    entry = Entry.objects.get(pk=key)
    check_seen_number(entry, seen_number)
    if transition == "publish" and find_working_copy(entry) is not None:
        raise TransitionNotAllowedError(
            _("It has a working copy, which would become public: read and publish it on its own page.")
        )
    perform_transition(entry, transition, by=by, **inputs)
    return Saved(entry, transition=TRANSITIONS[transition])
