"""The page that follows the preview or the import of a large file, and the button that cancels it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from timeline.admin.views.imports import PreparedImportView
from timeline.exchange.jobs.queue import cancel, status_of
from timeline.exchange.jobs.starting import start_worker
from timeline.models import ImportJob, JobState, JobStep


class ProgressView(PreparedImportView):
    """How far the job is. Once it has ended well, its result; a script asks for this page again and again."""

    http_method_names = ["get"]
    needs_preview = False

    def elsewhere(self, job: ImportJob) -> HttpResponse | None:
        if job.is_imported:
            return self.imported(job)
        # An import that failed leads back to its preview, as one without a job does.
        if not job.is_active and (job.step == JobStep.IMPORT or job.state == JobState.DONE):
            return HttpResponseRedirect(self.preview_url())
        return None

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        job = self.job
        if job is None:
            return HttpResponseRedirect(self.preview_url())
        if job.is_active:
            # Where the process that worked on it was killed, nobody else does.
            start_worker()
        self.mark_seen(job)
        titles = {JobStep.PREVIEW: _("Preview of the import"), JobStep.IMPORT: _("Import")}
        return self.render(
            "import_progress",
            title=titles[JobStep(job.step)],
            prepared=self.prepared,
            job=job,
            progress=status_of(job),
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
