"""The admin of imports: upload, preview, confirmation and undo."""

import hmac
import io
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import PurePath
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from timeline.admin import base
from timeline.admin.exports import ExportAdmin
from timeline.admin.hidden_fields import SEEN_FIELD
from timeline.admin.import_preview import (
    OUTCOMES,
    PUBLISHES,
    counts_summary,
    counts_text,
    preview_rows,
    table_label,
)
from timeline.admin.record_views import actor
from timeline.admin.upload_form import UploadForm
from timeline.admin.views.exports import FullExportView
from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.error_workbook import error_workbook, has_error_workbook
from timeline.exchange.importing.import_files import PUBLISHED, StalePreviewError, import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.importing.undo import undo
from timeline.exchange.readers.headers import PROBLEMS
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import ImportBatch, PreparedImport
from timeline.rows.tables import TABLES

logger = logging.getLogger("django.request")

PAGE_SIZE = 100
MAX_LISTED = 500


def _of_prepared(view: Callable[..., Any]) -> Callable[..., Any]:
    """Call the view with the user's own prepared import; 404 for those of others. An expired one is refused."""

    @wraps(view)
    def call(self: "ImportAdmin", request: HttpRequest, token: Any) -> Any:
        self._require_permission(request, "timeline.import_files")
        prepared = get_object_or_404(PreparedImport, pk=token, created_by=actor(request))
        if prepared.is_expired:
            message = _("This preview has expired: upload the file again.")
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self.admin_url("upload"))
        return view(self, request, prepared)

    return call


@admin.register(ImportBatch)
class ImportAdmin(ExportAdmin):
    """The list of imports, with a new import and the export of everything."""

    extra_urls = [
        ("upload/", "upload_view", "upload"),
        ("prepared/<uuid:token>/", "preview_view", "preview"),
        ("prepared/<uuid:token>/confirm/", "confirm_view", "confirm"),
        ("prepared/<uuid:token>/problems/", "problems_view", "problems"),
        ("<int:object_id>/undo/", "undo_view", "undo"),
    ]
    actions: ClassVar[list[str]] = []
    export_view = FullExportView
    # The list has its own template with the buttons.
    import_export_change_list_template = None
    change_list_template = "admin/timeline/import_list.html"
    change_form_template = "admin/timeline/import_form.html"
    list_display = ["number", "when", "created_by", "names", "changes_summary", "note", "state"]
    list_display_links: ClassVar[Any] = ["number"]
    list_select_related = ["created_by", "undone_by"]
    fields = ["when", "created_by", "note", "names", "changes_summary", "is_publishing", "state", "entries"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, batch: ImportBatch) -> str:
        return str(batch)

    @admin.display(description=gettext_lazy("at"), ordering="created_at")
    def when(self, batch: ImportBatch) -> str:
        return base.format_timestamp(batch.created_at)

    @admin.display(description=pgettext_lazy("what was done", "published"), boolean=True)
    def is_publishing(self, batch: ImportBatch) -> bool:
        return batch.published

    @admin.display(description=gettext_lazy("files"))
    def names(self, batch: ImportBatch) -> Any:
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
        if batch.undone_at is None:
            return _("stands")
        context = {"who": batch.undone_by, "when": base.format_timestamp(batch.undone_at)}
        if batch.skipped_count:
            message = ngettext(
                "undone by %(who)s, %(when)s, but for %(count)s record",
                "undone by %(who)s, %(when)s, but for %(count)s records",
                batch.skipped_count,
            )
            return message % (context | {"count": batch.skipped_count})
        return _("undone by %(who)s, %(when)s") % context

    @admin.display(description=gettext_lazy("entries"))
    def entries(self, batch: ImportBatch) -> Any:
        revisions = batch.revisions.order_by("kind", "title")
        links = (
            (self._history_url(revision), revision.title, revision.get_kind_display())
            for revision in revisions[:PAGE_SIZE]
        )
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a> · {}</li>', links))

    def _history_url(self, revision: Any) -> str:
        return base.kind_admin_url(revision.kind, "history", revision.entry_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).order_by("-pk")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        batch = self.get_object(request, object_id)
        may_undo = batch is not None and batch.is_in_force and request.user.has_perm("timeline.undo_import")
        context = {"undo_url": self.admin_url("undo", batch.pk) if may_undo else ""}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    # --- preview

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """The upload. `?table=` names the table whose list led here."""
        self._require_permission(request, "timeline.import_files")
        name = request.GET.get("table", "")
        table = TABLES[name] if name in TABLES and not TABLES[name].within else None
        may_publish = request.user.has_perm("timeline.publish_entry")
        status = 200
        form = UploadForm(
            request.POST or None, request.FILES or None, may_publish=may_publish, label_suffix=""
        )
        if request.method == "POST" and form.is_valid():
            try:
                with as_storage_errors():
                    prepared = self._prepare(actor(request), form.cleaned_data)
            except StorageError as failure:
                form.add_error("file", self._log_failure(request, failure))
                status = 503
            else:
                return HttpResponseRedirect(self.admin_url("preview", prepared.pk))
        return self.render_page(
            request,
            "import_upload",
            status=status,
            title=_("Import a file"),
            form=form,
            table_name=table_label(table.name) if table else "",
            back_url=reverse(f"admin:timeline_{(table or self).model._meta.model_name}_changelist"),
        )

    def _prepare(self, by: AbstractUser, asked: Mapping[str, Any]) -> PreparedImport:
        PreparedImport.objects.expired().delete()
        prepared = PreparedImport(
            created_by=by,
            name=asked["file"].name[:300],
            content=asked["file"].read(),
            options={
                "encoding": asked["encoding"] or None,
                "clear_empty": asked["empty"] == "clear",
                "publish": asked.get("publish", False),
                "comment": asked["note"],
            },
        )
        self._dry_run(prepared)
        return prepared

    def _log_failure(self, request: HttpRequest, failure: StorageError) -> str:
        """Log a failure that the user cannot fix. Returns the message, with the request id to report."""
        # Logged with the traceback, as Django does for an unhandled error, although the user gets a message.
        logger.error("%s: %s", request.path, failure.__cause__, exc_info=failure, extra={"request": request})
        report = _("If you report this, please give the request id %(request_id)s.")
        return f"{failure} {report}" % {"request_id": getattr(request, "id", "-")}

    def _dry_run(self, prepared: PreparedImport) -> None:
        """Check the files, and store the report."""
        self._store(prepared, self._import(prepared, dry_run=True, include_rows=True))

    def _store(self, prepared: PreparedImport, report: Report) -> None:
        prepared.outcome = report.as_plain() | {
            "rows": report.rows,
            "name": report.fingerprint,
            "problems": [_problem_to_json(problem) for problem in report.problems],
            "can_be_mended": bool(report.problems)
            and has_error_workbook([_as_upload(prepared)], prepared.options["encoding"]),
        }
        prepared.save()

    def _import(self, prepared: PreparedImport, **more: Any) -> Report:
        return import_files([_as_upload(prepared)], by=prepared.created_by, **prepared.options, **more)

    @_of_prepared
    def preview_view(self, request: HttpRequest, prepared: PreparedImport) -> HttpResponse:
        outcome = prepared.outcome
        show = request.GET.get("show", "")
        rows = [
            row
            for row in outcome["rows"]
            if show in ("", row["outcome"]) or (show == PUBLISHED and row.get("publishes"))
        ]
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        totals = [
            (name, label, sum(row["outcome"] == name for row in outcome["rows"]))
            for name, label in OUTCOMES.items()
        ]
        # A preview from before an upgrade lacks the key.
        published_of = outcome.get("published_of", {})
        published = sum(published_of.values())
        return self.render_page(
            request,
            "import_preview",
            title=_("Preview of the import"),
            prepared=prepared,
            options=prepared.options,
            encodings=sorted({*outcome["encodings"].values()}),
            outcome=outcome,
            problems=[str(_problem_from_json(problem)) for problem in outcome["problems"][:MAX_LISTED]],
            error_workbook_url=self.admin_url("problems", prepared.pk)
            if outcome.get("can_be_mended", True)
            else "",
            missing_permissions=self._missing_permissions(request, outcome["counts"]),
            totals=[*totals, *([(PUBLISHED, PUBLISHES, published)] if published else [])],
            published=published,
            tables=[
                (table_label(name), counts_text(counts | {PUBLISHED: published_of.get(name, 0)}))
                for name, counts in outcome["counts"].items()
                if counts
            ],
            show=show,
            rows=page,
            lines=preview_rows(list(page), outcome["rows"]),
            confirm=self.admin_url("confirm", prepared.pk),
            back_url=self.admin_url("upload"),
        )

    @method_decorator(require_GET)
    @_of_prepared
    def problems_view(self, request: HttpRequest, prepared: PreparedImport) -> FileResponse:
        """The error workbook of the uploaded file."""
        problems = [_problem_from_json(problem) for problem in prepared.outcome["problems"]]
        workbook = error_workbook([_as_upload(prepared)], problems, prepared.options.get("encoding"))
        name = f"{PurePath(prepared.name).stem}-{_(PROBLEMS)}.xlsx"
        return FileResponse(io.BytesIO(workbook), as_attachment=True, filename=name)

    @_of_prepared
    def confirm_view(self, request: HttpRequest, prepared: PreparedImport) -> HttpResponse:
        if request.method != "POST":
            # After a login in between.
            return HttpResponseRedirect(self.admin_url("preview", prepared.pk))
        if prepared.options["publish"]:
            self._require_permission(request, "timeline.publish_entry")
        seen = hmac.compare_digest(
            request.POST.get(SEEN_FIELD, "").encode(), prepared.outcome["name"].encode()
        )
        if self._missing_permissions(request, prepared.outcome["counts"]) or not seen:
            raise PermissionDenied
        try:
            with as_storage_errors():
                try:
                    report = self._import(prepared, expected_fingerprint=prepared.outcome["name"])
                except StalePreviewError:
                    self._dry_run(prepared)
                    report = None
        except StorageError as failure:
            self.message_user(request, self._log_failure(request, failure), messages.ERROR)
            return HttpResponseRedirect(self.admin_url("preview", prepared.pk))
        if report is None:
            message = _(
                "Nothing was imported: the content was changed since the preview. This is a new preview; read it again."
            )
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self.admin_url("preview", prepared.pk))
        if report.problems:
            # Of what only the database refuses: the preview has no problems.
            self._store(prepared, report)
            message = _("Nothing was imported: %(count)s problems.") % {"count": len(report.problems)}
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self.admin_url("preview", prepared.pk))
        prepared.delete()
        if report.batch is None:
            self.message_user(request, _("The file says what is there already; nothing was changed."))
            return HttpResponseRedirect(self.admin_url("changelist"))
        self.message_user(request, _("Imported: %(what)s") % {"what": counts_summary(report.batch.counts)})
        return HttpResponseRedirect(self.admin_url("change", report.batch.pk))

    # --- undo

    def undo_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self._require_permission(request, "timeline.undo_import")
        batch = self.get_record_or_404(request, object_id)
        if request.method != "POST":
            return self.render_page(
                request,
                "confirmation",
                batch,
                title=_("Undo the import"),
                message=_(
                    "What the import made is removed, or withdrawn where it is public; what it changed is as before. What was edited since is left alone and listed."
                ),
                differences=None,
                button=_("Undo the import"),
                is_loss=True,
                back_url=self.admin_url("change", object_id),
            )
        try:
            with as_storage_errors():
                result = undo(batch, by=actor(request))
        except StorageError as failure:
            self.message_user(request, self._log_failure(request, failure), messages.ERROR)
            return HttpResponseRedirect(self.admin_url("change", object_id))
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(self.admin_url("change", object_id))
        first, *details = result.messages()
        self.message_user(request, first, messages.ERROR if result.did_nothing else messages.INFO)
        for message in details:
            self.message_user(request, message, messages.WARNING)
        return HttpResponseRedirect(self.admin_url("change", object_id))

    # --- permissions

    def _require_permission(self, request: HttpRequest, right: str) -> None:
        if not request.user.has_perm(right):
            raise PermissionDenied

    def _missing_permissions(
        self, request: HttpRequest, counts: Mapping[str, Mapping[str, int]]
    ) -> list[str]:
        """What the import would do that the user has no permission to do by hand."""
        verbs = {"new": "add", "changed": "change", "deleted": "delete"}
        return [
            f"{table_label(name)}：{OUTCOMES[outcome]}"
            for name, counted_rows in counts.items()
            for outcome, verb in verbs.items()
            if counted_rows.get(outcome)
            and not request.user.has_perm(f"timeline.{verb}_{TABLES[name].model._meta.model_name}")
        ]


def _as_upload(prepared: PreparedImport) -> Upload:
    return Upload(prepared.name, bytes(prepared.content))


def _problem_to_json(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "place": [place.file, place.table, place.row, place.line],
        "message": problem.message,
        "column": problem.column,
        "value": problem.value,
    }


def _problem_from_json(kept: dict[str, Any]) -> Problem:
    return Problem(FileLocation(*kept["place"]), kept["message"], kept["column"], kept["value"])
