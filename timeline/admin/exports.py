"""The buttons for import and export on the lists, and the action that exports selected records.

The buttons, their address and the filtered list are django-import-export's; the page is `views/exports.py`.
"""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin

from timeline.admin.record_views import RecordViewsAdmin
from timeline.admin.views.exports import ExportView
from timeline.rows.tables import TABLES


class ExportAdmin(ExportMixin, RecordViewsAdmin):
    """A list with buttons to export it as filtered and to import, and an action for selected records."""

    actions: ClassVar[list[str]] = ["export_selected"]
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    export_view: type[ExportView] = ExportView

    def _export(self, request: HttpRequest) -> ExportView:
        view = self.export_view(admin=self)
        view.setup(request)
        return view

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._export(request).has_permission()

    def export_action(self, request: HttpRequest) -> HttpResponseBase:
        """The view at the library's address."""
        return self._export(request).dispatch(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        query = "".join(f"?table={table.name}" for table in TABLES.values() if table.model is self.model)
        context = {"import_url": reverse("admin:timeline_importbatch_upload") + query}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.action(
        permissions=["export"], description=gettext_lazy("Export the selected %(verbose_name_plural)s")
    )
    def export_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """The choice of format; with all pages selected, for the filtered list."""
        is_whole_list = request.POST.get("select_across") == "1"
        ids = "" if is_whole_list else ",".join(map(str, queryset.values_list("pk", flat=True)))
        if not (ids or is_whole_list):
            self.message_user(request, _("Somebody deleted this meanwhile."), messages.ERROR)
            return None
        view = self._export(request)
        return view.render_form(view.get_form(ids=ids))
