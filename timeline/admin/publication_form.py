"""The form of a publication: warnings confirmed by name, and what readers are told of the change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from timeline.admin.base import field_url
from timeline.admin.named_drafts import MAX_NAMED as MAX_NAMING
from timeline.admin.named_drafts import list_of
from timeline.admin.transition_buttons import NOTE_FIELDS, add_note_fields, is_change
from timeline.admin.transition_form import CONFIRM_FIELD, TransitionForm
from timeline.editing.approvals import Approval
from timeline.editing.checklist import Checklist, Finding
from timeline.editing.checks import CHECKS
from timeline.models.records import Record
from timeline.workflow import TransitionFields

# The most records that a warning of several names.
MAX_NAMED = 10


class ConfirmedField(forms.MultipleChoiceField):
    """The names of warnings. One that is no longer there needs no confirmation, and is no error."""

    def valid_value(self, value: object) -> bool:
        return True


class PublicationForm(TransitionForm):
    """The inputs of a publication. Each warning of the checklist that was not confirmed before has a box of its own."""

    def __init__(self, checklist: Checklist, inputs: TransitionFields, *args: Any, **kwargs: Any) -> None:
        super().__init__(inputs, *args, **kwargs)
        self.checklist = checklist
        if is_change(checklist.record):
            add_note_fields(self)
        self.fields[CONFIRM_FIELD] = ConfirmedField(required=False)

    def clean_confirm(self) -> list[str]:
        names: list[str] = self.cleaned_data[CONFIRM_FIELD]
        if left := len(self.checklist.unconfirmed(names)):
            message = ngettext(
                "%(number)s warning is not confirmed: read it and tick its box, or correct the text.",
                "%(number)s warnings are not confirmed: read them and tick their boxes, or correct the text.",
                left,
            )
            raise ValidationError(message % {"number": left})
        return names

    @property
    def warnings(self) -> list[dict[str, object]]:
        """The warnings, each with its box, unless it was confirmed before, and whether that is ticked."""
        ticked = {*(self[CONFIRM_FIELD].value() or ())}
        asked = {finding.name for finding in self.checklist.unconfirmed()}
        return [
            {
                **describe(finding, self.checklist.record),
                "name": finding.name,
                "is_asked": finding.name in asked,
                "is_ticked": finding.name in ticked,
                "is_left": self.is_bound and finding.name in asked - ticked,
            }
            for finding in self.checklist.warnings
        ]

    @property
    def refused(self) -> list[dict[str, object]]:
        """What refuses the publication."""
        return [describe(finding, self.checklist.record) for finding in self.checklist.refused]

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        confirmed = given.pop(CONFIRM_FIELD)
        notes = {name: given.pop(name) for name in NOTE_FIELDS if name in given}
        return {**given, "approval": Approval(confirmed, **notes)}


class BulkPublicationForm(TransitionForm):
    """The inputs of the publication of several records. Each check that warns of some has one box for them all."""

    def __init__(
        self,
        findings: Mapping[Record, Sequence[Finding]],
        inputs: TransitionFields,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(inputs, *args, **kwargs)
        self.findings = findings
        self.fields[CONFIRM_FIELD] = ConfirmedField(required=False)

    def inputs(self) -> dict[str, Any]:
        return {name: value for name, value in super().inputs().items() if name != CONFIRM_FIELD}

    @property
    def confirmed(self) -> dict[Record, list[str]]:
        """The names of the warnings on each record, or on drafts that come along, whose check was ticked."""
        ticked = {*self.cleaned_data[CONFIRM_FIELD]}
        return {
            record: [one.name for one in findings if one.check and one.check.name in ticked]
            for record, findings in self.findings.items()
        }

    @property
    def unwarned(self) -> int:
        """How many of the records are published whatever is ticked."""
        return sum(not findings for findings in self.findings.values())

    @property
    def warnings(self) -> list[dict[str, object]]:
        """The checks that warn of some records, each with the first of these and the number of all."""
        ticked = {*(self[CONFIRM_FIELD].value() or ())}
        concerned = {
            check.name: [
                (record, finding)
                for record, findings in self.findings.items()
                for finding in findings
                if finding.check is check
            ]
            for check in CHECKS.values()
        }
        return [
            {
                "name": name,
                "label": CHECKS[name].label_for(type(pairs[0][1].record)),
                "count": len({record.pk for record, _finding in pairs}),
                "is_ticked": name in ticked,
                "is_left": self.is_bound and name not in ticked,
                "named": [
                    {**describe(finding, record), "record": record} for record, finding in pairs[:MAX_NAMED]
                ],
                "more": len(pairs[MAX_NAMED:]),
            }
            for name, pairs in concerned.items()
            if pairs
        ]


def describe(finding: Finding, record: Record) -> dict[str, object]:
    """A finding with the address of its field, and the draft that it is about, if that is another record."""
    return {
        "message": finding.message,
        "url": field_url(finding.record, finding.field),
        "draft": finding.record if finding.record != record else None,
        "naming": list_of(finding.naming),
        "more_naming": len(finding.naming) > MAX_NAMING,
    }
