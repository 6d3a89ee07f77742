"""The form of a record: displayed over the state that it was opened on, and saved by `editing.saving`."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from timeline.admin.base import PartInlineFormSet, parse_primary_key
from timeline.admin.conflict_page import RECREATED_MESSAGE, render_conflict
from timeline.admin.form_drafts import form_token, mark_saved, with_token
from timeline.admin.hidden_fields import BASE_FIELD, sign, unsign
from timeline.admin.record_views import actor, is_popup_request
from timeline.editing import saving
from timeline.editing.answers import Conflict, Refused, Saved, Unchanged
from timeline.editing.conflicts import row_digest
from timeline.editing.saving import Edit
from timeline.rows.tables import TABLES, Table, WholeRow

# Sent to reopen the form on the state in BASE_FIELD, for a draft in the browser.
REOPEN_FIELD = "_reopen"


@dataclass(frozen=True)
class RecordForms:
    """The form of a record with the formsets of its parts, as Django's admin builds them."""

    fieldsets: list[Any]
    form: ModelForm
    formsets: list[PartInlineFormSet]
    inlines: list[Any]

    def are_valid(self) -> bool:
        # The form first: it sets the columns that the formsets read.
        is_valid = self.form.is_valid()
        return all_valid(self.formsets) and is_valid

    def row(self, table: Table, base: WholeRow) -> WholeRow:
        """The whole row that these valid forms describe. What they do not show is as in the base."""
        row = {**base, **table.row_of(self.form.instance, self.form.cleaned_data)}
        for formset in self.formsets:
            name = str(formset.prefix)
            part = TABLES[table.nested[name]]
            row[name] = part.sort_parts(part.row_of(one, {}) for one in formset.submitted_parts())
        return row


class RecordFormView(View):
    """The form of a new or an existing record.

    The hidden field `_base` has the whole row that the form was opened on, signed. A submitted form is built over
    that state, whatever the stored state, so that the input is a whole row too.
    """

    # A RecordViewsAdmin, of which private methods of Django's are called too.
    admin: Any = None
    extra_context: dict[str, object] | None = None

    # --- overridden for records with more than columns

    def edit(self, given: dict[str, Any]) -> Edit:
        """Who saves, and what the form says besides the columns."""
        return Edit(actor(self.request), may_create=self.admin.has_add_permission(self.request))

    def context(self, record: Model | None, refused: Refused | None) -> dict[str, object]:
        """Additional context of the template, for a stored record or, with None, a new one."""
        return {}

    def add_refusal(self, form: ModelForm, refused: Refused) -> None:
        """Add the reasons to the form."""
        for name, found in refused.messages.items():
            for message in found:
                form.add_error(name if name in form.fields else None, message)

    def saved_response(self, answer: Saved, *, adds: bool) -> HttpResponse:
        respond = self.admin.response_add if adds else self.admin.response_change
        response: HttpResponse = respond(self.request, answer.record)
        return response

    # --- requests

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
        return self._open(object_id, lambda record: saving.editable_row(self._table, record))

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
        return self._open(object_id, lambda record: unsign(request, BASE_FIELD, self._table, record.pk))

    def _open(self, object_id: str, state_of: Callable[[Model], WholeRow]) -> HttpResponse:
        """Display the form of the record over this state of it."""
        record = self.admin.get_object(self.request, object_id)
        _require(self.admin.has_view_permission(self.request, record))
        if record is None:
            return self._missing(object_id)
        base = state_of(record)
        return self._display(self._forms_over(record.pk, base), base, record)

    def _save(self, key: int, record: Model | None) -> HttpResponse:
        base = unsign(self.request, BASE_FIELD, self._table, key)
        forms = self._forms_over(key, base)
        if not forms.are_valid():
            return self._display(forms, base, record)
        edit, row = self.edit(forms.form.cleaned_data), forms.row(self._table, base)
        with transaction.atomic():
            answer = saving.save(self._table, key, base=base, row=row, edit=edit)
            if isinstance(answer, Saved) and not answer.is_working_copy:
                self.admin.log_change(self.request, answer.record, self._log_message(forms, adds=False))
        if isinstance(answer, Refused):
            self.add_refusal(forms.form, answer)
            return self._display(forms, base, record, answer)
        return self._respond(answer, edit, adds=False)

    def _create(self, *, is_retry: bool = False) -> HttpResponse:
        token = form_token(self.request)
        sent = saving.find_sent_form(self._table, token)
        # The form of a record that it has created is that of a new record, over the key of that one.
        over = self._table.preview_as(sent.record, self._table.blank_row) if sent else None
        forms = self._forms(over, adds=True)
        refused = None
        if forms.are_valid():
            edit, row = self.edit(forms.form.cleaned_data), forms.row(self._table, self._table.blank_row)
            if sent is None:
                # A blank slug is generated when it is saved.
                row = {**row, "slug": forms.form.cleaned_data["slug"]}
            with transaction.atomic():
                answer = saving.create(self._table, row, token=token, edit=edit)
                if isinstance(answer, Saved) and not answer.is_resubmission:
                    self.admin.log_addition(self.request, answer.record, self._log_message(forms, adds=True))
            if not isinstance(answer, Refused):
                return self._respond(answer, edit, adds=True)
            refused = answer
            self.add_refusal(forms.form, answer)
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
                response = self.saved_response(answer, adds=adds)
                if answer.is_recreated:
                    self.admin.message_user(self.request, RECREATED_MESSAGE, messages.WARNING)
                return mark_saved(self.request, response)
            message = self.resubmission_message(answer)
        elif adds:
            message = _("This form was sent twice; the record was made once.")
        elif not answer.is_repeated:
            level = messages.WARNING
            if edit.comment:
                message = _("Nothing was changed, so this note was not kept: %(why)s") % {"why": edit.comment}
        if is_popup_request(self.request):
            respond = self.admin.response_add if adds else self.admin.response_change
            return mark_saved(self.request, respond(self.request, answer.record))
        self.admin.message_user(self.request, message, level)
        address = self.admin.admin_url("change", answer.record.pk)
        return mark_saved(self.request, HttpResponseRedirect(address))

    def resubmission_message(self, answer: Saved) -> str:
        """The message when a form that created the record before was sent again with changes."""
        return _("This form was sent before; what you changed since is saved in the same record.")

    # --- the parts of a request

    @property
    def _table(self) -> Table:
        table: Table = self.admin.table
        return table

    def _to_field(self) -> str | None:
        return self.request.POST.get(TO_FIELD_VAR, self.request.GET.get(TO_FIELD_VAR))

    def _missing(self, object_id: str) -> HttpResponse:
        response: HttpResponse = self.admin._get_obj_does_not_exist_redirect(
            self.request, self.admin.opts, object_id
        )
        return response

    def _forms_over(self, key: int, base: WholeRow) -> RecordForms:
        return self._forms(self._table.preview_as(key, base), adds=False)

    def _forms(self, record: Model | None, *, adds: bool) -> RecordForms:
        """The forms over this instance, bound in a POST request."""
        request, shown = self.request, None if adds else record
        fieldsets = list(self.admin.get_fieldsets(request, shown))
        form_class = self.admin.get_form(request, shown, change=not adds, fields=flatten_fieldsets(fieldsets))
        if request.method == "POST":
            form = form_class(request.POST, request.FILES, instance=record)
        elif adds:
            form = form_class(initial=self.admin.get_changeform_initial_data(request))
        else:
            form = form_class(instance=record)
        formsets, inlines = self.admin._create_formsets(request, form.instance, change=not adds)
        return RecordForms(fieldsets, form, formsets, inlines)

    def _display(
        self,
        forms: RecordForms,
        base: WholeRow | None = None,
        record: Model | None = None,
        refused: Refused | None = None,
    ) -> HttpResponse:
        """The page of the form, in the context of Django's admin; `record` is the stored one, if there is one."""
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
            context |= self.context(record, refused)
        if base is not None and shown is not None:
            context |= {
                "base": sign(base, self._table, shown.pk),
                "revision": row_digest(base),
            }
        response = admin.render_change_form(request, context, add=adds, change=not adds, obj=shown)
        return with_token(request, response)

    def _log_message(self, forms: RecordForms, *, adds: bool) -> list[dict[str, dict[str, list[str]]]]:
        """The changes for the log of the admin."""
        for formset in forms.formsets:
            # Sets the lists that the message is made of.
            formset.save(commit=False)
        return self.admin.construct_change_message(self.request, forms.form, forms.formsets, adds)


def _require(has_permission: bool) -> None:
    if not has_permission:
        raise PermissionDenied
