"""What a transition of several records would do: on which it is performed, in which order, and what stands against the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from timeline.editing.approvals import needs_approval
from timeline.editing.checklist import Finding, Level, checklists_of
from timeline.editing.transitions import refusals_of
from timeline.models.records import Record
from timeline.workflow import Transition


@dataclass(frozen=True)
class TransitionPlan:
    """The records on which a transition can be performed, in that order, and those that are left out.

    The former each with the warnings left to confirm, the latter each with what refuses it.
    """

    performed: Mapping[Record, Sequence[Finding]]
    refused: Mapping[Record, Sequence[Finding]]


def plan_transition(records: Sequence[Record], transition: Transition, by: AbstractUser) -> TransitionPlan:
    """Plan a transition of records of one model as they are stored, without their working copies. Nothing is written."""
    reasons = refusals_of(records, transition, by)
    refused: dict[Record, Sequence[Finding]] = {
        record: [Finding(Level.REFUSED, record, reasons[record.pk])]
        for record in records
        if record.pk in reasons
    }
    left = {record.pk: record for record in records if record.pk not in reasons}
    if not needs_approval(transition):
        return TransitionPlan(dict.fromkeys(left.values(), ()), refused)
    performed: dict[Record, Sequence[Finding]] = {}
    for key, checklist in checklists_of([*left.values()], by).items():
        if checklist.refused:
            refused[left[key]] = checklist.refused
        else:
            performed[left[key]] = checklist.unconfirmed()
    return TransitionPlan(performed, refused)
