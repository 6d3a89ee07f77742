"""The list of imports and the page of each; `views/imports.py` has the pages of a new one."""

from collections import defaultdict
from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from timeline.accounts.names import display_name
from timeline.admin import base
from timeline.admin.exports import ExportAdmin
from timeline.admin.import_preview import counts_summary
from timeline.admin.undone_records import undone_marks
from timeline.admin.views import import_jobs, imports, mappings
from timeline.admin.views.exports import FullExportView
from timeline.models import ImportBatch
from timeline.models.records import Record

MAX_LISTED = 100


@admin.register(ImportBatch)
class ImportAdmin(ExportAdmin):
    """The list of imports, with a new import and the export of everything."""

    extra_urls = [
        ("upload/", imports.UploadView, "upload"),
        ("upload/template/", imports.TemplateView, "template"),
        ("upload/columns/", imports.ColumnsView, "columns"),
        ("prepared/<uuid:token>/mapping/", mappings.MappingView, "mapping"),
        ("prepared/<uuid:token>/mapping/file/", mappings.MappingFileView, "mapping_file"),
        ("prepared/<uuid:token>/answers/", mappings.AnswersView, "answers"),
        ("prepared/<uuid:token>/", imports.PreviewView, "preview"),
        ("prepared/<uuid:token>/confirm/", imports.ImportConfirmView, "confirm"),
        ("prepared/<uuid:token>/progress/", import_jobs.ProgressView, "progress"),
        ("prepared/<uuid:token>/cancel/", import_jobs.CancelView, "cancel"),
        ("prepared/<uuid:token>/discard/", import_jobs.DiscardView, "discard"),
        ("prepared/<uuid:token>/problems/", imports.ErrorWorkbookView, "problems"),
        ("<int:object_id>/undo/", imports.UndoView, "undo"),
        ("<int:object_id>/undo/progress/", import_jobs.UndoProgressView, "undo_progress"),
        ("<int:object_id>/undo/cancel/", import_jobs.UndoCancelView, "undo_cancel"),
    ]
    actions: ClassVar[list[str]] = []
    export_view = FullExportView
    import_export_change_list_template = "admin/timeline/import_list.html"
    change_form_template = "admin/timeline/import_form.html"
    list_display = ["number", "when", "by", "names", "changes_summary", "note", "state"]
    list_display_links = ["number"]
    list_select_related = ["created_by", "undone_by"]
    fields = ["when", "by", "note", "names", "changes_summary", "is_publishing", "state", "records"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, batch: ImportBatch) -> str:
        return str(batch)

    @admin.display(description=gettext_lazy("at"), ordering="created_at")
    def when(self, batch: ImportBatch) -> str:
        return base.format_timestamp(batch.created_at)

    @admin.display(description=gettext_lazy("by"), ordering="created_by")
    def by(self, batch: ImportBatch) -> str:
        return display_name(batch.created_by)

    @admin.display(description=pgettext_lazy("what was done", "published"), boolean=True)
    def is_publishing(self, batch: ImportBatch) -> bool:
        return batch.published

    @admin.display(description=gettext_lazy("files"))
    def names(self, batch: ImportBatch) -> SafeString:
        return format_html_join(
            "、",
            '<span title="SHA-256 {}">{}</span>',
            ((file["sha256"], file["name"]) for file in batch.files),
        )

    @admin.display(description=gettext_lazy("what it did"))
    def changes_summary(self, batch: ImportBatch) -> str:
        return counts_summary(batch.counts)

    @admin.display(description=gettext_lazy("state"))
    def state(self, batch: ImportBatch) -> str:
        if batch.undone_by is None:
            return _("stands")
        context = {"who": display_name(batch.undone_by), "when": base.format_timestamp(batch.undone_at)}
        if batch.skipped_count:
            message = ngettext(
                "undone by %(who)s, %(when)s, but for %(count)s record",
                "undone by %(who)s, %(when)s, but for %(count)s records",
                batch.skipped_count,
            )
            return message % (context | {"count": batch.skipped_count})
        return _("undone by %(who)s, %(when)s") % context

    @admin.display(description=gettext_lazy("records"))
    def records(self, batch: ImportBatch) -> SafeString:
        revisions = [*batch.revisions.order_by("table", "kind", "title")[:MAX_LISTED]]
        keys = defaultdict[type[Record], set[int]](set)
        for revision in revisions:
            keys[revision.model].add(revision.record)
        there = {
            (model, key)
            for model, of_model in keys.items()
            for key in model._default_manager.filter(pk__in=of_model).values_list("pk", flat=True)
        }
        marks = undone_marks(batch, revisions)
        items = [
            format_html(
                '<li><a href="{}">{}</a> · {}</li>',
                base.admin_url(revision.model, "history", revision.record),
                revision.title,
                " · ".join([revision.kind_label, *marks.get(revision.pk, ())]),
            )
            if (revision.model, revision.record) in there
            else format_html("<li>{} · {} · {}</li>", revision.title, revision.kind_label, _("deleted"))
            for revision in revisions
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "{}", ((item,) for item in items)))
