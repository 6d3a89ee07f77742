"""The page of a transition, for links and bulk actions: asks for its inputs and performs it."""

import datetime
import functools
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.admin import base
from timeline.admin.base import entry_admin_url, parse_primary_key
from timeline.admin.form_drafts import mark_saved
from timeline.admin.hidden_fields import SEEN_NUMBER_FIELD
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.transition_buttons import (
    PublicationTimeField,
    get_transition_or_404,
)
from timeline.admin.views.base import AdminView
from timeline.editing.answers import Saved
from timeline.editing.revisions import latest_revision_numbers, table_of_entry
from timeline.editing.transitions import perform_listed_transition
from timeline.i18n.display import format_datetime
from timeline.models import Entry
from timeline.models.fields import TextFormField
from timeline.values.text import clean_prose
from timeline.workflow import Transition, TransitionFields

# The name, on the page, of the time from which the entries are public.
TIME_FIELD = "now"


class TransitionForm(forms.Form):
    """The inputs of a transition: a comment, which some require, and perhaps a time of publication."""

    def __init__(self, transition: Transition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_reason = transition.fields is TransitionFields.REASON
        self.fields["reason" if is_reason else "note"] = TextFormField(
            label=_("Reason") if is_reason else _("Note"),
            max_length=300,
            required=is_reason,
            clean_text=clean_prose,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("Readers see this reason.") if transition.ends_publication else "",
        )
        if transition.fields is TransitionFields.NOTE_AND_TIME:
            self.fields[TIME_FIELD] = PublicationTimeField()

    def inputs(self) -> dict[str, Any]:
        """The arguments of the transition."""
        names = {"reason": "comment", "note": "comment", TIME_FIELD: "public_from"}
        return {names.get(name, name): value for name, value in self.cleaned_data.items()}


class TransitionView(AdminView):
    """Asks for the inputs of a transition, and performs it on the entries in `ids`."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.transition = get_transition_or_404(self.kwargs["name"])
        self.permission = self.transition.permission
        # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
        self.ids = ",".join((request.POST or request.GET).getlist("ids")).split(",")
        self.keys = {key for text in self.ids if (key := parse_primary_key(text)) is not None}

    def unavailable(self) -> HttpResponse | None:
        if len(self.keys) <= base.MAX_SELECTED:
            return None
        return self.refuse(base.too_many_message(len(self.keys)), self.admin.admin_url("changelist"))

    @cached_property
    def entries(self) -> list[Entry]:
        return list(self.admin.get_queryset(self.request).filter(pk__in=self.keys))

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return self._ask(TransitionForm(self.transition, label_suffix=""))

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        form = TransitionForm(self.transition, request.POST or None, label_suffix="")
        return self._perform(form.inputs()) if form.is_valid() else self._ask(form)

    def _ask(self, form: TransitionForm) -> HttpResponse:
        newest = latest_revision_numbers([entry.pk for entry in self.entries])
        return self.admin.render_page(
            self.request,
            "transition",
            self.entries[0] if len(self.entries) == 1 else None,
            title=self.transition.label,
            transition=self.transition,
            entries=self.entries,
            keys=",".join(str(entry.pk) for entry in self.entries),
            seen_number=",".join(map(str, (newest[entry.pk] for entry in self.entries))),
            form=form,
            back_url=self._return_url(),
        )

    def _perform(self, inputs: dict[str, Any]) -> HttpResponse:
        tell = functools.partial(self.admin.message_user, self.request)
        numbers: dict[str, int] = {}
        if SEEN_NUMBER_FIELD in self.request.POST:
            seen = self.request.POST[SEEN_NUMBER_FIELD].split(",")
            numbers = {key: parse_primary_key(text) or 0 for key, text in zip(self.ids, seen, strict=False)}
        done = 0
        for entry in self.entries:
            answer = perform_listed_transition(
                entry.pk,
                self.transition.name,
                by=actor(self.request),
                seen_number=numbers.get(str(entry.pk)),
                **inputs,
            )
            if isinstance(answer, Saved):
                done += 1
                continue
            for field, found in answer.messages.items():
                for message in found:
                    text = _link_to_field(entry, field, message) if field else f"{entry}: {message}"
                    tell(text, messages.ERROR)
        if not self.entries:
            tell(_("Somebody deleted this meanwhile."), messages.ERROR)
        if done:
            tell(self._success_message(done, inputs.get("public_from")), messages.SUCCESS)
        response = HttpResponseRedirect(self._return_url())
        # If some were refused, the browser keeps the draft, to submit it again.
        return mark_saved(self.request, response) if done == len(self.entries) else response

    def _success_message(self, count: int, at: datetime.datetime | None) -> str:
        context = {"verb": self.transition.label, "count": count}
        if at is None:
            return ngettext("%(verb)s: %(count)s entry.", "%(verb)s: %(count)s entries.", count) % context
        message = ngettext(
            "%(verb)s: %(count)s entry, public on %(when)s.",
            "%(verb)s: %(count)s entries, public on %(when)s.",
            count,
        )
        return message % {**context, "when": format_datetime(at)}

    def _return_url(self) -> str:
        """The URL of the entry, or of the list if there are several."""
        if len(self.entries) == 1:
            return entry_admin_url(self.entries[0])
        return self.admin.admin_url("changelist")


def _link_to_field(entry: Entry, field: str, message: str) -> str:
    """The message as a link to the field or the section of the form that it is about."""
    anchor = f"{field}-group" if field in table_of_entry(entry).nested else f"id_{field}"
    return format_html('<a href="{}#{}">{}</a>', entry_admin_url(entry), anchor, message)


def open_transition_page(
    modeladmin: RecordViewsAdmin, request: HttpRequest, queryset: QuerySet
) -> HttpResponse | None:
    """A bulk action: redirect to the page of the transition with the selected entries."""
    keys = list(queryset.values_list("pk", flat=True))
    if len(keys) > base.MAX_SELECTED:
        modeladmin.message_user(request, base.too_many_message(len(keys)), messages.ERROR)
        return None
    transition = modeladmin.admin_url("verb", request.POST["action"])
    return HttpResponseRedirect(f"{transition}?ids={','.join(map(str, keys))}")
