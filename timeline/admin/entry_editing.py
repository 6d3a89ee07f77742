"""The editing of entries: their form, with its transitions and working copies, and the deletion of drafts."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.admin import transition_buttons
from timeline.admin.change_form import RecordFormView
from timeline.admin.edit_conflicts import EditConflictAdmin
from timeline.admin.entry_status import describe_status
from timeline.admin.hidden_fields import seen_number
from timeline.admin.record_views import actor, is_popup_request
from timeline.editing.answers import Refused, Saved
from timeline.editing.revisions import delete_draft, latest_revision_number
from timeline.editing.saving import Edit
from timeline.editing.working_copies import find_working_copy
from timeline.i18n.display import format_datetime
from timeline.models import Entry, Revision
from timeline.workflow import TRANSITIONS, Status


def working_copy_message(entry: Entry) -> str:
    """The message that a working copy was saved, with what readers see until it is published."""
    if entry.is_public:
        return _("Kept as a working copy. The public page stays as it is until you publish it.")
    return _("Kept as a working copy. Readers do not see its text at present.")


def referrers(entry: Entry) -> dict[str, Any]:
    """What refers to the entry, as the context of `_referrers.html`."""
    referring, others = entry.referring_objects()
    return {
        "referrers": [(user._meta.verbose_name, user) for user in referring],
        "more_referrers": others,
    }


class EntryFormView(RecordFormView):
    """The form of an entry. Its buttons may perform a transition with what they save."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.pressed = transition_buttons.pressed_transition(request)

    def edit(self, given: dict[str, Any]) -> Edit:
        return replace(
            super().edit(given),
            comment=given["why"],
            transition=self.pressed,
            inputs={"public_from": moment} if (moment := given.get("public_from")) else {},
            seen_number=seen_number(self.request),
        )

    def context(self, record: Entry | None, refused: Refused | None) -> dict[str, object]:
        transitions = {"available_transitions": self.admin.available_transitions(self.request, record)}
        if record is None:
            return transitions
        seen = seen_number(self.request)
        if self.request.method != "POST" or (refused and refused.unread):
            seen = latest_revision_number(record)
        return {
            **transitions,
            "working_copy": find_working_copy(record),
            **referrers(record),
            "urls": {tag: self.admin.admin_url(tag, record.pk) for tag in ("preview", "working_copy")},
            "saves_working_copy": record.is_ever_public,
            "is_public": record.is_public,
            "entry_status": describe_status(record),
            "seen_number": seen,
        }

    def add_refusal(self, form: ModelForm, refused: Refused) -> None:
        messages_by_field = dict(refused.messages)
        for section in self._table.nested:
            for message in messages_by_field.pop(section, ()):
                form.add_error(None, format_html('<a href="#{}-group">{}</a>', section, message))
        if refused.unread:
            form.add_error(None, self._unread_message(refused.unread))
        super().add_refusal(form, Refused(messages_by_field))

    def saved_response(self, answer: Saved, *, adds: bool) -> HttpResponse:
        if is_popup_request(self.request):
            return super().saved_response(answer, adds=adds)
        record: Any = answer.record
        if answer.transition:
            message = transition_buttons.success_message(answer.transition, record)
            self.admin.message_user(self.request, message, messages.SUCCESS)
        elif answer.is_working_copy:
            self.admin.message_user(self.request, working_copy_message(record), messages.SUCCESS)
        else:
            response = super().saved_response(answer, adds=adds)
            if self.pressed is None:
                return response
            # A deleted entry is put back as a draft; nobody has reviewed it for a transition.
            message = _("It is a draft again, and “%(verb)s” was not done.") % {"verb": self.pressed.label}
            self.admin.message_user(self.request, message, messages.WARNING)
        return HttpResponseRedirect(self.admin.admin_url("change", record.pk))

    def resubmission_message(self, answer: Saved) -> str:
        record: Any = answer.record
        if answer.transition:
            return transition_buttons.success_message(answer.transition, record)
        message = (
            working_copy_message(record) if answer.is_working_copy else super().resubmission_message(answer)
        )
        if self.pressed is None:
            return message
        # It was performed before, on what the form said then.
        not_done = _("“%(verb)s” was not done: press it now if all is as you want it.")
        return f"{message} {not_done % {'verb': self.pressed.label}}"

    def _unread_message(self, last: Revision) -> str:
        """The message with the last change since the form was opened, and its author."""
        record = self.admin.get_object(self.request, str(last.entry_id))
        names = [one["name"] for one in self.admin.available_transitions(self.request, record)]
        is_available = self.pressed is not None and self.pressed.name in names
        return format_html(
            _(
                'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>; '
                "to go on, press the button once more."
            )
            if is_available
            else _(
                'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>.'
            ),
            who=last.created_by,
            when=format_datetime(last.created_at),
            what=last.get_action_display(),
            history=self.admin.admin_url("history", last.entry_id),
        )


class EntryEditingAdmin(EditConflictAdmin):
    """Saves entries so that each save leaves exactly one revision, and deletes drafts only."""

    form = transition_buttons.EntryForm
    form_view = EntryFormView
    change_form_template = "admin/timeline/entry_change_form.html"

    def available_transitions(self, request: HttpRequest, entry: Entry | None) -> list[dict[str, str]]:
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

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Refuse to delete an entry that was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or not entry.is_ever_public or not self.has_view_permission(request, entry):
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:
                # Published meanwhile.
                entry = self.get_record_or_404(request, object_id)
        return self.render_page(
            request,
            "delete_refused",
            entry,
            status=403,
            title=_("This entry is not deleted"),
            available_transitions=[
                transition
                for transition in self.available_transitions(request, entry)
                if TRANSITIONS[transition["name"]].ends_publication
            ],
            **referrers(entry),
        )

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        delete_draft(obj, by=actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for entry in queryset:
                delete_draft(entry, by=actor(request))
