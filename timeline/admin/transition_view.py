"""The page of a transition, for buttons and bulk actions: asks for its inputs and performs it."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.admin.base import entry_admin_url, parse_primary_key
from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.transition_buttons import (
    INLINE_SECTIONS,
    PublicationTimeField,
    format_datetime,
    get_transition_or_404,
)
from timeline.editing.revisions import latest_revision_number, latest_revision_numbers
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy
from timeline.models import Entry
from timeline.models.fields import TextFormField
from timeline.values.text import clean_prose
from timeline.workflow import (
    TRANSITIONS,
    NotPublishableError,
    Status,
    Transition,
    TransitionFields,
    TransitionNotAllowedError,
)

# The most entries of one transition: more than anybody reads through, few enough for one request.
MAX_ENTRIES = 500
# The name, on the page, of the time from which the entries are public.
TIME_FIELD = "now"


class TransitionForm(forms.Form):
    """The inputs of a transition: an optional note, a required reason, or a time of publication."""

    def __init__(self, transition: Transition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if transition.fields is TransitionFields.REASON:
            self.fields["reason"] = TextFormField(
                label=_("Reason"),
                max_length=300,
                clean_text=clean_prose,
                widget=forms.Textarea({"rows": 3}),
                help_text=_("Readers see this reason.") if transition.ends_publication else "",
            )
        else:
            self.fields["note"] = TextFormField(
                label=_("Note"),
                max_length=300,
                required=False,
                clean_text=clean_prose,
                widget=forms.Textarea({"rows": 3}),
            )
        if transition.fields is TransitionFields.NOTE_AND_TIME:
            self.fields[TIME_FIELD] = PublicationTimeField()

    def inputs(self) -> dict[str, Any]:
        """The arguments of the transition."""
        names = {TIME_FIELD: "public_from"}
        return {names.get(name, name): value for name, value in self.cleaned_data.items()}


class TransitionsAdmin(RecordViewsAdmin):
    """Transitions in the admin of entries."""

    # "verb" is the older word for a transition, which the addresses keep.
    extra_urls = [("verb/<slug:name>/", "transition_page", "verb")]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for transition in TRANSITIONS.values():
            if request.user.has_perm(transition.permission):
                actions[transition.name] = (_transition_action, transition.name, transition.label)
        return actions

    def available_transitions(self, request: HttpRequest, entry: Entry | None) -> list[dict[str, Any]]:
        """The transitions that the user may perform on the entry, or on a new one, with their URLs."""
        status = entry.status if entry else Status.DRAFT
        return [
            {
                "name": transition.name,
                "label": transition.label,
                "address": f"{self.admin_url('verb', transition.name)}?ids={entry.pk}" if entry else "",
            }
            for transition in TRANSITIONS.values()
            if status in transition.sources and request.user.has_perm(transition.permission)
        ]

    def transition_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask for the inputs of a transition, and perform it on the entries in `ids`."""
        chosen = get_transition_or_404(name)
        if not (request.user.has_perm(chosen.permission) and self.has_view_permission(request)):
            raise PermissionDenied
        # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
        ids = ",".join((request.POST or request.GET).getlist("ids")).split(",")
        keys = {key for text in ids if (key := parse_primary_key(text)) is not None}
        if len(keys) > MAX_ENTRIES:
            self.report_too_many(request, len(keys))
            return HttpResponseRedirect(self.admin_url("changelist"))
        entries = list(self.get_queryset(request).filter(pk__in=keys))
        form = TransitionForm(chosen, request.POST or None, label_suffix="")
        if request.method == "POST" and form.is_valid():
            return self._apply(request, chosen, entries, form.inputs())
        newest = latest_revision_numbers([entry.pk for entry in entries])
        return self.render_page(
            request,
            "transition",
            entries[0] if len(entries) == 1 else None,
            title=chosen.label,
            transition=chosen,
            entries=entries,
            keys=",".join(str(entry.pk) for entry in entries),
            expected_number=",".join(map(str, (newest[entry.pk] for entry in entries))),
            form=form,
            back_url=self._return_url(entries),
        )

    def report_too_many(self, request: HttpRequest, count: int) -> None:
        message = _("At most %(most)s at once; %(count)s were chosen.") % {
            "most": MAX_ENTRIES,
            "count": count,
        }
        self.message_user(request, message, messages.ERROR)

    def _apply(
        self, request: HttpRequest, transition: Transition, entries: list[Any], inputs: dict[str, Any]
    ) -> HttpResponse:
        done = 0
        read: dict[str, str] = {}
        if "_read" in request.POST:
            read = dict(
                zip(*(request.POST.get(name, "").split(",") for name in ("ids", "_read")), strict=False)
            )
        for listed in entries:
            try:
                with transaction.atomic():
                    Entry.lock(listed.pk)
                    # Read again: the transitions before it took time.
                    entry = self.get_queryset(request).filter(pk=listed.pk).first()
                    if entry is None:
                        raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
                    number = str(latest_revision_number(entry))
                    if read.get(str(entry.pk), number) != number:
                        raise TransitionNotAllowedError(_("This was changed meanwhile: read it again."))
                    if transition.name == "publish" and find_working_copy(entry) is not None:
                        # This page displays only titles.
                        raise TransitionNotAllowedError(
                            _(
                                "It has a working copy, which would become public: read and publish it on its own page."
                            )
                        )
                    perform_transition(entry, transition.name, by=actor(request), **inputs)
            except NotPublishableError as refusal:
                for objection in refusal.objections:
                    anchor = f"#id_{objection.field}" if objection.field else ""
                    if objection.field in INLINE_SECTIONS:
                        anchor = f"#{objection.field}-group"
                    self.message_user(
                        request,
                        format_html(
                            '<a href="{}{}">{}</a>', entry_admin_url(listed), anchor, objection.message
                        ),
                        messages.ERROR,
                    )
            except ValidationError as refusal:
                self.message_user(request, f"{listed}: {' '.join(refusal.messages)}", messages.ERROR)
            else:
                done += 1
        if not entries:
            self.message_user(request, _("Somebody deleted this meanwhile."), messages.ERROR)
        if done:
            self.message_user(
                request, self._success_message(transition, done, inputs.get("public_from")), messages.SUCCESS
            )
        response = HttpResponseRedirect(self._return_url(entries))
        # If some were refused, the browser keeps the draft, to submit it again.
        return mark_saved(request, response) if done == len(entries) else response

    def _success_message(self, transition: Transition, count: int, at: datetime.datetime | None) -> str:
        context = {"verb": transition.label, "count": count}
        if at is None:
            return ngettext("%(verb)s: %(count)s entry.", "%(verb)s: %(count)s entries.", count) % context
        message = ngettext(
            "%(verb)s: %(count)s entry, public on %(when)s.",
            "%(verb)s: %(count)s entries, public on %(when)s.",
            count,
        )
        return message % {**context, "when": format_datetime(at)}

    def _return_url(self, entries: list[Any]) -> str:
        """The URL of the entry, or of the list if there are several."""
        if len(entries) == 1:
            return entry_admin_url(entries[0])
        return self.admin_url("changelist")


def _transition_action(
    modeladmin: TransitionsAdmin, request: HttpRequest, queryset: QuerySet
) -> HttpResponse | None:
    """A bulk action: redirect to the transition's page with the selected entries."""
    keys = list(queryset.values_list("pk", flat=True))
    if len(keys) > MAX_ENTRIES:
        modeladmin.report_too_many(request, len(keys))
        return None
    transition = modeladmin.admin_url("verb", request.POST["action"])
    return HttpResponseRedirect(f"{transition}?ids={','.join(map(str, keys))}")
