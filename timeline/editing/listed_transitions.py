"""Transitions of entries of which the user has seen only the titles, in a list."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from timeline.editing.revisions import latest_revision_number
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy
from timeline.models import Entry
from timeline.workflow import TransitionNotAllowedError


def perform_listed_transition(
    key: int, transition: str, *, by: AbstractUser, expected_number: int | None = None, **inputs: Any
) -> None:
    """Perform a transition of the workflow on the entry of this key.

    `expected_number` is the number of the revision that the user saw. Raises ValidationError, or its subclass
    NotPublishableError, if the transition is refused.
    """
    with transaction.atomic():
        if not Entry.lock(key):
            raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
        entry = Entry.objects.get(pk=key)
        if expected_number not in (None, latest_revision_number(entry)):
            raise TransitionNotAllowedError(_("This was changed meanwhile: read it again."))
        if transition == "publish" and find_working_copy(entry) is not None:
            raise TransitionNotAllowedError(
                _("It has a working copy, which would become public: read and publish it on its own page.")
            )
        perform_transition(entry, transition, by=by, **inputs)
