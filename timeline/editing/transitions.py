"""The transitions of the workflow, with the revisions that record them."""

import contextlib
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction

from timeline.editing.revisions import record_revision, record_revisions, specific, table_for
from timeline.editing.working_copies import find_working_copy, publish_working_copy, retire_working_copy
from timeline.models import Action, Entry, Revision

ACTIONS = {
    "submit": Action.SUBMITTED,
    "send_back": Action.SENT_BACK,
    "publish": Action.PUBLISHED,
    "withdraw": Action.WITHDRAWN,
}


def record_transition(keys: Sequence[int], by: AbstractUser, verb: str, words: str) -> None:
    """What publishing tells of its verbs, kept as revisions."""
    if not keys:
        return
    record_revisions(keys, by=by, action=ACTIONS[verb], why=words)
    if verb == "publish":
        return
    # What was only to be public later is a draft again: the working copy becomes its text.
    copies = Revision.objects.working_copies().filter(entry_id__in=keys, entry__published_at=None)
    for copy in copies.select_related("by", "entry"):
        retire_working_copy(copy.entry)
        with contextlib.suppress(ValidationError), transaction.atomic():
            draft = specific(copy.entry)
            table_for(draft).apply(draft, copy.row)
            record_revision(draft, by=copy.by, why=copy.why)


def perform_transition(entry: Entry, verb: str, *, by: AbstractUser, **words: Any) -> None:
    """Use a verb of publication on an entry; what is published again is what its working copy says.

    Raises ValidationError, NotPublishable among them, where it is refused.
    """
    with transaction.atomic():
        if verb == "publish" and entry.is_ever_public and find_working_copy(entry) is not None:
            publish_working_copy(entry, by=by, why=words.get("note", ""))
        getattr(specific(entry), verb)(by=by, **words)
