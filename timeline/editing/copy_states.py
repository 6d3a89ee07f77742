"""Which revisions of a record are states of one and the same working copy, and which revision each of them changed."""

from collections.abc import Sequence
from typing import NamedTuple

from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.workflow import Status


def states_of(copy: Revision) -> list[int]:
    """Return the numbers of the states of a working copy, this one included; one query."""
    for states in _copies(_revisions_of(copy.model, copy.record)):
        numbers = [state.number for state in states]
        if copy.number in numbers:
            return numbers
    return [copy.number]


def former_numbers(model: type[Record], key: int) -> dict[int, int]:
    """Map the number of each revision of a record to that of the revision that it changed, if there is one; one query.

    A revision that is applied changed the one that was applied before it; a state of a working copy the former state of
    that copy, or the revision that the copy was started from.
    """
    revisions = _revisions_of(model, key)
    known = {revision.number for revision in revisions}
    found: dict[int, int] = {}
    applied = [revision.number for revision in revisions if revision.applied]
    found.update(zip(applied[1:], applied, strict=False))
    for states in _copies(revisions):
        before = [states[0].based_on, *(state.number for state in states)]
        found.update(
            (state.number, former) for state, former in zip(states, before, strict=False) if former in known
        )
    return found


class _Step(NamedTuple):
    """The columns of a revision that tell what became of a working copy."""

    number: int
    applied: bool
    status: str
    action: str
    based_on: int | None


def _revisions_of(model: type[Record], key: int) -> list[_Step]:
    rows = Revision.objects.for_key(model, key).by_number().values_list(*_Step._fields)
    return [_Step(*row) for row in rows]


def _copies(revisions: Sequence[_Step]) -> list[list[_Step]]:
    """The states of each working copy, of all revisions of a record by number. Another may be begun over a scheduled one."""
    copies: list[list[_Step]] = []
    # The scheduled copy is the current one as well until another is begun over it.
    current: list[_Step] | None = None
    scheduled: list[_Step] | None = None
    for revision in revisions:
        if revision.applied:
            if revision.action == Action.DISCARDED:
                current, scheduled = (None, None) if current is scheduled else (scheduled, scheduled)
            elif revision.action == Action.REVISED:
                current, scheduled = None if current is scheduled or scheduled is None else current, None
            elif revision.status in (Status.DRAFT, Status.REVIEW):
                current = scheduled = None
            continue
        if scheduled is not None and revision.action in (Action.UNSCHEDULED, Action.NOT_APPLIED):
            state_of, scheduled = scheduled, None
        elif scheduled is not None and revision.status == Status.PUBLISHED:
            state_of = scheduled
        else:
            if current is None or current is scheduled:
                current = []
                copies.append(current)
            state_of = current
            if revision.action == Action.SCHEDULED:
                scheduled = current
        state_of.append(revision)
    return copies
