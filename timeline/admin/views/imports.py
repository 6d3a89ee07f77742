"""The pages of an import: upload, preview, error workbook, confirmation and undo."""

import contextlib
import hmac
import io
import logging
from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline.admin.base import admin_url
from timeline.admin.foretold_undo import foretold_sections, undo_facts
from timeline.admin.form_drafts import mark_saved
from timeline.admin.hidden_fields import SEEN_FIELD
from timeline.admin.import_preview import (
    OUTCOMES,
    PUBLIC_FILTERS,
    confirmation_label,
    counts_summary,
    counts_text,
    created_records,
    missing_records,
    outcome_totals,
    preview_rows,
    table_label,
)
from timeline.admin.import_questions import errors_of, question_groups
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.upload_form import UploadForm
from timeline.admin.views.base import AdminView, RecordView
from timeline.admin.views.queue import KnownCountPaginator
from timeline.exchange import prepared_imports
from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.exporting.template import described_columns, template_workbook
from timeline.exchange.importing.import_files import PUBLISHED
from timeline.exchange.importing.undo import expected_result, undo
from timeline.exchange.importing.undo_result import MAX_NAMED
from timeline.exchange.jobs.queue import (
    is_large_undo,
    mark_seen,
    queue_job,
    queue_undo,
    start_preview,
    undo_job,
)
from timeline.exchange.readers.headers import PROBLEMS, stem_of_upload
from timeline.models import Chronicle, ImportBatch, ImportJob, JobState, JobStep, PreparedImport, PreviewedRow
from timeline.rows.tables import TABLES

logger = logging.getLogger("django.request")

PAGE_SIZE = 100
# The parameter of a preview whose questions were sent without answering all of them.
UNANSWERED_PARAMETER = "unanswered"
# Where the session has the numbers of its imports, by the token of their preview.
IMPORTED_KEY = "imported"
# Where it has what was typed as answers of the last preview and cannot be taken, each with the reason.
REFUSED_KEY = "refused_answers"


class ImportView(AdminView):
    """A page for users who have its permission, whether or not they may view the list of imports."""

    permission = "timeline.import_files"

    def has_permission(self) -> bool:
        return self.request.user.has_perm(self.permission)


@contextlib.contextmanager
def logged_storage_errors(request: HttpRequest) -> Iterator[None]:
    """Log database and disk errors raised in this block, and raise ValidationError with a message for the user."""
    try:
        with as_storage_errors():
            yield
    except StorageError as failure:
        # Logged with the traceback, as Django does for an unhandled error, although the user gets a message.
        logger.error("%s: %s", request.path, failure.__cause__, exc_info=failure, extra={"request": request})
        report = _("If you report this, please give the request id %(request_id)s.")
        report %= {"request_id": getattr(request, "id", "-")}
        raise ValidationError(f"{failure} {report}") from failure


def imported_message(batch: ImportBatch | None) -> str:
    """The message after an import, which is None if there was nothing to change."""
    if batch is None:
        return _("The file says what is there already; nothing was changed.")
    return _("Imported: %(what)s") % {"what": counts_summary(batch.counts)}


def tell_undone(
    admin: RecordViewsAdmin, request: HttpRequest, texts: Sequence[str], *, is_error: bool
) -> None:
    """The messages after undoing an import: what it did, or why nothing was done, and what it left alone."""
    first, *details = texts
    admin.message_user(request, first, messages.ERROR if is_error else messages.INFO)
    for text in details:
        admin.message_user(request, text, messages.WARNING)


class UploadView(ImportView):
    """The form of an upload. `?table=` names the table whose list led here."""

    @cached_property
    def form(self) -> UploadForm:
        may_publish = self.request.user.has_perm("timeline.publish_entry")
        return UploadForm(self.request.POST or None, self.request.FILES or None, may_publish=may_publish)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form()

    def show_form(self, status: int = 200) -> HttpResponse:
        table = TABLES.get(self.request.GET.get("table", ""))
        if table and table.within:
            table = None
        return self.render(
            "import_upload",
            status,
            title=_("Import a file"),
            form=self.form,
            back_url=admin_url(table.model if table else self.admin.model, "changelist"),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.form.is_valid():
            return self.show_form()
        file, options = self.form.cleaned_data["file"], self.form.options()
        try:
            with logged_storage_errors(request):
                prepared = prepared_imports.prepare(file.name, file.read(), options, by=actor(request))
                # Of a corrected table it was said already how it is read.
                is_mapped = bool(prepared.mapping) and not prepared_imports.former_upload(prepared)
                if not is_mapped:
                    start_preview(prepared)
        except ValidationError as failure:
            self.form.add_error("file", failure)
            return self.show_form(503)
        return HttpResponseRedirect(self.admin.admin_url("mapping" if is_mapped else "preview", prepared.pk))


class TemplateView(ImportView):
    """The workbook to fill in, with a sheet for each table."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> FileResponse:
        name = _("Template")
        return FileResponse(io.BytesIO(template_workbook()), as_attachment=True, filename=f"{name}.xlsx")


class ColumnsView(ImportView):
    """The tables that files may have, with their columns."""

    def get(self, request: HttpRequest) -> HttpResponse:
        has_english = Chronicle.objects.current().english_pages
        tables = [
            (table_label(name), described_columns(table, has_english=has_english))
            for name, table in TABLES.items()
        ]
        return self.render("import_columns", title=_("Tables and columns"), tables=tables)


class PreparedImportView(ImportView):
    """A page about the user's own prepared import, whose token is in the URL. If there is none, it says what became of it."""

    # Whether the page is about the preview, before which a table from elsewhere is mapped.
    needs_preview = True

    @cached_property
    def prepared(self) -> PreparedImport:
        # Without what grows with the file.
        rows = PreparedImport.objects.defer("content", "problems").select_related("job")
        return get_object_or_404(rows, pk=self.kwargs["token"], created_by=actor(self.request))

    @cached_property
    def job(self) -> ImportJob | None:
        return getattr(self.prepared, "job", None)

    def unavailable(self) -> HttpResponse | None:
        try:
            if not self.prepared.is_expired:
                if self.job and (response := self.elsewhere(self.job)):
                    return response
                if self.needs_preview and not self.prepared.outcome:
                    return HttpResponseRedirect(self.admin.admin_url("mapping", self.prepared.pk))
                return None
        except Http404:
            imported = self.request.session.get(IMPORTED_KEY, {}).get(str(self.kwargs["token"]))
            batch = ImportBatch.objects.filter(pk=imported).first()
            return self.render("import_gone", 404, title=_("This preview is gone"), batch=batch)
        message = _("This preview has expired: upload the file again.")
        return self.refuse(message, self.admin.admin_url("upload"))

    def elsewhere(self, job: ImportJob) -> HttpResponse | None:
        """The response while a job prepares what the page is about, or after the import; None if the page applies."""
        if job.is_imported:
            return self.imported(job)
        if job.is_active or (job.step == JobStep.PREVIEW and job.state != JobState.DONE):
            return HttpResponseRedirect(self.admin.admin_url("progress", self.prepared.pk))
        if job.step == JobStep.IMPORT and not job.is_seen:
            message = job.message or _("The import was cancelled; nothing was changed.")
            self.admin.message_user(self.request, message, messages.ERROR)
        self.mark_seen(job)
        return None

    def imported(self, job: ImportJob) -> HttpResponse:
        """To the page of the import that a job has carried out, the first time with a message."""
        if not job.is_seen:
            self.admin.message_user(self.request, imported_message(job.batch))
        self.mark_seen(job)
        return HttpResponseRedirect(self.imported_url(job.batch))

    def imported_url(self, batch: ImportBatch | None) -> str:
        return self.admin.admin_url("change", batch.pk) if batch else self.admin.admin_url("changelist")

    def mark_seen(self, job: ImportJob) -> None:
        if not (job.is_seen or job.is_active):
            mark_seen(job)

    def preview_url(self) -> str:
        return self.admin.admin_url("preview", self.prepared.pk)

    def missing_permissions(self) -> list[str]:
        """What the import would do that the user has no permission to do by hand."""
        verbs = {"new": "add", "changed": "change", "deleted": "delete"}
        return [
            f"{table_label(name)}：{OUTCOMES[outcome]}"
            for name, counted_rows in self.prepared.outcome["counts"].items()
            for outcome, verb in verbs.items()
            if counted_rows.get(outcome)
            and not self.request.user.has_perm(f"timeline.{verb}_{TABLES[name].model._meta.model_name}")
        ]


class PreviewView(PreparedImportView):
    """What the import would do, row by row, or everything that is wrong with the file."""

    def draft_count(self) -> int:
        """The number of new records, unless they become public."""
        if self.prepared.options["publish"]:
            return 0
        counts = self.prepared.outcome["counts"]
        return sum(rows.get("new", 0) for name, rows in counts.items() if not TABLES[name].within)

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        prepared, outcome = self.prepared, self.prepared.outcome
        show = request.GET.get("show", "")
        rows, total = PreviewedRow.objects.of(prepared), outcome["row_count"]
        if show in PUBLIC_FILTERS:
            column = PUBLIC_FILTERS[show][1]
            rows, total = rows.filter(**{column: True}), outcome["totals"][column]
        elif show:
            rows, total = rows.filter(outcome=show), outcome["totals"].get(show, 0)
        page = KnownCountPaginator(rows, total, PAGE_SIZE).get_page(request.GET.get("page"))
        published_of = outcome["published_of"]
        mapping, questions = prepared_imports.mapping_of(prepared), prepared_imports.questions(prepared)
        groups = question_groups(
            questions,
            prepared_imports.later_questions(prepared),
            mapping.answers if mapping else (),
            request.session.get(REFUSED_KEY, {}).get(str(prepared.pk), {}),
            is_checked=UNANSWERED_PARAMETER in request.GET,
        )
        return self.render(
            "import_preview",
            title=_("Preview of the import"),
            prepared=prepared,
            encodings=sorted({*outcome["encodings"].values()}),
            outcome=outcome,
            questions=groups,
            errors=[*errors_of(groups)],
            created=created_records(outcome),
            missing_records=missing_records(outcome),
            missing_permissions=self.missing_permissions(),
            totals=outcome_totals(outcome),
            tables=[
                (table_label(name), counts_text(counts | {PUBLISHED: published_of.get(name, 0)}))
                for name, counts in outcome["counts"].items()
                if counts or published_of.get(name)
            ],
            drafts=self.draft_count(),
            button=confirmation_label(outcome),
            show=show,
            rows=page,
            lines=preview_rows([row.as_row() for row in page], is_mapped=mapping is not None),
            is_mapped=mapping is not None,
        )


class ErrorWorkbookView(PreparedImportView):
    """The error workbook of the uploaded file."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, token: object) -> FileResponse:
        name = f"{stem_of_upload(self.prepared.name)}-{_(PROBLEMS)}.xlsx"
        workbook = io.BytesIO(prepared_imports.error_workbook(self.prepared))
        return FileResponse(workbook, as_attachment=True, filename=name)


class ImportConfirmView(PreparedImportView):
    """Imports the file as the preview says, which the user has read."""

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.preview_url())

    def post(self, request: HttpRequest, token: object) -> HttpResponse:
        may_publish = request.user.has_perm("timeline.publish_entry")
        seen, stored = request.POST.get(SEEN_FIELD, ""), self.prepared.outcome["fingerprint"]
        if (self.prepared.options["publish"] and not may_publish) or self.missing_permissions():
            raise PermissionDenied
        if not hmac.compare_digest(seen.encode(), stored.encode()):
            # Answered in another window.
            return self.refuse(
                _("Nothing was imported: this is another preview than the one that was open. Read it."),
                self.preview_url(),
            )
        if self.job:
            queue_job(self.prepared, JobStep.IMPORT, self.prepared.outcome["row_count"])
            return HttpResponseRedirect(self.admin.admin_url("progress", token))
        try:
            with logged_storage_errors(request):
                batch = prepared_imports.carry_out(self.prepared)
        except ValidationError as refusal:
            return self.refuse(refusal.messages[0], self.preview_url())
        self.prepared.delete()
        if batch is not None:
            # For whoever goes back to the preview.
            numbers = request.session.get(IMPORTED_KEY, {})
            request.session[IMPORTED_KEY] = {**numbers, str(token): batch.pk}
        self.admin.message_user(request, imported_message(batch))
        return HttpResponseRedirect(self.imported_url(batch))


class UndoView(ImportView, RecordView):
    """Undoes an import."""

    record: ImportBatch
    permission = "timeline.undo_import"

    def unavailable(self) -> HttpResponse | None:
        job = undo_job(self.record)
        if job is not None and job.is_active:
            return HttpResponseRedirect(self.admin.admin_url("undo_progress", self.record.pk))
        if self.record.is_in_force:
            return None
        url = self.admin.admin_url("change", self.record.pk)
        return self.refuse(_("This import was undone already."), url)

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self.record
        expected = expected_result(batch)
        return self.render(
            "confirmation",
            title=_("Undo %(import)s") % {"import": batch},
            message=_(
                "What the import made is removed, or withdrawn where it is public; what it changed is as before. What was edited since is left alone and listed."
            ),
            facts=undo_facts(batch, expected),
            foretold=foretold_sections(expected),
            left_alone=expected.skipped[:MAX_NAMED],
            more_left_alone=len(expected.skipped[MAX_NAMED:]),
            differences=None,
            button=_("Undo the import"),
            is_loss=True,
            back_url=self.admin.admin_url("change", object_id),
        )

    def post(self, request: HttpRequest, object_id: int) -> HttpResponse:
        url = self.admin.admin_url("change", object_id)
        try:
            with logged_storage_errors(request):
                if is_large_undo(self.record):
                    queue_undo(self.record, by=actor(request))
                    progress_url = self.admin.admin_url("undo_progress", object_id)
                    return mark_saved(request, HttpResponseRedirect(progress_url))
                result = undo(self.record, by=actor(request))
        except ValidationError as refusal:
            return self.refuse(refusal.messages[0], url)
        tell_undone(self.admin, request, result.messages(), is_error=result.did_nothing)
        return mark_saved(request, HttpResponseRedirect(url))
