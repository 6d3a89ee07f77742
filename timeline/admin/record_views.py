"""The base class of the admins: the list, the form fields, and pages of their own with their addresses."""

import uuid
from collections.abc import Collection
from typing import ClassVar

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
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from timeline.admin import base
from timeline.admin.deleted_rows import deleted_rows
from timeline.admin.form_drafts import form_token
from timeline.admin.widgets import MarkdownTextarea
from timeline.editing.working_copies import working_copies_naming
from timeline.models.named import TitleSlugModel
from timeline.models.records import Record
from timeline.models.search_documents import SearchableQuerySet
from timeline.rows.tables import Table, table_of
from timeline.values.quotation_marks import nest_quotes
from timeline.values.text import clean_line
from timeline.visibility import PublishableQuerySet

# The most of what prevents a deletion that a page names: other records, and working copies.
MAX_LISTED = 50


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

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet:
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
    # What is told of the title, where it is not that of a document.
    title_help: str | Promise = ""
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
        if db_field.name == "title" and self.title_help:
            kwargs["help_text"] = self.title_help
        return base.with_choices(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Record | None:
        """The record of that key; None for an invalid key."""
        if from_field is None and base.parse_primary_key(object_id) is None:
            return None
        return super().get_object(request, object_id, from_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """The records with the term in a search field, without invisible characters, as stored text has none.

        Where they have search documents, also the results of the public search, drafts included. A form offers none that
        were withdrawn.
        """
        text = clean_line(search_term)
        if "field_name" in request.GET and isinstance(queryset, PublishableQuerySet):
            queryset = queryset.not_ended()
        found, may_repeat = super().get_search_results(request, queryset, text)
        if text and isinstance(queryset, SearchableQuerySet):
            found = found | queryset.matching(text)
        return found, may_repeat

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
        self, objs: Collection[TitleSlugModel], request: HttpRequest
    ) -> tuple[list[object], dict[str, int], set[str], list[str]]:
        """What would be deleted, and what prevents it: every reference, many-to-many included.

        What refers to it would have to be deleted as well only for Django: no permission is said to be lacking.
        """
        to_delete, counts, lacking, protected = deleted_rows([*objs], request, self.admin_site)
        protected = self.referring_links(objs) or protected
        return to_delete, counts, set() if protected else lacking, protected

    def referring_links(self, objs: Collection[TitleSlugModel]) -> list[str]:
        """Links to what refers to these records, which are therefore not deleted: the first of them."""
        users: dict[str, None] = {}
        others = 0
        for obj in objs:
            referring, left = obj.referring_objects()
            others += left
            for label in base.reference_links(referring):
                if len(users) < MAX_LISTED:
                    # Without duplicates. Django would list a citation by its source.
                    users[label] = None
                else:
                    others += label not in users
        listed: list[str] = [*users]
        if others:
            listed.append(ngettext("%(number)s more", "%(number)s more", others) % {"number": others})
        copies = working_copies_naming([*objs], MAX_LISTED + 1)
        for copy in copies[:MAX_LISTED]:
            url = base.admin_url(copy.model, "working_copy", copy.record)
            words = _("Working copy of “%(title)s”") % {"title": copy.title}
            listed.append(format_html('<a href="{}">{}</a>', url, words))
        if len(copies) > MAX_LISTED:
            listed.append(_("And other working copies."))
        return listed

    def message_user(
        self,
        request: HttpRequest,
        message: str | Promise,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        """Tell the user; the quotation marks of a title within those of the message are single ones."""
        said = nest_quotes(str(message))
        if isinstance(message, SafeString):
            said = mark_safe(said)
        super().message_user(request, said, level, extra_tags, fail_silently)

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
        status: int = 200,
        /,
        **context: object,
    ) -> HttpResponse:
        """Render an additional page in the layout of the admin. Its title names the record."""
        title = str(context.get("title", ""))
        if title and record is not None and str(record) not in title:
            context["title"] = f"{title} · {record}"
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "record": record,
            "crumb": title,
            "change_url": self.admin_url("change", record.pk) if record is not None else "",
            "media": self.media,
            "is_popup": is_popup_request(request),
            "form_token": form_token(request) or uuid.uuid4(),
        }
        return TemplateResponse(request, f"admin/timeline/{name}.html", shared | context, status=status)

    def get_record_or_404(self, request: HttpRequest, key: object) -> Record:
        """The record of that key. Raises Http404 or PermissionDenied."""
        record = self.get_object(request, str(key))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record
