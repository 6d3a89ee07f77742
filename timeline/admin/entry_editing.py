"""Saves entries: one revision per save, working copies of entries that were ever public, deletion of drafts.

A button of the form may perform a transition too, in the same transaction.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.admin import transition_buttons
from timeline.admin.edit_conflicts import EditConflictAdmin, SaveRolledBackError, is_form_response
from timeline.admin.entry_status import describe_status
from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import actor, expected_revision_number, is_popup_request
from timeline.admin.signed_rows import WholeRow
from timeline.editing.revisions import delete_draft, latest_revision_number, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision
from timeline.rows.validation import validate
from timeline.workflow import TRANSITIONS, Transition

# Marks the choice between a changed entry and its working copy.
LIVE_FIELD = "_live"


def working_copy_message(entry: Entry) -> str:
    """The message that a working copy was saved, with what readers see until it is published."""
    if entry.is_public:
        return _("Kept as a working copy. The public page stays as it is until you publish it.")
    return _("Kept as a working copy. Readers do not see its text at present.")


class _SavedAsWorkingCopyError(SaveRolledBackError):
    """The entry is or was public: the input becomes its working copy."""

    def __init__(self, row: WholeRow, given: Mapping[str, Any]) -> None:
        super().__init__()
        self.row = row
        self.given = given


class EntryEditingAdmin(EditConflictAdmin):
    """Saves entries so that each save leaves exactly one revision."""

    form = transition_buttons.EntryForm
    change_form_template = "admin/timeline/entry_change_form.html"

    def lock(self, key: Any) -> None:
        Entry.lock(key)

    def current_row(self, record: Any) -> tuple[WholeRow, dict[str, list[int]] | None]:
        copy = find_working_copy(record)
        return (copy.content, None) if copy else super().current_row(record)

    def conflicting_row(self, request: HttpRequest, record: Any) -> WholeRow:
        if self._compares_with_live(request):
            return self.table.whole_row_of(record)
        return super().conflicting_row(request, record)

    def render_overtaken_copy(
        self, request: HttpRequest, entry: Any, copy: Revision, base: WholeRow
    ) -> HttpResponse:
        """The entry has changed since its working copy was created: resolve the conflict between the two."""
        request.compares_with_live = True  # type: ignore[attr-defined]
        return self._render_conflict(request, entry, base, copy.content)

    def passthrough_fields(self, request: HttpRequest) -> list[tuple[str, str]]:
        live = [(LIVE_FIELD, "1")] if self._compares_with_live(request) else []
        pressed = transition_buttons.pressed_transition(request)
        return [
            *super().passthrough_fields(request),
            *live,
            *([(transition_buttons.PRESSED_FIELD, pressed.name)] if pressed else []),
        ]

    def _compares_with_live(self, request: HttpRequest) -> bool:
        return LIVE_FIELD in request.POST or hasattr(request, "compares_with_live")

    def last_save(self, record: Any) -> tuple[str, Any]:
        last = Revision.objects.for_entry(record).by_number().select_related("created_by").last()
        return (str(last.created_by), last.created_at) if last else ("", None)

    def extra_form_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "working_copy": find_working_copy(record),
            "available_transitions": self.available_transitions(request, record),  # type: ignore[attr-defined]
            "referrers": [(user._meta.verbose_name, user) for user in record.referring_objects()],
            "urls": {tag: self.admin_url(tag, record.pk) for tag in ("preview", "working_copy")},
            "saves_working_copy": record.is_ever_public,
            "is_public": record.is_public,
            "entry_status": describe_status(record),
            "expected_number": latest_revision_number(record),
        }

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"transition_error": getattr(request, "transition_error", None)})

    def _add(self, request: HttpRequest, form_url: str, context: dict[str, Any]) -> HttpResponse:
        context["available_transitions"] = self.available_transitions(request, None)  # type: ignore[attr-defined]
        transition_buttons.pressed_transition(request)
        return self._save_or_redisplay(
            request, lambda: super(EntryEditingAdmin, self)._add(request, form_url, context)
        )

    def _change(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        if transition_buttons.pressed_transition(request) and expected_revision_number(
            request
        ) != latest_revision_number(record):
            request.transition_error = ValidationError(self._stale_message(record))  # type: ignore[attr-defined]
        return self._save_or_redisplay(
            request, lambda: self._save(request, record, object_id, form_url, {**context})
        )

    def _recreate_deleted(
        self, request: HttpRequest, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        if pressed := transition_buttons.pressed_transition(request):
            # A deleted entry is recreated as a draft; nobody has reviewed it for a transition.
            request.POST = request.POST.copy()
            del request.POST[transition_buttons.TRANSITION_FIELD]
        response = super()._recreate_deleted(request, object_id, form_url, context)
        if pressed and not is_form_response(response):
            message = _("It is a draft again, and “%(verb)s” was not done.") % {"verb": pressed.label}
            self.message_user(request, message, messages.WARNING)
            return mark_saved(request, HttpResponseRedirect(self.admin_url("change", object_id)))
        return response

    def _stale_message(self, record: Any) -> str:
        """The message with the last change since the form was opened, and its author."""
        last = Revision.objects.for_entry(record).by_number().select_related("created_by").last()
        if last is None:
            return _("This was changed meanwhile: read it again.")
        return format_html(
            _(
                'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>; '
                "to go on, press the button once more."
            ),
            who=last.created_by,
            when=transition_buttons.format_datetime(last.created_at),
            what=last.get_action_display(),
            history=self.admin_url("history", record.pk),
        )

    def _save_or_redisplay(self, request: HttpRequest, save: Callable[[], HttpResponse]) -> HttpResponse:
        """Save and perform the pressed transition. If it is refused, redisplay the form with every reason."""
        if request.method != "POST":
            return save()
        try:
            with transaction.atomic():
                return save()
        except transition_buttons.TransitionRefusedError as refused:
            request.transition_error = refused.transition_error  # type: ignore[attr-defined]
            return save()

    def _save(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        try:
            with transaction.atomic() if request.method == "POST" else contextlib.nullcontext():
                return super()._change(request, record, object_id, form_url, context)
        except _SavedAsWorkingCopyError as saved:
            transition = transition_buttons.pressed_transition(request)
            comment = "" if transition else saved.given["why"]
            copy = save_working_copy(record, saved.row, by=actor(request), comment=comment)
            if transition:
                self._apply_transition(request, transition, record.pk, saved.given)
            if transition or is_popup_request(request):
                return self.response_change(request, record)
            if copy is not None:
                message = working_copy_message(record)
            elif comment:
                message = _("Nothing was changed, so this note was not kept: %(why)s") % {"why": comment}
            else:
                message = _("Nothing was changed.")
            self.message_user(request, message, messages.SUCCESS if copy else messages.WARNING)
            return mark_saved(request, HttpResponseRedirect(self.admin_url("change", record.pk)))

    def after_save(self, request: HttpRequest, record: Any, row: WholeRow, given: Mapping[str, Any]) -> None:
        if record.is_ever_public:
            raise _SavedAsWorkingCopyError(row, given)
        transition = transition_buttons.pressed_transition(request)
        # A transition has its own revision comment.
        record_revision(record, by=actor(request), comment="" if transition else given["why"])
        if transition:
            self._apply_transition(request, transition, record.pk, given)

    def _apply_transition(
        self, request: HttpRequest, transition: Transition, key: int, given: Mapping[str, Any]
    ) -> None:
        """Perform the pressed transition. Raises TransitionRefusedError."""
        try:
            perform_transition(
                self._from_database(key),
                transition.name,
                by=actor(request),
                **transition_buttons.transition_inputs(transition, given),
            )
        except ValidationError as refusal:
            raise transition_buttons.TransitionRefusedError(refusal) from None

    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        response = super().conflict_view(request, object_id)
        if response.status_code == 302 and transition_buttons.PRESSED_FIELD in request.POST:
            label = transition_buttons.get_transition_or_404(
                request.POST[transition_buttons.PRESSED_FIELD]
            ).label
            message = _("“%(verb)s” was not done: press it now if all is as you want it.") % {"verb": label}
            self.message_user(request, message, messages.WARNING)
        return response

    def _from_database(self, key: int) -> Any:
        return self.model._default_manager.get(pk=key)

    def after_resubmission(self, request: HttpRequest, record: Any, given: Mapping[str, Any]) -> None:
        transition = transition_buttons.pressed_transition(request)
        # Sent twice at once: the first request has performed it.
        if transition and self._from_database(record.pk).status in transition.sources:
            self._apply_transition(request, transition, record.pk, given)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._after_transition(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._after_transition(request, obj) or super().response_change(request, obj)

    def _after_transition(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """After a transition, return to the entry with its message."""
        transition = transition_buttons.pressed_transition(request)
        if transition is None or is_popup_request(request):
            return None
        self.message_user(
            request,
            transition_buttons.success_message(transition, self._from_database(obj.pk)),
            messages.SUCCESS,
        )
        return mark_saved(request, HttpResponseRedirect(self.admin_url("change", obj.pk)))

    def save_row(self, request: HttpRequest, record: Any, row: WholeRow, why: str) -> None:
        if record.is_ever_public:
            validate(self.table, record.pk, row)
            save_working_copy(
                record, row, by=actor(request), comment=why, rebase=self._compares_with_live(request)
            )
            return
        super().save_row(request, record, row, why)
        record_revision(record, by=actor(request), comment=why)

    # --- deletion

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse to delete an entry that was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or not entry.is_ever_public or not self.has_view_permission(request, entry):
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:
                # Published meanwhile.
                entry = self.get_record_or_404(request, object_id)
        available_transitions = self.available_transitions(request, entry)  # type: ignore[attr-defined]
        return self.render_page(
            request,
            "delete_refused",
            entry,
            status=403,
            title=_("This entry is not deleted"),
            available_transitions=[
                transition
                for transition in available_transitions
                if TRANSITIONS[transition["name"]].ends_publication
            ],
            referrers=[(user._meta.verbose_name, user) for user in entry.referring_objects()],
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_draft(obj, by=actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for entry in queryset:
                delete_draft(entry, by=actor(request))
