"""The form of a record: displayed over the state that it was opened on, and saved by `editing.saving`.

Its buttons may perform a transition with what they save.
"""

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views import View

from timeline.admin import transition_buttons
from timeline.admin.base import parse_primary_key
from timeline.admin.citations import log_new_sources
from timeline.admin.conflict_page import render_conflict
from timeline.admin.form_context import record_context
from timeline.admin.form_drafts import form_token, mark_saved, with_token
from timeline.admin.form_messages import (
    published_meanwhile_message,
    recreated_message,
    resubmission_message,
    unread_message,
    working_copy_message,
)
from timeline.admin.former_values import chosen_values, describe_losses, describe_taken, doubly_chosen
from timeline.admin.hidden_fields import BASE_FIELD, FILLED_FIELD, seen_drafts, seen_number, sign, unsign
from timeline.admin.named_drafts import tell_published_with
from timeline.admin.publication_url import publication_url
from timeline.admin.record_forms import RecordForms, bind_forms
from timeline.admin.record_views import actor, is_popup_request
from timeline.admin.submitted_findings import tell_findings
from timeline.editing import saving
from timeline.editing.answers import Conflict, Refused, Saved, Unchanged
from timeline.editing.comparison import row_digest
from timeline.editing.last_steps import publication_since
from timeline.editing.restoring import (
    ChosenValue,
    recoverable_drafts,
    recovery_refusal,
    take_values,
)
from timeline.editing.revisions import deleted_drafts
from timeline.editing.saving import Edit
from timeline.models import Revision
from timeline.models.records import Record
from timeline.rows.tables import Table, WholeRow

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin

# Sent to reopen the form on the state in BASE_FIELD, for a draft in the browser.
REOPEN_FIELD = "_reopen"


class RecordFormView(View):
    """The form of a new or an existing record.

    The hidden field `_base` has the whole row that the form was opened on, signed. A submitted form is built over
    that state, whatever the stored state, so that the input is a whole row too. A form that was opened with other values
    than those of the record has these in `_filled`, and is built over them.
    """

    # A PublishedRecordAdmin, of which private methods of Django's are called too.
    admin: "PublishedRecordAdmin" = None
    extra_context: dict[str, object] | None = None

    # --- requests

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.pressed = transition_buttons.pressed_transition(request)
        self.started = timezone.now()

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        to_field = self._to_field()
        if to_field and not self.admin.to_field_allowed(request, to_field):
            raise DisallowedModelAdminToField(f"The field {to_field} cannot be referenced.")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Display the form. Nothing is written or locked, which on SQLite would wait for writers."""
        if object_id is None:
            _require(self.admin.has_add_permission(request))
            return self._display(self._forms(None, adds=True))
        choices = chosen_values(request)
        if not choices:
            return self._open(object_id, lambda record: saving.editable_row(self._table, record))
        if numbers := doubly_chosen(choices):
            message = _("You chose two values for one field: choose one of them.")
            self.admin.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self.admin.admin_url("compare", object_id, *numbers))
        return self._open_with(choices, object_id)

    def post(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        if object_id is None:
            _require(self.admin.has_add_permission(request))
            return self._create()
        if REOPEN_FIELD in request.POST:
            return self._reopen(request, object_id)
        record = self.admin.get_object(request, object_id)
        _require(self.admin.has_change_permission(request, record))
        if record is None:
            key = parse_primary_key(object_id)
            if key is None or BASE_FIELD not in request.POST:
                return self._missing(object_id)
            _require(self.admin.has_add_permission(request))
            return self._save(key, None)
        return self._save(record.pk, record)

    def _reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Display the form over the state in the submitted field. Only the size of that makes this a POST request."""
        self.request = copy.copy(request)
        self.request.method = "GET"
        return self._open(
            object_id,
            lambda record: unsign(request, BASE_FIELD, self._table, record.pk),
            lambda record, base: self._filled(record.pk, base),
        )

    def _open(
        self,
        object_id: str,
        state_of: Callable[[Record], WholeRow],
        values_of: Callable[[Record, WholeRow], WholeRow] = lambda _record, base: base,
    ) -> HttpResponse:
        """Display the form of the record over this state of it, filled with these values."""
        record = self.admin.get_object(self.request, object_id)
        _require(self.admin.has_view_permission(self.request, record))
        if record is None:
            return self._missing(object_id)
        base = state_of(record)
        filled = values_of(record, base)
        return self._display(self._forms_over(record.pk, filled), base, record, filled=filled)

    def _open_with(self, choices: list[ChosenValue], object_id: str) -> HttpResponse:
        """Display the form with values of former revisions; that of a deleted draft, with all of its last one."""
        record, table = self.admin.get_object(self.request, object_id), self._table
        key = parse_primary_key(object_id) or 0
        numbers = {choice.number for choice in choices}
        revisions = Revision.objects.for_key(self.admin.model, key).filter(number__in=numbers)
        if record is None:
            revisions = revisions.filter(pk__in=deleted_drafts(self.admin.model).values("pk"))
        by_number = {revision.number: revision for revision in revisions}
        if by_number.keys() != numbers:
            raise Http404
        _require(self.admin.has_change_permission(self.request, record))
        if record is None:
            _require(self.request.user.has_perm("timeline.restore_entry"))
            if not recoverable_drafts(self.admin.model, [key], self.request.user):
                raise PermissionDenied(recovery_refusal())
        present = saving.editable_row(table, record) if record else table.blank_row
        taken = take_values(table, key, present, by_number, choices)
        comment = describe_taken(table, taken, choices)
        forms = self._forms_over(key, taken.row)
        forms.form.initial["why"] = comment[: Revision._meta.get_field("comment").max_length]
        self.extra_context = {
            **(self.extra_context or {}),
            "taken": comment,
            **describe_losses(table, taken),
        }
        base = present if record else taken.row
        return self._display(forms, base, record, filled=taken.row)

    def _save(self, key: int, record: Record | None) -> HttpResponse:
        base = unsign(self.request, BASE_FIELD, self._table, key)
        filled = self._filled(key, base)
        forms = self._forms_over(key, filled)
        if not forms.are_valid():
            return self._display(forms, base, record, filled=filled)
        edit, row = self._edit(forms), forms.row(self._table, filled)
        with transaction.atomic():
            answer = saving.save(self._table, key, base=base, row=row, edit=edit)
            log_new_sources(self.admin, self.request, edit.new_sources)
            if isinstance(answer, Saved) and not answer.is_working_copy:
                self.admin.log_change(self.request, answer.record, self._log_message(forms, adds=False))
        if isinstance(answer, Refused):
            self._add_refusal(forms.form, answer)
            return self._display(forms, base, record, answer, filled=filled)
        return self._respond(answer, edit, adds=False)

    def _create(self, *, is_retry: bool = False) -> HttpResponse:
        token = form_token(self.request)
        sent = saving.find_sent_form(self._table, token)
        # The form of a record that it has created is that of a new record, over the key of that one.
        over = self._table.preview_as(sent.record, self._table.blank_row) if sent else None
        forms = self._forms(over, adds=True)
        refused = None
        if forms.are_valid():
            edit, row = self._edit(forms), forms.row(self._table, self._table.blank_row)
            if sent is None:
                # A blank slug is generated when it is saved.
                row = {**row, "slug": forms.form.cleaned_data["slug"]}
            with transaction.atomic():
                answer = saving.create(self._table, row, token=token, edit=edit)
                log_new_sources(self.admin, self.request, edit.new_sources)
                if isinstance(answer, Saved) and not answer.is_resubmission:
                    self.admin.log_addition(self.request, answer.record, self._log_message(forms, adds=True))
            if not isinstance(answer, Refused):
                return self._respond(answer, edit, adds=True)
            refused = answer
            self._add_refusal(forms.form, answer)
        was_sent = sent is None and saving.find_sent_form(self._table, token) is not None
        if not is_retry and (was_sent or "slug" in forms.form.errors):
            # A concurrent request has submitted the same form or taken the slug, as is visible only now.
            return self._create(is_retry=True)
        return self._display(forms, refused=refused)

    def _respond(self, answer: Saved | Unchanged | Conflict, edit: Edit, *, adds: bool) -> HttpResponse:
        """The response to a form that was valid and not refused."""
        if isinstance(answer, Conflict):
            return render_conflict(self.admin, self.request, answer)
        message, level = _("Nothing was changed."), messages.INFO
        if isinstance(answer, Saved):
            if not answer.is_resubmission:
                response = self._saved_response(answer, adds=adds)
                if answer.is_recreated:
                    self.admin.message_user(self.request, recreated_message(answer.record), messages.WARNING)
                return mark_saved(self.request, response)
            message = resubmission_message(answer, self.pressed)
        elif adds:
            message = _("This form was sent twice; the record was made once.")
        elif not answer.is_repeated:
            level = messages.WARNING
            if lost := _note_in(edit):
                message = _("Nothing was changed, so this note was not kept: %(why)s") % {"why": lost}
        if is_popup_request(self.request):
            respond = self.admin.response_add if adds else self.admin.response_change
            return mark_saved(self.request, respond(self.request, answer.record))
        self.admin.message_user(self.request, message, level)
        address = self.admin.admin_url("change", answer.record.pk)
        return mark_saved(self.request, HttpResponseRedirect(address))

    def _saved_response(self, answer: Saved, *, adds: bool) -> HttpResponse:
        respond, record = self.admin.response_add if adds else self.admin.response_change, answer.record
        if is_popup_request(self.request):
            return respond(self.request, record)
        if answer.unconfirmed:
            message = _("Saved, and not published yet: the checklist has something to confirm.")
            self.admin.message_user(self.request, message, messages.WARNING)
            return HttpResponseRedirect(publication_url(record, self.given))
        if answer.transition:
            message = transition_buttons.success_message(answer)
            self.admin.message_user(self.request, message, messages.SUCCESS)
            tell_published_with(self.admin, self.request, [record], self.started)
            tell_findings(self.admin, self.request, record, answer.transition)
        elif answer.is_working_copy:
            since = publication_since(record, seen_number(self.request), actor(self.request))
            message, level = working_copy_message(record), messages.SUCCESS
            if since is not None:
                message, level = published_meanwhile_message(since), messages.WARNING
            self.admin.message_user(self.request, message, level)
        else:
            response: HttpResponse = respond(self.request, answer.record)
            if self.pressed is None:
                return response
            # A deleted record is put back as a draft; nobody has reviewed it for a transition.
            message = _("It is a draft again, and “%(verb)s” was not done.") % {"verb": self.pressed.label}
            self.admin.message_user(self.request, message, messages.WARNING)
        return HttpResponseRedirect(self.admin.admin_url("change", record.pk))

    # --- the parts of a request

    @property
    def _table(self) -> Table:
        return self.admin.table

    def _to_field(self) -> str | None:
        return self.request.POST.get(TO_FIELD_VAR, self.request.GET.get(TO_FIELD_VAR))

    def _edit(self, forms: RecordForms) -> Edit:
        """Who saves, and what the forms say besides the columns."""
        self.given = given = forms.form.cleaned_data
        return Edit(
            actor(self.request),
            may_create=self.admin.has_add_permission(self.request),
            comment=given["why"],
            transition=self.pressed,
            inputs={"public_from": moment} if (moment := given.get("public_from")) else {},
            seen_number=seen_number(self.request),
            seen_drafts=seen_drafts(self.request),
            new_sources=forms.new_sources,
            approval=transition_buttons.approval_of(forms.form),
        )

    def _add_refusal(self, form: ModelForm, refused: Refused) -> None:
        messages_by_field = dict(refused.messages)
        for section in self._table.parts:
            for message in messages_by_field.pop(section, ()):
                form.add_error(None, format_html('<a href="#{}-group">{}</a>', section, message))
        if refused.unread:
            form.add_error(None, unread_message(self.admin, self.request, refused.unread, self.pressed))
        for name, found in messages_by_field.items():
            for message in found:
                form.add_error(name if name in form.fields else None, message)

    def _missing(self, object_id: str) -> HttpResponse:
        response: HttpResponse = self.admin._get_obj_does_not_exist_redirect(
            self.request, self.admin.opts, object_id
        )
        return response

    def _filled(self, key: int, base: WholeRow) -> WholeRow:
        """The values that the submitted form was opened with."""
        if not self.request.POST.get(FILLED_FIELD):
            return base
        return unsign(self.request, FILLED_FIELD, self._table, key)

    def _forms_over(self, key: int, base: WholeRow) -> RecordForms:
        return self._forms(self._table.preview_as(key, base), adds=False)

    def _forms(self, record: Model | None, *, adds: bool) -> RecordForms:
        return bind_forms(self.admin, self.request, record, adds=adds)

    def _display(
        self,
        forms: RecordForms,
        base: WholeRow | None = None,
        record: Record | None = None,
        refused: Refused | None = None,
        *,
        filled: WholeRow | None = None,
    ) -> HttpResponse:
        """The page of the form, in the context of Django's admin; `record` is the stored one, if there is one.

        `filled` are the values that the form was opened with, if they are not the base.
        """
        request, admin, adds = self.request, self.admin, base is None
        shown = None if adds else forms.form.instance
        may_change = adds or admin.has_change_permission(request, shown)
        admin_form = helpers.AdminForm(
            forms.form,
            forms.fieldsets,
            admin.get_prepopulated_fields(request, shown) if may_change else {},
            admin.get_readonly_fields(request, shown) if may_change else flatten_fieldsets(forms.fieldsets),
            model_admin=admin,
        )
        inline_formsets = admin.get_inline_formsets(request, forms.formsets, forms.inlines, shown)
        media = admin.media + admin_form.media
        for inline_formset in inline_formsets:
            media += inline_formset.media
        title = _("Add %s") if adds else _("Change %s") if may_change else _("View %s")
        context = {
            **admin.admin_site.each_context(request),
            "title": title % admin.opts.verbose_name,
            "subtitle": str(shown) if shown else None,
            "adminform": admin_form,
            "object_id": None if shown is None else str(shown.pk),
            "original": shown,
            "is_popup": is_popup_request(request),
            "to_field": self._to_field(),
            "media": media,
            "inline_admin_formsets": inline_formsets,
            "errors": helpers.AdminErrorList(forms.form, forms.formsets),
            "preserved_filters": admin.get_preserved_filters(request),
            **(self.extra_context or {}),
        }
        if adds or record is not None:
            context |= record_context(admin, request, record, refused)
        if base is not None and shown is not None:
            context |= {
                "base": sign(base, self._table, shown.pk),
                "revision": row_digest(filled or base),
            }
            if filled is not None and filled != base:
                context["filled"] = sign(filled, self._table, shown.pk)
        response = admin.render_change_form(request, context, add=adds, change=not adds, obj=shown)
        return with_token(request, response)

    def _log_message(self, forms: RecordForms, *, adds: bool) -> list[dict[str, dict[str, list[str]]]]:
        """The changes for the log of the admin."""
        for formset in forms.formsets:
            # Sets the lists that the message is made of.
            formset.save(commit=False)
        form: Any = forms.form
        return self.admin.construct_change_message(self.request, form, forms.formsets, adds)


def _note_in(edit: Edit) -> str:
    """The first text that was typed besides the columns."""
    told = (edit.approval.change_note, edit.approval.change_note_en) if edit.approval else ()
    return next(filter(None, (edit.comment, *told)), "")


def _require(has_permission: bool) -> None:
    if not has_permission:
        raise PermissionDenied
