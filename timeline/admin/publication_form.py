"""The form of a publication: warnings confirmed by name, and what readers are told of the change."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from timeline.admin.base import field_url
from timeline.admin.transition_buttons import NOTE_FIELDS, add_note_fields, is_change
from timeline.admin.views.transitions import TransitionForm
from timeline.editing.approvals import Approval
from timeline.editing.checklist import Checklist, Finding
from timeline.models.records import Record
from timeline.workflow import TransitionFields

CONFIRM_FIELD = "confirm"


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
    def asked(self) -> list[Any]:
        """The fields that the page displays below the checklist."""
        return [field for field in self if field.name != CONFIRM_FIELD]

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


def describe(finding: Finding, record: Record) -> dict[str, object]:
    """A finding with the address of its field, and the draft that it is about, if that is another record."""
    return {
        "message": finding.message,
        "url": field_url(finding.record, finding.field),
        "draft": finding.record if finding.record != record else None,
    }
