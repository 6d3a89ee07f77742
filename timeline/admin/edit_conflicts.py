"""Optimistic locking of admin forms: no lost updates, no lost input, one record for a form sent twice."""

import contextlib
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.admin.form_drafts import DRAFT_FIELD, TOKEN_FIELD, FormDraftsMixin, form_token, mark_saved
from timeline.admin.record_views import RecordViewsAdmin, is_popup_request
from timeline.admin.signed_rows import WholeRow, row_digest, sign, unsign
from timeline.editing import conflicts
from timeline.models import SentForm

# The name of the hidden field with the state that the form was opened on.
BASE_FIELD = "_base"
# Sent to reopen the form on that state, for a draft in the browser.
REOPEN_FIELD = "_reopen"

RECREATED_MESSAGE = gettext_lazy("Somebody had deleted this meanwhile. Your saving has put it back.")


class SaveRolledBackError(Exception):
    """Carries the result of a form out of a transaction that is rolled back."""


class EditConflictError(SaveRolledBackError):
    """The record was saved since the form was opened. Carries the submitted row and the other form data."""

    def __init__(self, row: dict[str, Any], given: Mapping[str, Any]) -> None:
        super().__init__()
        self.row = row
        self.given = given


class _FormRedisplayedError(SaveRolledBackError):
    """The form is displayed again; nothing was saved."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def is_form_response(response: HttpResponse) -> bool:
    """Whether the response is the form again, and not the page that closes a pop-up."""
    return isinstance(response, TemplateResponse) and "adminform" in (response.context_data or {})


def render_now(response: HttpResponse) -> HttpResponse:
    """The response, rendered with the present state of the database."""
    return response.render() if isinstance(response, TemplateResponse) else response


class EditConflictAdmin(FormDraftsMixin, RecordViewsAdmin):
    """An admin whose forms know the state they were opened on.

    The hidden field `_base` has the whole row and the keys of its parts, signed. A submitted form is applied
    to that state, whatever the stored state, so that the input becomes a whole row too. If the record has
    changed meanwhile, the editor resolves the conflict column by column.
    """

    extra_urls = [("<int:object_id>/conflict/", "conflict_view", "conflict")]

    # --- overridden by admins that store records in other ways

    def lock(self, key: Any) -> None:
        """Lock the record until the transaction ends."""
        rows = self.model._default_manager.select_for_update(no_key=True)
        rows.filter(pk=key).order_by().values_list("pk").first()

    def current_row(self, record: Any) -> tuple[WholeRow, dict[str, list[int]] | None]:
        """The row that editors work on, and the keys of its parts if the database has exactly this row."""
        return self.table.whole_row_and_keys_of(self.model._default_manager.get(pk=record.pk))

    def after_save(self, request: HttpRequest, record: Any, row: WholeRow, given: Mapping[str, Any]) -> None:
        """Called after a form was saved; `row` is the record's new state.

        `given` is the form data besides the columns of the record.
        """

    def after_resubmission(self, request: HttpRequest, record: Any, given: Mapping[str, Any]) -> None:
        """Called after a form that had created its record was sent again."""

    def save_row(self, request: HttpRequest, record: Any, row: WholeRow, why: str) -> None:
        """Save the result of a conflict. Raises ValidationError."""
        self.table.apply(record, row)

    def conflicting_row(self, request: HttpRequest, record: Any) -> WholeRow:
        """The row that a form is in conflict with."""
        return self.current_row(record)[0]

    def passthrough_fields(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The fields of the form that the conflict page passes on."""
        names = (IS_POPUP_VAR, TO_FIELD_VAR, TOKEN_FIELD, DRAFT_FIELD)
        return [(name, request.POST[name]) for name in names if name in request.POST]

    def last_save(self, record: Any) -> tuple[str, Any]:
        """The user of the last save and its time."""
        kind = ContentType.objects.get_for_model(self.model)
        line = LogEntry.objects.filter(content_type=kind, object_id=record.pk).select_related("user").first()
        return (str(line.user), line.action_time) if line else ("", None)

    def extra_form_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Additional context of the form's template."""
        return {}

    # --- the form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        context = {**(extra_context or {})}
        if object_id is None:
            return self._add(request, form_url, context)
        if REOPEN_FIELD in request.POST:
            request.method = "GET"
        sent = request.method == "POST"
        # A GET request writes nothing and takes no lock, which on SQLite would wait for writers.
        with transaction.atomic() if sent else contextlib.nullcontext():
            if sent:
                # Concurrent saves of the record wait here, and then find their form outdated.
                self.lock(object_id)
            record = self.get_object(request, object_id)
            if not (self.has_change_permission if sent else self.has_view_permission)(request, record):
                raise PermissionDenied
            if record is None:
                return self._recreate_deleted(request, object_id, form_url, context)
            return self._change(request, record, object_id, form_url, context)

    def _change(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        present, present_keys = self.current_row(record)
        row, keys = present, present_keys
        if request.method == "POST" or REOPEN_FIELD in request.POST:
            row, keys = unsign(request, BASE_FIELD, self.table, object_id)
        context["revision"] = row_digest(row)
        as_it_is = present_keys is not None and (row, keys) == (present, present_keys)
        # A working copy always differs from the stored row; others only if the form was opened on another
        # state.
        request.edit_is_stale = row != present or (present_keys is not None and not as_it_is)  # type: ignore[attr-defined]
        context |= self.extra_form_context(request, record)
        try:
            if as_it_is:
                context["base"] = sign((row, keys), self.table, object_id)
                # Django writes within a transaction of its own.
                return super().changeform_view(request, object_id, form_url, context)
            context["base"] = sign((row, self.table.preview_part_keys(row, keys)), self.table, object_id)
            if request.method != "POST":
                request.edited_record = self.table.preview_as(record.pk, row, keys)  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, context)
            with transaction.atomic(), self.table.preview_in_database(record.pk, row, keys):
                response = super().changeform_view(request, object_id, form_url, context)
                if response.status_code == 302:
                    raise AssertionError("would be rolled back")
                raise _FormRedisplayedError(render_now(response))
        except _FormRedisplayedError as shown_again:
            return shown_again.response
        except EditConflictError as conflict:
            if conflict.row != present and row != present:
                return self._render_conflict(request, record, row, conflict.row)
            if conflict.row != present:
                # The parts were deleted and created again with the same content, so their keys differ.
                self.save_row(request, record, conflict.row, request.POST.get("why", ""))
            # Saved before, by this form or with the same input by another user.
            self.after_resubmission(request, record, conflict.given)
            if conflict.row != present or is_popup_request(request):
                return self.response_change(request, self.model._default_manager.get(pk=record.pk))
            self.message_user(request, _("Nothing was changed."))
            return mark_saved(request, HttpResponseRedirect(self.admin_url("change", record.pk)))
        raise AssertionError("unreachable: every branch above returns")

    def _recreate_deleted(
        self, request: HttpRequest, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        """The record was deleted while a form was open: saving the form recreates it with the input."""
        if request.method != "POST" or not request.POST.get(BASE_FIELD):
            return super().changeform_view(request, object_id, form_url, context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        row, keys = unsign(request, BASE_FIELD, self.table, object_id)
        request.edit_is_stale = False  # type: ignore[attr-defined]
        context["base"] = sign((row, keys), self.table, object_id)
        try:
            with transaction.atomic():
                self.table.write_preview(self.model(pk=object_id), row, keys)
                response = super().changeform_view(request, object_id, form_url, context)
                if is_form_response(response):
                    raise _FormRedisplayedError(render_now(response))
        except _FormRedisplayedError as shown:
            return shown.response
        self.message_user(request, RECREATED_MESSAGE, messages.WARNING)
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record, or the state that the form was opened on instead."""
        return getattr(request, "edited_record", None) or super().get_object(request, object_id, from_field)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        if getattr(request, "edited_record", None):
            given["parts"] = getattr(obj, prefix).all()
        return given

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record = self.model._default_manager.get(pk=form.instance.pk)
        row = self.table.whole_row_of(record)
        if getattr(request, "edit_is_stale", False):
            raise EditConflictError(row, form.cleaned_data)
        if not change and (token := form_token(request)):
            SentForm.objects.expired().delete()
            SentForm.objects.create(token=token, table=self.table.name, record=record.pk, content=row)
        self.after_save(request, record, row, form.cleaned_data)

    # --- a new record

    def _add(self, request: HttpRequest, form_url: str, context: dict[str, Any]) -> HttpResponse:
        token = form_token(request)
        if sent := self._sent_form(token):
            return self._handle_resubmission(request, sent, form_url, context)
        if request.method != "POST":
            return super().changeform_view(request, None, form_url, context)
        try:
            with transaction.atomic():
                response = super().changeform_view(request, None, form_url, context)
        except IntegrityError:
            # A concurrent request has taken the slug or is the same form: this is visible only now.
            if (sent := self._sent_form(token)) is None:
                return super().changeform_view(request, None, form_url, context)
            return self._handle_resubmission(request, sent, form_url, context)
        if self._has_slug_collision(request, response):
            with transaction.atomic():
                response = super().changeform_view(request, None, form_url, context)
        if is_form_response(response) and (sent := self._sent_form(token)):
            # Refused because the same form, sent twice, has taken the slug.
            return self._handle_resubmission(request, sent, form_url, context)
        return response

    def _has_slug_collision(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Whether a concurrent request took the slug that was generated from the title."""
        if request.method != "POST" or request.POST.get("slug") or not is_form_response(response):
            return False
        context: Any = response
        return "slug" in context.context_data["adminform"].form.errors

    def _sent_form(self, token: uuid.UUID | None) -> SentForm | None:
        return SentForm.objects.filter(token=token, table=self.table.name).first() if token else None

    def _handle_resubmission(
        self, request: HttpRequest, made: SentForm, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        """The form has created its record before: changes of the input since then change that record."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            self.lock(made.record)
            record = self.model._default_manager.filter(pk=made.record).first()
            if record is None:
                # Created, deleted and sent again.
                made.delete()
                response = self._add(request, form_url, context)
                if not is_form_response(response):
                    self.message_user(request, RECREATED_MESSAGE, messages.WARNING)
                return response
            request.edit_is_stale = True  # type: ignore[attr-defined]
            request.created_pk = record.pk  # type: ignore[attr-defined]
            try:
                with transaction.atomic():
                    # Frees the slug, which the form generates again.
                    self.model._base_manager.filter(pk=record.pk).update(slug=f"sent-{made.token}")
                    raise _FormRedisplayedError(
                        render_now(super().changeform_view(request, None, form_url, context))
                    )
            except _FormRedisplayedError as shown:
                return shown.response
            except EditConflictError as again:
                if again.row == made.content:
                    message = _("This form was sent twice; the record was made once.")
                elif self.current_row(record)[0] != made.content:
                    return self._render_conflict(request, record, made.content, again.row)
                else:
                    self.save_row(request, record, again.row, request.POST.get("why", ""))
                    message = _(
                        "This form was sent before; what you changed since is saved in the same record."
                    )
                self.after_resubmission(request, record, again.given)
                if is_popup_request(request):
                    return self.response_add(request, self.model._default_manager.get(pk=record.pk))
                self.message_user(request, message)
                return mark_saved(request, HttpResponseRedirect(self.admin_url("change", record.pk)))
        raise AssertionError("unreachable: every branch above returns")

    # --- conflicts

    def _render_conflict(
        self,
        request: HttpRequest,
        record: Any,
        base: WholeRow,
        mine: WholeRow,
        errors: list[str] | None = None,
    ) -> HttpResponse:
        """Display theirs, mine and the base column by column, with all of the input."""
        theirs = self.conflicting_row(request, record)
        columns = conflicts.three_way_merge(self.table, base, theirs, mine)
        chosen = {column.name: request.POST.get(f"take-{column.name}") for column in columns}
        undecided = "_theirs" in request.POST and not all(chosen.values())
        who, when = self.last_save(record)
        return self.render_page(
            request,
            "conflict",
            record,
            status=409,
            title=_("Somebody else saved this meanwhile"),
            columns=[(column, chosen[column.name] or column.side) for column in columns],
            errors=[
                *(
                    [_("Both of you changed some fields: choose one of the two for each.")]
                    if undecided
                    else []
                ),
                *(errors or []),
            ],
            who=who,
            when=when,
            base=sign(base, self.table, record.pk),
            mine=sign(mine, self.table, record.pk),
            theirs=row_digest(theirs),
            why=request.POST.get("why", ""),
            asks_why="why" in request.POST,
            passthrough_fields=self.passthrough_fields(request),
            address=self.admin_url("conflict", record.pk),
        )

    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Save the choice between theirs and mine, column by column."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            # After a login in between: the browser still has the form with the input.
            return HttpResponseRedirect(self.admin_url("change", object_id))
        base = unsign(request, BASE_FIELD, self.table, object_id)
        mine = unsign(request, "_mine", self.table, object_id)
        try:
            with transaction.atomic():
                self.lock(object_id)
                record = self.get_object(request, str(object_id))
                if record is None:
                    return self._recreate_from_conflict(request, object_id, mine)
                theirs = self.conflicting_row(request, record)
                columns = conflicts.three_way_merge(self.table, base, theirs, mine)
                chosen = {column.name: request.POST.get(f"take-{column.name}", "") for column in columns}
                if request.POST.get("_theirs") != row_digest(theirs) or not all(
                    chosen[column.name] in column.sides for column in columns
                ):
                    return self._render_conflict(request, record, base, mine)
                row = conflicts.resolved_row(self.table, base, theirs, mine, chosen)
                self.save_row(request, record, row, request.POST.get("why", ""))
                self.log_change(request, record, _("Saved, with what you chose."))
        except ValidationError as refusal:
            return self._render_conflict(request, record, base, mine, refusal.messages)
        except ProtectedError as refusal:
            return self._render_conflict(request, record, base, mine, [str(refusal.args[0])])
        if is_popup_request(request):
            return self.response_change(request, self.model._default_manager.get(pk=object_id))
        self.message_user(request, _("Saved, with what you chose."))
        return mark_saved(request, HttpResponseRedirect(self.admin_url("change", object_id)))

    def _recreate_from_conflict(self, request: HttpRequest, object_id: int, mine: WholeRow) -> HttpResponse:
        """The record was deleted while the conflict was open: recreate it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        self.table.apply(self.model(pk=object_id), mine)
        record = self.model._default_manager.get(pk=object_id)
        self.after_save(request, record, mine, {"why": request.POST.get("why", "")})
        self.message_user(request, RECREATED_MESSAGE, messages.WARNING)
        return mark_saved(request, HttpResponseRedirect(self.admin_url("change", object_id)))
