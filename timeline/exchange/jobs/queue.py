"""The queue of jobs: what is put into it, how far each is, and cancelling."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import OperationalError, transaction
from django.utils import timezone

from timeline.exchange.jobs import progress
from timeline.exchange.jobs.sizes import size_of
from timeline.exchange.jobs.starting import start_worker
from timeline.exchange.prepared_imports import store_preview
from timeline.models import ImportBatch, ImportJob, JobStage, JobState, JobStep, PreparedImport
from timeline.models.lock_waiting import without_waiting


@dataclass(frozen=True)
class JobStatus:
    """How far a job is. `ahead` is the number of jobs that come before it; `rows_total` is about right, or not known."""

    job: ImportJob
    rows_done: int = 0
    rows_total: int | None = None
    stage: str = ""
    ahead: int = 0
    is_cancelled: bool = False

    @property
    def stage_label(self) -> str:
        """What the job does besides the rows one by one; empty while it takes row after row."""
        return str(dict(JobStage.choices).get(self.stage, ""))

    @property
    def shown_total(self) -> int:
        """The number of rows to show, of which no more can be done."""
        return max(self.rows_total or 0, self.rows_done)


def queue_job(prepared: PreparedImport, step: JobStep, rows_total: int | None = None) -> ImportJob:
    """Queue the preview or the import of an upload, unless one of its own waits or runs already."""
    subject = {"prepared": prepared}
    return _queue(
        subject, prepared.created_by, step=step, rows_total=rows_total, batch=None, token=prepared.pk
    )


def queue_undo(batch: ImportBatch, *, by: AbstractUser) -> ImportJob:
    """Queue the undoing of an import, unless it waits or runs already."""
    return _queue({"batch": batch, "step": JobStep.UNDO}, by, rows_total=batch.revisions.count())


def is_large_undo(batch: ImportBatch) -> bool:
    """Whether undoing the import takes longer than a request may."""
    return batch.revisions.count() > int(settings.IMPORT_JOB_ROWS)


def undo_job(batch: ImportBatch) -> ImportJob | None:
    """The job that undoes the import, or the last that did."""
    return ImportJob.objects.filter(batch=batch, step=JobStep.UNDO).first()


def _queue(subject: Mapping[str, object], by: AbstractUser, **of_job: object) -> ImportJob:
    values = {
        **of_job,
        "created_by": by,
        "state": JobState.QUEUED,
        "queued_at": timezone.now(),
        "attempts": 0,
        "rows_done": 0,
        "is_cancelled": False,
        "message": "",
        "is_seen": False,
        "finished_at": None,
    }
    with transaction.atomic():
        job, is_new = ImportJob.objects.get_or_create(**subject, defaults=values)
        active = (JobState.QUEUED, JobState.RUNNING)
        if not is_new and ImportJob.objects.filter(pk=job.pk).exclude(state__in=active).update(**values):
            progress.clear(job)
            job.refresh_from_db()
    start_worker()
    return job


def takes_long(prepared: PreparedImport) -> bool:
    """Whether the preview of an upload takes longer than a request may."""
    return size_of(prepared.name, bytes(prepared.content)).is_large


def start_preview(prepared: PreparedImport) -> None:
    """Store the preview of an upload: at once, or by a job if it is large."""
    size = size_of(prepared.name, bytes(prepared.content))
    if size.is_large:
        # Each row of a mapped file is followed by its citation.
        factor = 2 if prepared.mapping.get("source") else 1
        queue_job(prepared, JobStep.PREVIEW, size.rows * factor or None)
    else:
        store_preview(prepared)


def status_of(job: ImportJob) -> JobStatus:
    """How far a job is that was just fetched."""
    if job.state == JobState.RUNNING:
        now = progress.read(job)
        return JobStatus(job, now.rows_done, job.rows_total, now.stage, is_cancelled=now.is_cancelled)
    if job.state == JobState.QUEUED:
        before = ImportJob.objects.active().exclude(pk=job.pk)
        ahead = before.filter(queued_at__lt=job.queued_at).count()
        return JobStatus(job, rows_total=job.rows_total, ahead=ahead)
    return JobStatus(job, rows_total=job.rows_total)


def mark_seen(job: ImportJob) -> None:
    """Note that the user has seen how the job ended; not now if another one locks the database, since this is for a page."""
    with contextlib.suppress(OperationalError), without_waiting():
        ImportJob.objects.filter(pk=job.pk).update(is_seen=True)


def cancel(job: ImportJob) -> None:
    """Cancel a job: at once if it waits, within a second or two if it runs, unless it ends before."""
    # Writing to the database would wait for an import that locks SQLite: until it has ended.
    if job.state == JobState.RUNNING or not job.cancel_waiting():
        progress.cancel(job)
