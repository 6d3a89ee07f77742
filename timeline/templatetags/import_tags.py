"""The template tag that lists imports that have not ended: jobs, and uploads that wait for their user."""

from dataclasses import dataclass

from django import template
from django.db.models import Q
from django.template import Context
from django.urls import reverse

from timeline.accounts.names import display_name
from timeline.exchange.jobs import progress
from timeline.models import ImportJob, JobState, JobStep, PreparedImport

register = template.Library()
MAX_LISTED = 20


@dataclass(frozen=True)
class ShownJob:
    """A job with its file, its step and state, who created it if another user did, and its page if that is the user's own."""

    name: str
    step: str
    state: str
    rows_done: int
    by: str
    url: str


@register.inclusion_tag("admin/timeline/_import_jobs.html", takes_context=True)
def import_jobs(context: Context, of_all: bool = False) -> dict[str, object]:
    """The jobs and open uploads of the user; with `of_all`, all of the uploads, and the jobs of others that wait or run. Two queries."""
    user = context["request"].user
    if not (user.has_perm("timeline.import_files") or user.has_perm("timeline.undo_import")):
        return {}
    own = Q(created_by=user)
    is_active = Q(state__in=(JobState.QUEUED, JobState.RUNNING))
    is_unseen = Q(state__in=(JobState.DONE, JobState.FAILED), is_seen=False)
    rows = ImportJob.objects.filter((own & (is_active | is_unseen)) | (is_active if of_all else Q(pk=None)))
    heavy = ("content", "options", "outcome", "problems")
    rows = rows.select_related("created_by", "batch", "prepared")
    rows = rows.defer(*(f"prepared__{name}" for name in heavy))
    uploads = PreparedImport.objects.open().filter(created_by=user).only("name", "created_at")
    uploads = uploads.order_by("-created_at", "pk")
    return {
        "csrf_token": context.get("csrf_token"),
        "of_all": of_all,
        "jobs": [_shown(job, user.pk) for job in rows.order_by("queued_at", "pk")[:MAX_LISTED]],
        # They are kept for a day: the list of imports has all of them.
        "uploads": uploads if of_all else uploads[:MAX_LISTED],
    }


def _shown(job: ImportJob, user: int) -> ShownJob:
    is_own = job.created_by_id == user
    return ShownJob(
        str(job),
        job.get_step_display(),
        job.get_state_display(),
        progress.read(job).rows_done if job.state == JobState.RUNNING else 0,
        "" if is_own else display_name(job.created_by),
        _url(job) if is_own else "",
    )


def _url(job: ImportJob) -> str:
    if job.step == JobStep.UNDO:
        return reverse("admin:timeline_importbatch_undo_progress", args=[job.batch_id])
    return reverse("admin:timeline_importbatch_progress", args=[job.prepared_id])
