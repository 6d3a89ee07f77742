"""What a transition of several records would do: on which it is performed, in which order, and what stands against the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.editing.approvals import needs_approval
from timeline.editing.checklist import (
    Checklist,
    Confirmation,
    Finding,
    Level,
    checklist_of,
    checklists_of,
)
from timeline.editing.copy_transitions import check_transition_of_copy
from timeline.editing.named_schedules import objection_of_scheduled_copies
from timeline.editing.transitions import refusals_of
from timeline.models import REFERENCES, Revision
from timeline.models.records import (
    Record,
    names_itself,
    public_records_naming,
    publicly_named,
)
from timeline.workflow import Status, Transition

# Of so many records that are named it is looked up by what.
MAX_LOOKED_UP = 50
# One more than a page names.
MAX_NAMING = 21


@dataclass(frozen=True)
class TransitionPlan:
    """The records on which a transition can be performed, in that order, and those that are left out.

    The former each with the warnings left to confirm, the latter each with what refuses it. `copies` has, by the keys of their
    records, the submitted working copies that the transition is of; `confirmed` the warnings that were confirmed before.
    """

    performed: Mapping[Record, Sequence[Finding]]
    refused: Mapping[Record, Sequence[Finding]]
    copies: Mapping[int, Revision] = field(default_factory=dict)
    confirmed: Mapping[Record, Sequence[tuple[Finding, Confirmation]]] = field(default_factory=dict)


def plan_transition(records: Sequence[Record], transition: Transition, by: AbstractUser) -> TransitionPlan:
    """Plan a transition of records of one model as they are stored, and of what was submitted as a change of them. Nothing is written."""
    copies = _submitted_copies(records, transition)
    plan = _plan_of_texts([record for record in records if record.pk not in copies], transition, by)
    if not copies:
        return plan
    performed, refused, confirmed = {**plan.performed}, {**plan.refused}, {**plan.confirmed}
    for record in records:
        if (copy := copies.get(record.pk)) is None:
            continue
        checklist = _checklist_of_copy(record, copy, transition, by)
        if checklist.refused:
            refused[record] = checklist.refused
        else:
            performed[record], confirmed[record] = checklist.unconfirmed(), checklist.confirmed_before()
    return TransitionPlan(performed, refused, copies, confirmed)


def _submitted_copies(records: Sequence[Record], transition: Transition) -> dict[int, Revision]:
    """The working copies in review of those of these records of one model to which the transition does not apply, by their keys."""
    if Status.REVIEW not in transition.sources:
        return {}
    keys = [one.pk for one in records if not transition.applies_to(one.status, is_public=one.is_public)]
    if not keys:
        return {}
    copies = Revision.objects.for_keys(type(records[0]), keys).working_copies().with_status(Status.REVIEW)
    return {copy.record: copy for copy in copies.select_related("created_by")}


def _checklist_of_copy(record: Record, copy: Revision, transition: Transition, by: AbstractUser) -> Checklist:
    """What refuses a transition of a working copy, and what has to be confirmed before."""
    try:
        check_transition_of_copy(record, copy, transition, by)
    except ValidationError as refusal:
        return Checklist(record, [Finding(Level.REFUSED, record, message) for message in refusal.messages])
    return checklist_of(record, copy, by) if needs_approval(transition) else Checklist(record)


def _plan_of_texts(records: Sequence[Record], transition: Transition, by: AbstractUser) -> TransitionPlan:
    """Plan a transition of records as they are stored, without their working copies."""
    reasons = refusals_of(records, transition, by)
    refused: dict[Record, Sequence[Finding]] = {
        record: [Finding(Level.REFUSED, record, reasons[record.pk])]
        for record in records
        if record.pk in reasons
    }
    left = {record.pk: record for record in records if record.pk not in reasons}
    if transition.ends_publication:
        objections = _objections_to_ending(left)
        # Those that name others are withdrawn before them.
        order = [key for key in objections if not objections[key]]
        return TransitionPlan(
            {left[key]: () for key in order},
            refused | {left[key]: found for key, found in objections.items() if found},
        )
    if not needs_approval(transition):
        return TransitionPlan(dict.fromkeys(left.values(), ()), refused)
    performed: dict[Record, Sequence[Finding]] = {}
    confirmed = {}
    for key, checklist in checklists_of([*left.values()], by).items():
        if checklist.refused:
            refused[left[key]] = checklist.refused
        else:
            performed[left[key]], confirmed[left[key]] = checklist.unconfirmed(), checklist.confirmed_before()
    return TransitionPlan(performed, refused, confirmed=confirmed)


def _objections_to_ending(records: Mapping[int, Record]) -> dict[int, list[Finding]]:
    """What stands against the withdrawal of each of these records of one model, in the order of withdrawing them."""
    if not records:
        return {}
    model = type(next(iter(records.values())))
    if model not in REFERENCES:
        return {
            key: [Finding(Level.REFUSED, record, one) for one in record.objections_to_withdrawing()]
            for key, record in records.items()
        }
    found: dict[int, list[Finding]] = {}
    named = [*records]
    while named:
        still_named = publicly_named(model, named, besides=found)
        free = [key for key in named if key not in still_named]
        found |= {key: [] for key in free}
        named = [key for key in named if key in still_named]
        if not free or not names_itself(model):
            break
    if objection_of_scheduled_copies([records[key] for key in found]):
        for key in found:
            objection = objection_of_scheduled_copies([records[key]])
            found[key] = [Finding(Level.REFUSED, records[key], objection)] if objection else []
    for place, key in enumerate(named):
        message = _("What is public names it. Take it out there first; until then it cannot be withdrawn.")
        naming = [*public_records_naming(model, [key], MAX_NAMING)] if place < MAX_LOOKED_UP else []
        found[key] = [Finding(Level.REFUSED, records[key], message, naming=naming)]
    return found
