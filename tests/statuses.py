"""Entries in each status, reached by transitions."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from tests.factories import make_citation, make_milestone, make_user
from timeline.workflow import TRANSITIONS, Status, Transition, TransitionFields

SCHEDULED = "scheduled"
# Not visible to visitors: all statuses except published, and scheduled entries.
HIDDEN = [*(status.value for status in Status if status != Status.PUBLISHED), SCHEDULED]


def transitions_to(status: str) -> list[Transition]:
    """Return the shortest sequence of transitions from a draft to a status."""
    ways: dict[str, list[Transition]] = {Status.DRAFT: []}
    for _step in Status:
        for source, way in [*ways.items()]:
            for transition in TRANSITIONS.values():
                if source in transition.sources:
                    ways.setdefault(transition.target, [*way, transition])
    return ways[status]


def perform(entry: Any, transition: Transition, *, by: Any, reason: str = "重复") -> None:
    comment = reason if transition.fields is TransitionFields.REASON else ""
    inputs = {}
    if transition.fields is TransitionFields.NOTE_AND_NEW_TIME:
        inputs["public_from"] = timezone.now() + datetime.timedelta(days=2)
    getattr(entry, transition.name)(by=by, comment=comment, **inputs)


def bring_to(entries: Sequence[Any], status: str, *, by: Any, reason: str = "重复") -> None:
    """Move drafts to a status, or schedule them. Each step applies to all, since they may be related."""
    if status == SCHEDULED:
        for entry in entries:
            entry.publish(by=by, public_from=timezone.now() + datetime.timedelta(days=1))
        return
    for transition in transitions_to(status):
        for entry in entries:
            perform(entry, transition, by=by, reason=reason)


def in_status(status: str, **kw: Any) -> Any:
    """Create a milestone with a citation in this status."""
    entry = make_milestone(**kw)
    make_citation(entry)
    bring_to([entry], status, by=make_user())
    return entry
