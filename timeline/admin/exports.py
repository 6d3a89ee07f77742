"""Exports of selected records, of a filtered list, or of everything, in every format.

The buttons, the URL, the form and the permission are django-import-export's. `timeline.exchange.exporting`
writes the file, which is streamed; files are imported in `imports.py`.
"""

from typing import Any, ClassVar
from urllib.parse import quote

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.admin import ExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm as BaseExportForm

from timeline.admin.base import parse_primary_key
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import open_export
from timeline.exchange.exporting.selection import Selection, Visible, published
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.formats.registry import export_choices
from timeline.exchange.resources import RESOURCES, TableResource
from timeline.rows.columns import PrimaryKeyIn
from timeline.rows.tables import TABLES, Table


class ExportFormat(base_formats.Format):
    """An export choice of the registry, with the interface of django-import-export."""

    format: FileFormat
    choice: ExportChoice

    def get_title(self) -> Any:
        return self.choice.label

    def get_extension(self) -> str:
        return self.choice.extension

    def get_content_type(self) -> str:
        return self.format.media_type_of(self.choice.suffix)

    def can_export(self) -> bool:
        return True


def _export_format(format: FileFormat, choice: ExportChoice) -> type[ExportFormat]:
    """A class, which the library asks for; it knows a choice by its place in the list of classes."""
    return type(f"{format.name}_{choice.extension}", (ExportFormat,), {"format": format, "choice": choice})


EXPORT_FORMATS = [_export_format(*each) for each in export_choices(first=(".xlsx", ".csv", ".zip"))]


class ExportForm(BaseExportForm):
    """The format, and the keys of the selected records; no keys mean the whole list."""

    # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
    ids = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, label_suffix="", **kwargs)
        del self.fields["resource"], self.fields["export_items"]
        # Without the empty choice, which is not valid.
        self.fields["format"].choices = [choice for choice in self.fields["format"].choices if choice[0]]


class PublicExportForm(ExportForm):
    """The same for models with unpublished records."""

    public = forms.BooleanField(
        label=gettext_lazy("Only what is public"),
        required=False,
        help_text=gettext_lazy("What every visitor may read, and nothing that names the rest."),
    )


class ExportAdmin(ExportMixin):
    """A list with buttons to export it as filtered and to import, and an action for selected records."""

    actions: ClassVar[list[str]] = ["export_selected"]
    title = gettext_lazy("Export")
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    export_template_name = "admin/timeline/export.html"
    export_form_class = ExportForm

    # --- the list

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the user may export, and may view every table that the export includes."""
        return (
            request.user.has_perm("timeline.export_files")
            and self.has_view_permission(request)
            and _may_view_tables(request.user, self._selection.parts)
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tables = self._selection.tables
        query = f"?table={tables[0].name}" if len(tables) == 1 else ""
        context = {
            "has_import_permission": request.user.has_perm("timeline.import_files"),
            "import_url": reverse("admin:timeline_importbatch_upload") + query,
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.action(
        permissions=["export"], description=gettext_lazy("Export the selected %(verbose_name_plural)s")
    )
    def export_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Redirect to the choice of format; with all pages selected, for the filtered list."""
        is_whole_list = request.POST.get("select_across") == "1"
        ids = "" if is_whole_list else ",".join(map(str, queryset.values_list("pk", flat=True)))
        if not (ids or is_whole_list):
            self.message_user(request, _("Somebody deleted this meanwhile."), messages.ERROR)
            return None
        form = self.get_export_form_class()(
            self.get_export_formats(), self.get_export_resource_classes(request), initial={"ids": ids}
        )
        return self.export_page(request, form)

    # --- what is exported

    @property
    def _selection(self) -> Selection:
        return Selection(self.model._default_manager.all(), None, has_status=False)

    def export_scope(self, request: HttpRequest, ids: str) -> Any:
        """What is exported, as an argument of `export()`."""
        if ids:
            keys = {key for text in ids.split(",") if (key := parse_primary_key(text)) is not None}
            return self.get_queryset(request).filter(PrimaryKeyIn("pk", keys))
        try:
            return super().get_export_queryset(request)
        except IncorrectLookupParameters:
            # Exporting everything would be wrong for an unknown filter.
            raise BadRequest("The list has no such filter") from None

    def get_export_queryset(self, request: HttpRequest) -> Any:
        return self.export_scope(request, request.POST.get("ids", ""))

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[Any]:
        """None: this form does not have the library's field for them."""
        return []

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[TableResource]]:
        return _resources_of(self._selection)

    def export_summary(self, selection: Selection) -> str:
        """The page's text on what would be exported."""
        count = sum(selection.records(table).count() for table in selection.tables)
        message = ngettext("%(count)s record is exported.", "%(count)s records are exported.", count)
        return message % {"count": count}

    # --- the page and the file

    def get_export_formats(self) -> list[type[ExportFormat]]:
        is_single_table = len(self._selection.tables) == 1
        return [each for each in EXPORT_FORMATS if is_single_table or not each.choice.is_single_table]

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: ExportFormat) -> str:
        return f"{self.file_stem()}-{timezone.localdate()}.{file_format.get_extension()}"

    def file_stem(self) -> str:
        """The stem of the file name, which the import recognizes as the table's."""
        return str(self.opts.verbose_name_plural)

    def init_request_context_data(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        selection = Selection(
            self.export_scope(request, form["ids"].value() or ""), _visibility(request.user), has_status=True
        )
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return super().init_request_context_data(request, form) | {
            "title": self.title,
            "message": self.export_summary(selection),
            "export_url": self._admin_url("export") + query,
            "back_url": self._admin_url("changelist") + query,
        }

    def _admin_url(self, tag: str) -> str:
        return reverse(f"admin:timeline_{self.opts.model_name}_{tag}")

    def export_page(self, request: HttpRequest, form: Any) -> HttpResponse:
        context = self.init_request_context_data(request, form)
        return TemplateResponse(request, [self.export_template_name], context)

    def _do_file_export(
        self, file_format: ExportFormat, request: HttpRequest, queryset: Any, export_form: Any = None
    ) -> HttpResponse | FileResponse:
        """Replaces the library's method, which builds the whole file in memory."""
        is_public = export_form.cleaned_data.get("public", False)
        try:
            file = open_export(
                queryset,
                file_format.choice.suffix,
                file_format.format.name,
                visible=published if is_public else _visibility(request.user),
                has_status=not is_public,
            )
        except ExportError as refusal:
            export_form.add_error(None, refusal.messages)
            return self.export_page(request, export_form)
        response = FileResponse(file, content_type=file_format.get_content_type())
        name = self.get_export_filename(request, queryset, file_format)
        # Preceded by an ASCII name for clients without support for the encoded one (RFC 6266, RFC 8187).
        tables = Selection(queryset, None, has_status=False).tables
        plain = name.replace(self.file_stem(), tables[0].name if len(tables) == 1 else "content")
        response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        return response


class FullExportAdmin(ExportAdmin):
    """A list with a button to export everything that the user may view."""

    actions: ClassVar[list[str]] = []
    # The list has its own template with the button.
    import_export_change_list_template = None
    title = gettext_lazy("Export everything")
    export_form_class = PublicExportForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("timeline.export_files") and bool(self.export_scope(request, ""))

    @property
    def _selection(self) -> Selection:
        return Selection(None, None, has_status=False)

    def export_scope(self, request: HttpRequest, ids: str) -> list[str]:
        """The names of the tables that the user may view, parts included."""
        return [
            table.name
            for table in TABLES.values()
            if not table.within
            and _may_view_tables(request.user, [table, *(TABLES[name] for name in table.nested.values())])
        ]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[TableResource]]:
        return _resources_of(Selection(self.export_scope(request, ""), None, has_status=False))

    def file_stem(self) -> str:
        return _("all content")

    def export_summary(self, selection: Selection) -> str:
        return _("Everything that you may see is exported; working copies, history and accounts are not.")


def _resources_of(selection: Selection) -> list[type[TableResource]]:
    return [RESOURCES[table.name] for table in (*selection.tables, *selection.parts)]


def _may_view_tables(user: Any, tables: list[Table]) -> bool:
    return all(user.has_perm(f"timeline.view_{table.model._meta.model_name}") for table in tables)


def _visibility(user: Any) -> Visible:
    return lambda entries: entries.visible_to(user)
