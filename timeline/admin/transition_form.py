"""The form of a transition: a comment, and perhaps a time of publication."""

import datetime
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from timeline.admin.checklist_form import CONFIRM_FIELD
from timeline.admin.publication_url import TIME_FIELD
from timeline.admin.transition_buttons import PublicationTimeField
from timeline.models.fields import TextFormField
from timeline.values.text import clean_prose
from timeline.workflow import TransitionFields


class TransitionForm(forms.Form):
    """The inputs of a transition: a comment, which some require, and perhaps a time of publication."""

    def __init__(
        self,
        inputs: TransitionFields,
        *args: Any,
        reason_help: str | Promise = "",
        times: Collection[datetime.datetime] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        is_reason = inputs is TransitionFields.REASON
        self.fields["reason" if is_reason else "note"] = TextFormField(
            label=_("Reason") if is_reason else _("Note"),
            max_length=300,
            required=is_reason,
            clean_text=clean_prose,
            widget=forms.Textarea({"rows": 3}),
            help_text=reason_help,
        )
        if inputs.has_time:
            self.fields[TIME_FIELD] = PublicationTimeField(
                is_new=inputs is TransitionFields.NOTE_AND_NEW_TIME, times=times
            )

    def inputs(self) -> dict[str, Any]:
        """The arguments of the transition."""
        names = {"reason": "comment", "note": "comment", TIME_FIELD: "public_from"}
        return {names.get(name, name): value for name, value in self.cleaned_data.items()}

    @property
    def asked(self) -> list[Any]:
        """The fields that the page displays below the checklist, if there is one."""
        return [field for field in self if field.name != CONFIRM_FIELD]
