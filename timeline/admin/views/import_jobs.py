"""The pages that follow the preview, the import or the undoing of a large file, and the buttons that cancel it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline.admin.views.base import RecordView
from timeline.admin.views.imports import ImportView, PreparedImportView, tell_undone
from timeline.exchange.jobs.queue import cancel, mark_seen, status_of, undo_job
from timeline.exchange.jobs.starting import start_worker
from timeline.models import ImportBatch, ImportJob, JobState, JobStep


def progress_context(job: ImportJob) -> dict[str, object]:
    """The job of a page that follows it, and how far it is. What an active one lacks to go on is started."""
    if job.is_active:
        # Where the process that worked on it was killed, nobody else does.
        start_worker()
    return {"job": job, "progress": status_of(job)}


class ProgressView(PreparedImportView):
    """How far the job is. Once it has ended well, its result; a script asks for this page again and again."""

    http_method_names = ["get"]
    needs_preview = False

    def elsewhere(self, job: ImportJob) -> HttpResponse | None:
        if job.is_imported:
            return self.imported(job)
        if job.step == JobStep.IMPORT and job.state == JobState.CANCELLED and not job.is_seen:
            message = _("The import was cancelled; nothing was changed.")
            self.admin.message_user(self.request, message)
            self.mark_seen(job)
            return HttpResponseRedirect(self.admin.admin_url("changelist"))
        # An import that failed leads back to its preview, as one without a job does.
        if not job.is_active and (job.step == JobStep.IMPORT or job.state == JobState.DONE):
            return HttpResponseRedirect(self.preview_url())
        return None

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        job = self.job
        if job is None:
            return HttpResponseRedirect(self.preview_url())
        self.mark_seen(job)
        titles = {JobStep.PREVIEW: _("Preview of the import"), JobStep.IMPORT: _("Import")}
        context = progress_context(job)
        cancel_url = self.admin.admin_url("cancel", self.prepared.pk)
        return self.render(
            "import_progress", title=titles[JobStep(job.step)], cancel_url=cancel_url, **context
        )


class CancelView(PreparedImportView):
    """Cancels the job."""

    http_method_names = ["get", "post"]
    needs_preview = False

    def elsewhere(self, job: ImportJob) -> HttpResponse | None:
        return None

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.admin.admin_url("progress", token))

    def post(self, request: HttpRequest, token: object) -> HttpResponse:
        if self.job and self.job.is_active:
            cancel(self.job)
        return HttpResponseRedirect(self.admin.admin_url("progress", token))


class DiscardView(PreparedImportView):
    """Discards an upload that was not imported, with its preview and answers."""

    http_method_names = ["get", "post"]
    needs_preview = False

    def elsewhere(self, job: ImportJob) -> HttpResponse | None:
        return super().elsewhere(job) if job.is_imported or job.is_active else None

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.admin.admin_url("changelist"))

    def post(self, request: HttpRequest, token: object) -> HttpResponse:
        name = self.prepared.name
        self.prepared.delete()
        self.admin.message_user(request, _("Discarded: %(name)s. Nothing was imported.") % {"name": name})
        return HttpResponseRedirect(self.admin.admin_url("changelist"))


class UndoJobView(ImportView, RecordView):
    """A page about the job that undoes an import."""

    record: ImportBatch
    permission = "timeline.undo_import"

    @cached_property
    def job(self) -> ImportJob | None:
        return undo_job(self.record)


class UndoProgressView(UndoJobView):
    """How far the undoing of an import is. Once it has ended, the page of the import, the first time with the result."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        job = self.job
        if job is not None and job.is_active:
            title = _("Undo %(import)s") % {"import": self.record}
            cancel_url = self.admin.admin_url("undo_cancel", object_id)
            return self.render("import_progress", title=title, cancel_url=cancel_url, **progress_context(job))
        if job is not None and not job.is_seen:
            texts = job.message.split("\n") if job.message else [_("It was cancelled; nothing was changed.")]
            tell_undone(self.admin, request, texts, is_error=job.state != JobState.DONE)
            mark_seen(job)
        return HttpResponseRedirect(self.admin.admin_url("change", object_id))


class UndoCancelView(UndoJobView):
    """Cancels the undoing of an import."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.admin.admin_url("undo_progress", object_id))

    def post(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if self.job and self.job.is_active:
            cancel(self.job)
        return HttpResponseRedirect(self.admin.admin_url("undo_progress", object_id))
