"""The boxes of a checklist in a form: one for each warning, and one for all that the page lists."""

import hashlib
from collections.abc import Collection, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext

from timeline.admin.base import field_url
from timeline.admin.named_drafts import MAX_NAMED as MAX_NAMING
from timeline.admin.named_drafts import list_of
from timeline.editing.checklist import Checklist, Confirmation, Finding
from timeline.models.records import Record

# The values of the boxes that are ticked; once checked, the names of the warnings that are confirmed.
CONFIRM_FIELD = "confirm"
# From so many warnings on, one box confirms all of them.
MIN_CONFIRMED_TOGETHER = 2
# Between the values of that box, and within one; no slug and no name of a check has them.
_SEPARATOR, _OF_SENTENCE = ",", "~"


class ConfirmedInput(forms.SelectMultiple):
    """The boxes that are ticked. That of all has the values of those that the page lists: what arises later is not among them."""

    def value_from_datadict(
        self, data: Mapping[str, object], files: MultiValueDict[str, UploadedFile], name: str
    ) -> list[str]:
        values = super().value_from_datadict(data, files, name)
        texts = [values] if isinstance(values, str) else values or []
        return [*dict.fromkeys(one for text in texts for one in text.split(_SEPARATOR) if one)]


class ConfirmedField(forms.MultipleChoiceField):
    """The values of the boxes that are ticked. One that is no longer there needs no confirmation, and is no error."""

    widget = ConfirmedInput

    def valid_value(self, value: object) -> bool:
        return True


def confirmation_of(finding: Finding) -> str:
    """The value of the box of a warning: its name, with a digest of its sentence if that names values, which may become others."""
    return _with_digest(finding.name, str(finding.message)) if finding.values else finding.name


def confirmations_of_check(check: str, listed: Collection[tuple[Record, Finding]]) -> list[str]:
    """The values of the box of a check that warns of several records, one for each sentence: what arises later is not confirmed."""
    return [_with_digest(check, f"{record.pk} {one.name} {one.message}") for record, one in listed]


def _with_digest(name: str, text: str) -> str:
    return f"{name}{_OF_SENTENCE}{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def value_of(confirmations: Collection[str]) -> str:
    """The value of a box that confirms all of these."""
    return _SEPARATOR.join(confirmations)


def box_of_all(values: Collection[str], ticked: Collection[str]) -> dict[str, object] | None:
    """The box that confirms all warnings of these boxes, which the page lists below it; None for a single one."""
    if len(values) < MIN_CONFIRMED_TOGETHER:
        return None
    value = value_of(values)
    return {
        "value": value,
        "count": len(values),
        "is_ticked": {*value.split(_SEPARATOR)} <= {*ticked},
    }


class ChecklistForm(forms.Form):
    """A form with a checklist. Each warning that was not confirmed before has a box of its own."""

    checklist: Checklist

    def add_checklist(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self.fields[CONFIRM_FIELD] = ConfirmedField(required=False)

    @property
    def has_checklist(self) -> bool:
        return CONFIRM_FIELD in self.fields

    @property
    def open_points(self) -> int:
        """The number of what refuses the publication and of what is to be confirmed."""
        if not self.has_checklist:
            return 0
        return len(self.checklist.refused) + len(self.checklist.unconfirmed())

    def is_publication(self) -> bool:
        """Whether the form is sent to publish, so that every warning is to be confirmed."""
        return True

    def clean_confirm(self) -> list[str]:
        """The names of the warnings that are confirmed as they are."""
        ticked = self.cleaned_data[CONFIRM_FIELD]
        names = [one.name for one in self.checklist.warnings if confirmation_of(one) in ticked]
        if self.is_publication() and (left := len(self.checklist.unconfirmed(names))):
            message = ngettext(
                "%(number)s warning is not confirmed: read it and tick its box, or correct the text.",
                "%(number)s warnings are not confirmed: read them and tick their boxes, or correct the text.",
                left,
            )
            raise ValidationError(message % {"number": left})
        return names

    @property
    def _ticked(self) -> set[str]:
        return {*(self[CONFIRM_FIELD].value() or ())}

    @property
    def warnings(self) -> list[dict[str, object]]:
        """The warnings, each with its box, unless it was confirmed before, and whether that is ticked."""
        ticked = self._ticked
        asked = {confirmation_of(finding) for finding in self.checklist.unconfirmed()}
        is_sent = self.is_bound and self.is_publication()
        return [
            {
                **describe(finding, self.checklist.record),
                "value": value,
                "former": self.checklist.former_confirmation(finding),
                "is_asked": value in asked,
                "is_ticked": value in ticked,
                "is_left": is_sent and value in asked - ticked,
            }
            for finding in self.checklist.warnings
            for value in [confirmation_of(finding)]
        ]

    @property
    def all_warnings(self) -> dict[str, object] | None:
        """The box that confirms all warnings, if there are several."""
        return box_of_all(
            [confirmation_of(finding) for finding in self.checklist.unconfirmed()], self._ticked
        )

    @property
    def refused(self) -> list[dict[str, object]]:
        """What refuses the publication."""
        return [describe(finding, self.checklist.record) for finding in self.checklist.refused]


def describe_confirmed(record: Record, finding: Finding, former: Confirmation) -> dict[str, object]:
    """A warning on a record of several that was confirmed before."""
    return {**describe(finding, record), "record": record, "former": former}


def describe(finding: Finding, record: Record) -> dict[str, object]:
    """A finding with the address of its field, and the draft that it is about, if that is another record."""
    return {
        "message": finding.message,
        "url": field_url(finding.record, finding.field),
        "draft": finding.record if finding.record != record else None,
        "naming": list_of(finding.naming),
        "more_naming": len(finding.naming) > MAX_NAMING,
    }
