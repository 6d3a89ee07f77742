"""The base class of the admins: the list, the form fields, and pages of their own with their addresses."""

import uuid
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from timeline.admin import base
from timeline.admin.form_drafts import form_token
from timeline.admin.widgets import MarkdownTextarea
from timeline.editing.working_copies import records_named_in_working_copies
from timeline.models.named import TitleSlugModel, reference_label
from timeline.rows.tables import Table, table_of
from timeline.values.text import clean_line


def actor(request: HttpRequest) -> User:
    """The user of the request; the admin requires a login."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def is_popup_request(request: HttpRequest) -> bool:
    """Whether the page is in a pop-up that a form opened for a related record."""
    return IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET


class ColumnsChangeList(ChangeList):
    """A list whose rows have what its columns display."""

    model_admin: "RecordViewsAdmin"

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        self.root_queryset = self.model_admin.with_columns(self.model_admin.get_queryset(request))
        return super().get_queryset(request, exclude_parameters)


class RecordViewsAdmin(admin.ModelAdmin):
    """The base class of the admins."""

    # Pages besides Django's, or instead of one: URL below the list, view, and last part of the URL name.
    extra_urls: ClassVar[list[tuple[str, type[View], str]]] = []
    # The form of a new record, if it is not `form`.
    add_form: type[ModelForm] | None = None
    formfield_overrides = base.FORM_FIELDS
    # The fields that pages display as Markdown.
    markdown_fields: tuple[str, ...] = ()
    list_per_page = 50

    # --- lists and forms

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return ColumnsChangeList

    def with_columns(self, rows: QuerySet) -> QuerySet:
        """The rows of a list with what its columns display besides fields. Single records are read without it."""
        return rows

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm]:
        if obj is None and self.add_form is not None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change=change, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return base.autocomplete_fields(self.model)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> FormField | None:
        if db_field.name in self.markdown_fields:
            kwargs["widget"] = MarkdownTextarea
        return base.with_choice_message(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record of that key; None for an invalid key."""
        if from_field is None and base.parse_primary_key(object_id) is None:
            return None
        return super().get_object(request, object_id, from_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Search for the term without invisible characters, as stored text has none."""
        return super().get_search_results(request, queryset, clean_line(search_term))

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Refuse to ask for the deletion of more records than a page can name."""
        is_deletion_of_all = (
            request.POST.get("action") == "delete_selected" and request.POST.get("select_across") == "1"
        )
        if is_deletion_of_all and (count := queryset.count()) > base.MAX_SELECTED:
            self.message_user(request, base.too_many_message(count), messages.ERROR)
            return None
        return super().response_action(request, queryset)

    def get_deleted_objects(
        self, objs: QuerySet | list[TitleSlugModel], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What would be deleted, and what prevents it: every reference, many-to-many included."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        users = []
        for obj in objs:
            referring, others = obj.referring_objects()
            users += [reference_label(user) for user in referring]
            if others:
                users.append(ngettext("%(number)s more", "%(number)s more", others) % {"number": others})
        in_copies = records_named_in_working_copies()
        keys = [(obj._meta.get_field("slug").model, obj.slug) for obj in objs]
        users += [
            _("Working copy of “%(title)s”") % {"title": in_copies[key]} for key in keys if key in in_copies
        ]
        # Without duplicates. Django would list a citation by its source.
        return to_delete, counts, lacking, list(dict.fromkeys(users)) or protected

    # --- pages

    def get_urls(self) -> list[URLPattern]:
        name = f"timeline_{self.model._meta.model_name}"
        own = [
            path(route, self.admin_site.admin_view(view.as_view(admin=self)), name=f"{name}_{tag}")
            for route, view, tag in self.extra_urls
        ]
        replaced = {pattern.name for pattern in own}
        return [*own, *(pattern for pattern in super().get_urls() if pattern.name not in replaced)]

    @property
    def table(self) -> Table:
        model: type[Model] = self.model
        return table_of(model)

    def admin_url(self, tag: str, *args: object) -> str:
        return base.admin_url(self.model, tag, *args)

    def render_page(
        self,
        request: HttpRequest,
        name: str,
        record: Model | None = None,
        *,
        status: int = 200,
        **context: object,
    ) -> HttpResponse:
        """Render an additional page in the layout of the admin."""
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "record": record,
            "change_url": self.admin_url("change", record.pk) if record is not None else "",
            "media": self.media,
            "is_popup": is_popup_request(request),
            "form_token": form_token(request) or uuid.uuid4(),
        }
        return TemplateResponse(request, f"admin/timeline/{name}.html", shared | context, status=status)

    def get_record_or_404(self, request: HttpRequest, key: object) -> Any:
        """The record of that key. Raises Http404 or PermissionDenied."""
        record = self.get_object(request, str(key))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record
