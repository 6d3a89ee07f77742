"""Saving an entry at the desk: one revision for each save, a working copy of what is or was public, drafts alone deleted.

A button of the form may use a transition as well, in the same transaction.
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
from timeline.admin.edit_conflicts import Row, SavingAdmin, SetAside, shows_form
from timeline.admin.entry_status import status_of
from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import actor, number_read, within_popup
from timeline.editing.revisions import delete_draft, newest_number, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision
from timeline.workflow import Verb

# Sent with the choice between the entry itself, changed meanwhile, and its working copy.
LIVE = "_live"


def kept_message(entry: Entry) -> str:
    """That a working copy was kept, and what readers see meanwhile."""
    if entry.is_public:
        return _("Kept as a working copy. The public page stays as it is until you publish it.")
    return _("Kept as a working copy. Readers do not see its text at present.")


class _ForWorkingCopy(SetAside):
    """The entry is or was public: what was typed becomes its working copy."""

    def __init__(self, row: Row, given: Mapping[str, Any]) -> None:
        super().__init__()
        self.row = row
        self.given = given


class EntrySavingAdmin(SavingAdmin):
    """Every way of saving on the screens of an entry leaves just one revision."""

    form = transition_buttons.EntryForm
    change_form_template = "admin/timeline/entry_change_form.html"

    def hold(self, key: Any) -> None:
        Entry.hold(key)

    def present_row(self, record: Any) -> tuple[Row, dict[str, list[int]] | None]:
        copy = find_working_copy(record)
        return (copy.row, None) if copy else super().present_row(record)

    def other_row(self, request: HttpRequest, record: Any) -> Row:
        if self._against_live(request):
            return self.table.whole_row_of(record)
        return super().other_row(request, record)

    def overtaken_page(self, request: HttpRequest, entry: Any, copy: Revision, base: Row) -> HttpResponse:
        """The entry itself was changed since the working copy was begun: choose what the working copy is to say."""
        request.desk_against_live = True  # type: ignore[attr-defined]
        return self._conflict_page(request, entry, base, copy.row)

    def carried(self, request: HttpRequest) -> list[tuple[str, str]]:
        live = [(LIVE, "1")] if self._against_live(request) else []
        pressed = transition_buttons.pressed_verb(request)
        return [
            *super().carried(request),
            *live,
            *([(transition_buttons.PRESSED, pressed.name)] if pressed else []),
        ]

    def _against_live(self, request: HttpRequest) -> bool:
        return LIVE in request.POST or hasattr(request, "desk_against_live")

    def saved_last(self, record: Any) -> tuple[str, Any]:
        last = Revision.objects.of(record).in_order().select_related("by").last()
        return (str(last.by), last.at) if last else ("", None)

    def extra_of(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "working_copy": find_working_copy(record),
            "verbs": self.verbs_for(request, record),  # type: ignore[attr-defined]
            "links_here": [(user._meta.verbose_name, user) for user in record.in_use_by()],
            "addresses": {tag: self.address(tag, record.pk) for tag in ("preview", "working_copy")},
            "becomes_working_copy": record.is_ever_public,
            "is_public": record.is_public,
            "standing": status_of(record),
            "read": newest_number(record),
        }

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "desk_refusal", None)})

    def _add(self, request: HttpRequest, form_url: str, context: dict[str, Any]) -> HttpResponse:
        context["verbs"] = self.verbs_for(request, None)  # type: ignore[attr-defined]
        transition_buttons.pressed_verb(request)
        return self._unless_refused(
            request, lambda: super(EntrySavingAdmin, self)._add(request, form_url, context)
        )

    def _change(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        if transition_buttons.pressed_verb(request) and number_read(request) != newest_number(record):
            request.desk_refusal = ValidationError(self._changed_meanwhile(record))  # type: ignore[attr-defined]
        return self._unless_refused(
            request, lambda: self._save(request, record, object_id, form_url, {**context})
        )

    def _change_what_is_gone(
        self, request: HttpRequest, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        if pressed := transition_buttons.pressed_verb(request):
            # What somebody deleted comes back as a draft; nobody has read that it was to go on from there.
            request.POST = request.POST.copy()
            del request.POST[transition_buttons.BUTTON]
        response = super()._change_what_is_gone(request, object_id, form_url, context)
        if pressed and not shows_form(response):
            words = _("It is a draft again, and “%(verb)s” was not done.") % {"verb": pressed.label}
            self.message_user(request, words, messages.WARNING)
            return mark_saved(request, HttpResponseRedirect(self.address("change", object_id)))
        return response

    def _changed_meanwhile(self, record: Any) -> str:
        """Who did what since the form was opened, and where to look."""
        last = Revision.objects.of(record).in_order().select_related("by").last()
        if last is None:
            return _("This was changed meanwhile: read it again.")
        return format_html(
            _(
                'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>; '
                "to go on, press the button once more."
            ),
            who=last.by,
            when=transition_buttons.in_words(last.at),
            what=last.get_action_display(),
            history=self.address("history", record.pk),
        )

    def _unless_refused(self, request: HttpRequest, save: Callable[[], HttpResponse]) -> HttpResponse:
        """Save and use the transition that was pressed; the form once more, with every reason, where it is refused."""
        if request.method != "POST":
            return save()
        try:
            with transaction.atomic():
                return save()
        except transition_buttons.TransitionRefused as refused:
            request.desk_refusal = refused.refusal  # type: ignore[attr-defined]
            return save()

    def _save(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        try:
            with transaction.atomic() if request.method == "POST" else contextlib.nullcontext():
                return super()._change(request, record, object_id, form_url, context)
        except _ForWorkingCopy as kept:
            verb = transition_buttons.pressed_verb(request)
            why = "" if verb else kept.given["why"]
            copy = save_working_copy(record, kept.row, by=actor(request), why=why)
            if verb:
                self._take_transition(request, verb, record.pk, kept.given)
            if verb or within_popup(request):
                return self.response_change(request, record)
            if copy is not None:
                said = kept_message(record)
            elif why:
                said = _("Nothing was changed, so this note was not kept: %(why)s") % {"why": why}
            else:
                said = _("Nothing was changed.")
            self.message_user(request, said, messages.SUCCESS if copy else messages.WARNING)
            return mark_saved(request, HttpResponseRedirect(self.address("change", record.pk)))

    def after_saving(self, request: HttpRequest, record: Any, row: Row, given: Mapping[str, Any]) -> None:
        if record.is_ever_public:
            raise _ForWorkingCopy(row, given)
        verb = transition_buttons.pressed_verb(request)
        # With a transition the words are its own.
        record_revision(record, by=actor(request), why="" if verb else given["why"])
        if verb:
            self._take_transition(request, verb, record.pk, given)

    def _take_transition(self, request: HttpRequest, verb: Verb, key: int, given: Mapping[str, Any]) -> None:
        """Use the transition that was pressed; TransitionRefused where it is refused."""
        try:
            perform_transition(
                self._stored(key), verb.name, by=actor(request), **transition_buttons.words_for(verb, given)
            )
        except ValidationError as refusal:
            raise transition_buttons.TransitionRefused(refusal) from None

    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        response = super().conflict_view(request, object_id)
        if response.status_code == 302 and transition_buttons.PRESSED in request.POST:
            label = transition_buttons.verb_named(request.POST[transition_buttons.PRESSED]).label
            words = _("“%(verb)s” was not done: press it now if all is as you want it.") % {"verb": label}
            self.message_user(request, words, messages.WARNING)
        return response

    def _stored(self, key: int) -> Any:
        return self.model._default_manager.get(pk=key)

    def after_resending(self, request: HttpRequest, record: Any, given: Mapping[str, Any]) -> None:
        verb = transition_buttons.pressed_verb(request)
        # Sent twice at once, the first has used it.
        if verb and self._stored(record.pk).status in verb.statuses:
            self._take_transition(request, verb, record.pk, given)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._after_transition(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._after_transition(request, obj) or super().response_change(request, obj)

    def _after_transition(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """Back to the entry, with what became of it, where a transition was pressed."""
        verb = transition_buttons.pressed_verb(request)
        if verb is None or within_popup(request):
            return None
        self.message_user(
            request, transition_buttons.done_message(verb, self._stored(obj.pk)), messages.SUCCESS
        )
        return mark_saved(request, HttpResponseRedirect(self.address("change", obj.pk)))

    def write(self, request: HttpRequest, record: Any, row: Row, why: str) -> None:
        if record.is_ever_public:
            self.table.try_out(record.pk, row)
            save_working_copy(record, row, by=actor(request), why=why, anew=self._against_live(request))
            return
        super().write(request, record, row, why)
        record_revision(record, by=actor(request), why=why)

    # --- deletion

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse for what was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or not entry.is_ever_public or not self.has_view_permission(request, entry):
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:
                # Published meanwhile.
                entry = self.record_at(request, object_id)
        verbs = self.verbs_for(request, entry)  # type: ignore[attr-defined]
        return self.page(
            request,
            "not_deleted",
            entry,
            status=403,
            title=_("This entry is not deleted"),
            verbs=[verb for verb in verbs if verb["name"] == "withdraw"],
            links_here=[(user._meta.verbose_name, user) for user in entry.in_use_by()],
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_draft(obj, by=actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for entry in queryset:
                delete_draft(entry, by=actor(request))
