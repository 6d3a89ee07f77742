"""The form of a transition: a comment, and perhaps a time of publication."""

import datetime
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypedDict

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.admin.checklist_form import CONFIRM_FIELD
from timeline.admin.publication_url import TIME_FIELD
from timeline.admin.transition_buttons import PublicationTimeField
from timeline.editing.approvals import Approval
from timeline.models.fields import TextFormField
from timeline.values.text import clean_prose
from timeline.workflow import TransitionFields

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class ReasonField(TextFormField):
    """The reason of what is not done without one, which its label says."""

    def __init__(self, *, widget: forms.Widget | None = None, help_text: "_StrOrPromise" = "") -> None:
        super().__init__(
            label=gettext_lazy("Reason (required)"),
            max_length=300,
            clean_text=clean_prose,
            error_messages={"required": gettext_lazy("Say why.")},
            widget=widget,
            help_text=help_text,
        )


class TransitionInputs(TypedDict, total=False):
    """The arguments of a transition, as its form has them."""

    comment: str
    public_from: datetime.datetime | None
    approval: Approval


class TransitionForm(forms.Form):
    """The inputs of a transition: a comment, which some require, and perhaps a time of publication."""

    def __init__(
        self,
        inputs: TransitionFields,
        data: Mapping[str, object] | None = None,
        *,
        reason_help: "_StrOrPromise" = "",
        times: Collection[datetime.datetime] = (),
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, label_suffix="", initial=initial)
        widget = forms.Textarea({"rows": 3})
        if inputs is TransitionFields.REASON:
            self.fields["reason"] = ReasonField(widget=widget, help_text=reason_help)
        else:
            self.fields["note"] = TextFormField(
                label=_("Note"),
                max_length=300,
                required=False,
                clean_text=clean_prose,
                widget=widget,
                help_text=reason_help,
            )
        if inputs.has_time:
            self.fields[TIME_FIELD] = PublicationTimeField(
                is_new=inputs is TransitionFields.NOTE_AND_NEW_TIME, times=times
            )

    def inputs(self) -> TransitionInputs:
        given = self.cleaned_data
        inputs: TransitionInputs = {"comment": given["reason" if "reason" in given else "note"]}
        if TIME_FIELD in given:
            inputs["public_from"] = given[TIME_FIELD]
        return inputs

    @property
    def asked(self) -> list[BoundField]:
        """The fields that the page displays below the checklist, if there is one."""
        return [field for field in self if field.name != CONFIRM_FIELD]
