"""The page of an export: a format is chosen for the listed or selected records, and the file is streamed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timeline.admin.base import parse_primary_key
from timeline.admin.views.base import AdminView
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import open_export
from timeline.exchange.exporting.selection import Selection, published
from timeline.exchange.formats.registry import export_choices
from timeline.rows.columns import PrimaryKeyIn
from timeline.rows.tables import TABLES, Table
from timeline.visibility import PublishableQuerySet

if TYPE_CHECKING:
    from timeline.admin.exports import ExportAdmin

CHOICES = export_choices(first=(".xlsx", ".csv", ".zip"))


class ExportForm(forms.Form):
    """The format, and the keys of the selected records; no keys mean the whole list."""

    # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
    ids = forms.CharField(required=False, widget=forms.HiddenInput)
    public = forms.BooleanField(
        label=gettext_lazy("Only what is public"),
        required=False,
        help_text=gettext_lazy("What every visitor may read, and nothing that names the rest."),
    )

    def __init__(self, tables: Sequence[Table], data: QueryDict | None, ids: str) -> None:
        super().__init__(data, initial={"ids": ids}, label_suffix="")
        offered = [each for each in CHOICES if len(tables) == 1 or not each[1].is_single_table]
        format = forms.TypedChoiceField(
            label=_("Format"),
            choices=[(index, choice.label) for index, (_format, choice) in enumerate(offered)],
            coerce=lambda index: offered[int(index)],
        )
        self.fields = {"format": format, **self.fields}


class ExportView(AdminView):
    """The export of a list as it is filtered, or of the records selected in it."""

    # An ExportAdmin.
    admin: "ExportAdmin" = None
    permission = "timeline.export_files"
    title = gettext_lazy("Export")

    def has_permission(self) -> bool:
        """Whether the user may export, and may view every table that the export includes."""
        return super().has_permission() and self.may_view(self.selection.parts)

    def may_view(self, tables: Sequence[Table]) -> bool:
        return self.request.user.has_perms(
            f"timeline.view_{table.model._meta.model_name}" for table in tables
        )

    @cached_property
    def selection(self) -> Selection:
        """All that the list has, for its tables."""
        return Selection(self.admin.model._default_manager.all(), None, has_status=False)

    def records(self, ids: str) -> QuerySet | list[str]:
        """What is exported, as an argument of `export()`."""
        if ids:
            keys = {key for text in ids.split(",") if (key := parse_primary_key(text)) is not None}
            return self.admin.get_queryset(self.request).filter(PrimaryKeyIn("pk", keys))
        try:
            return self.admin.get_export_queryset(self.request)
        except IncorrectLookupParameters:
            # Exporting everything would be wrong for an unknown filter.
            raise BadRequest("The list has no such filter") from None

    def visible(self, entries: PublishableQuerySet) -> PublishableQuerySet:
        return entries.visible_to(self.request.user)

    # --- the page

    def get_form(self, data: QueryDict | None = None, ids: str = "") -> ExportForm:
        return ExportForm(self.selection.tables, data, ids)

    def render_form(self, form: ExportForm) -> HttpResponse:
        selection = Selection(self.records(form["ids"].value() or ""), self.visible, has_status=True)
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        return self.render(
            "export",
            title=self.title,
            form=form,
            message=self.summary(selection),
            tables=[table.model._meta.verbose_name_plural for table in (*selection.tables, *selection.parts)],
            export_url=self.admin.admin_url("export") + query,
            back_url=self.admin.admin_url("changelist") + query,
        )

    def summary(self, selection: Selection) -> str:
        """The text of the page on what would be exported."""
        count = sum(selection.records(table).count() for table in selection.tables)
        message = ngettext("%(count)s record is exported.", "%(count)s records are exported.", count)
        return message % {"count": count}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_form(self.get_form())

    # --- the file

    def post(self, request: HttpRequest) -> HttpResponse | FileResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.render_form(form)
        is_public = form.cleaned_data.get("public", False)
        format, choice = form.cleaned_data["format"]
        try:
            file = open_export(
                self.records(form.cleaned_data["ids"]),
                choice.suffix,
                format.name,
                visible=published if is_public else self.visible,
                has_status=not is_public,
            )
        except ExportError as refusal:
            form.add_error(None, refusal.messages)
            return self.render_form(form)
        response = FileResponse(file, content_type=format.media_type_of(choice.suffix))
        tables, ending = self.selection.tables, f"-{timezone.localdate()}{choice.suffix}"
        # Preceded by an ASCII name for clients without support for the encoded one (RFC 6266, RFC 8187).
        plain = (tables[0].name if len(tables) == 1 else "content") + ending
        name = quote(self.file_stem() + ending)
        response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
        return response

    def file_stem(self) -> str:
        """The stem of the file name, which the import recognizes as the table's."""
        return str(self.admin.opts.verbose_name_plural)


class FullExportView(ExportView):
    """The export of everything that the user may view."""

    title = gettext_lazy("Export everything")

    def has_permission(self) -> bool:
        return self.request.user.has_perm(self.permission) and bool(self.records(""))

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.records(""), None, has_status=False)

    def records(self, ids: str) -> list[str]:
        """The names of the tables that the user may view, parts included."""
        return [
            table.name
            for table in TABLES.values()
            if not table.within and self.may_view([table, *table.parts.values()])
        ]

    def summary(self, selection: Selection) -> str:
        return _("Everything that you may see is exported; working copies, history and accounts are not.")

    def file_stem(self) -> str:
        return _("all content")
