"""The forms of a publication: warnings confirmed by name, and what readers are told of the change."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import AbstractUser

from timeline.admin.checklist_form import (
    CONFIRM_FIELD,
    ChecklistForm,
    ConfirmedField,
    box_of_all,
    confirmations_of_check,
    describe,
    describe_confirmed,
    value_of,
)
from timeline.admin.transition_buttons import (
    NOTE_FIELDS,
    TRANSITION_FIELD,
    TransitionInputsForm,
    add_note_fields,
    is_change,
    tell_time_of_record,
)
from timeline.admin.transition_form import TransitionForm, TransitionInputs
from timeline.editing.approvals import Approval, needs_approval, notes_of, unread_notes
from timeline.editing.checklist import Checklist, Confirmation, Finding
from timeline.editing.checks import CHECKS
from timeline.models import Revision
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS, TransitionFields

# The most records that a warning of several names.
MAX_NAMED = 10


class PublicationForm(TransitionForm, ChecklistForm):
    """The inputs of a publication, with its checklist."""

    def __init__(
        self,
        checklist: Checklist,
        inputs: TransitionFields,
        data: Mapping[str, object] | None = None,
        *,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(inputs, data, initial=initial)
        if is_change(checklist.record):
            add_note_fields(self)
        self.add_checklist(checklist)

    def inputs(self) -> TransitionInputs:
        given = self.cleaned_data
        notes = {name: given[name] for name in NOTE_FIELDS if name in given}
        return {**super().inputs(), "approval": Approval(given[CONFIRM_FIELD], **notes)}


def form_of_publication(
    checklist: Checklist,
    copy: Revision | None,
    user: AbstractUser,
    data: Mapping[str, object] | None = None,
    *,
    given: Mapping[str, object] | None = None,
) -> PublicationForm:
    """The form of the publication of a record, or of its working copy, with what was typed elsewhere."""
    record = checklist.record
    # What was withdrawn is published again at once or not at all.
    inputs = TransitionFields.NOTE if record.has_ended else TransitionFields.NOTE_AND_TIME
    initial: dict[str, object] = unread_notes(record)
    if copy is not None:
        initial = notes_of(copy) | {"note": copy.comment if copy.created_by == user else ""}
    form = PublicationForm(checklist, inputs, data, initial=initial | {**(given or {})})
    tell_time_of_record(form, record)
    return form


class PreviewForm(TransitionInputsForm, ChecklistForm):
    """The inputs of the buttons beside a preview; with the checklist if one of them publishes."""

    def is_publication(self) -> bool:
        transition = TRANSITIONS.get(self.data.get(TRANSITION_FIELD, ""))
        return transition is not None and needs_approval(transition)

    def clean(self) -> dict[str, object] | None:
        cleaned = super().clean()
        # The checklist tells them, too: the mistake in a field comes first.
        if self.has_checklist and self.is_publication() and not self.errors:
            for finding in self.checklist.refused:
                self.add_error(None, finding.message)
        return cleaned


class BulkPublicationForm(TransitionForm):
    """The inputs of the publication of several records. Each check that warns of some has one box for them all.

    `findings` are the warnings left to confirm, `former` those that were confirmed in earlier publications.
    """

    def __init__(
        self,
        findings: Mapping[Record, Sequence[Finding]],
        inputs: TransitionFields,
        data: Mapping[str, object] | None = None,
        *,
        former: Mapping[Record, Sequence[tuple[Finding, Confirmation]]] | None = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(inputs, data, initial=initial)
        self.findings = findings
        self.former = former or {}
        self.fields[CONFIRM_FIELD] = ConfirmedField(required=False)

    @property
    def confirmed(self) -> dict[Record, list[str]]:
        """The names of the warnings on each record, or on drafts that come along, that the ticked boxes listed."""
        ticked = {*self.cleaned_data[CONFIRM_FIELD]}
        confirmed: dict[Record, list[str]] = {record: [] for record in self.findings}
        for name, listed in self._listed.items():
            values = confirmations_of_check(name, listed)
            for (record, finding), value in zip(listed, values, strict=True):
                if value in ticked:
                    confirmed[record].append(finding.name)
        return confirmed

    @property
    def _listed(self) -> dict[str, list[tuple[Record, Finding]]]:
        """What each check warns of, by its name."""
        listed = {
            check.name: [
                (record, finding)
                for record, findings in self.findings.items()
                for finding in findings
                if finding.check is check
            ]
            for check in CHECKS.values()
        }
        return {name: pairs for name, pairs in listed.items() if pairs}

    @property
    def unwarned(self) -> int:
        """How many of the records have no warning, and are published whatever is ticked."""
        return sum(not findings and not self.former.get(record) for record, findings in self.findings.items())

    @property
    def confirmed_before(self) -> dict[str, object]:
        """The first of the warnings that were confirmed in earlier publications, and the number of the others."""
        found = [(record, *one) for record, confirmed in self.former.items() for one in confirmed]
        return {
            "named": [describe_confirmed(*one) for one in found[:MAX_NAMED]],
            "more": len(found[MAX_NAMED:]),
        }

    @property
    def all_warnings(self) -> dict[str, object] | None:
        """The box that confirms all of these checks, if there are several."""
        values = [str(one["value"]) for one in self.warnings]
        return box_of_all(values, self[CONFIRM_FIELD].value() or ())

    @property
    def warnings(self) -> list[dict[str, object]]:
        """The checks that warn of some records, each with the first of these and the number of all."""
        ticked = {*(self[CONFIRM_FIELD].value() or ())}
        found = []
        for name, pairs in self._listed.items():
            values = confirmations_of_check(name, pairs)
            is_ticked = {*values} <= ticked
            found.append(
                {
                    "name": name,
                    "value": value_of(values),
                    "label": CHECKS[name].label_for(type(pairs[0][1].record)),
                    "count": len({record.pk for record, _finding in pairs}),
                    "is_ticked": is_ticked,
                    "is_left": self.is_bound and not is_ticked,
                    "named": [
                        {**describe(finding, record), "record": record}
                        for record, finding in pairs[:MAX_NAMED]
                    ],
                    "more": len(pairs[MAX_NAMED:]),
                }
            )
        return found
