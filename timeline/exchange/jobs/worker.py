"""The worker: it carries out the jobs that wait, one after the other, and takes up those whose process has ended."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from django import db
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils.translation import gettext as _

from timeline.exchange import prepared_imports
from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.importing.import_files import ImportCancelledError
from timeline.exchange.importing.undo import undo
from timeline.exchange.importing.undo_result import UndoResult
from timeline.exchange.jobs import progress
from timeline.models import ImportBatch, ImportJob, JobStage, JobState, JobStep
from timeline.models.import_jobs import MAX_ATTEMPTS, STALE_AFTER

logger = logging.getLogger(__name__)

# Seconds between two signs of life, and between two looks at the queue.
HEARTBEAT, WAIT = 1, 1


def run_jobs(*, until_empty: bool, wait: Callable[[float], object] = time.sleep) -> None:
    """Carry out jobs as they come; with `until_empty`, until none waits or runs, whichever process runs it."""
    while True:
        if run_next_job():
            continue
        if until_empty and not ImportJob.objects.active().exists():
            return
        db.close_old_connections()
        wait(WAIT)


def run_next_job() -> bool:
    """Carry out the job that has waited longest. Returns False if none waits, or one is running elsewhere."""
    release_stale_jobs()
    job = ImportJob.objects.active().filter(state=JobState.QUEUED).first()
    if job is None or not job.begin():
        return False
    _run(job)
    return True


def release_stale_jobs() -> None:
    """Let jobs whose process has ended wait again. Those that were cancelled, or end their process each time, have failed."""
    for job in ImportJob.objects.filter(state=JobState.RUNNING):
        now = progress.read(job)
        if not now.is_stale(STALE_AFTER):
            continue
        if now.is_cancelled:
            job.finish(JobState.CANCELLED)
        elif job.attempts < MAX_ATTEMPTS:
            job.queue_again()
        else:
            message = _("The process that worked on it was ended twice; nothing was changed.")
            job.finish(JobState.FAILED, message)
            logger.error("Import job %s has lost its process %s times", job.pk, job.attempts)


class _Heartbeat:
    """Reports the progress of a job while it runs: from a thread, also while no row is finished for long."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.rows_done = 0
        self.goes_on = True
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        # A thread would have a connection of its own, which does not see the transaction of a test.
        if settings.JOB_RUNNER != "request":
            self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def progress(self, rows_done: int) -> None:
        """Note the number of rows done. Raises ImportCancelledError if the job is to end."""
        self.rows_done = rows_done
        if not self._thread.is_alive():
            self._report()
        if not self.goes_on:
            raise ImportCancelledError

    def begin(self, stage: JobStage) -> None:
        """Note what is done now, besides the rows one by one."""
        self.job.stage = stage
        self.progress(self.rows_done)

    def _beat(self) -> None:
        while not self._end.wait(HEARTBEAT):
            self._report()
        connections.close_all()

    def _report(self) -> None:
        try:
            self.goes_on = progress.report(self.job, self.rows_done)
        except Exception:
            # The next one may succeed; without any for long, the job is taken up by another process.
            logger.exception("The progress of import job %s cannot be reported", self.job.pk)


def _run(job: ImportJob) -> None:
    """Carry out a job that this process has begun, to its end in whatever state."""
    try:
        with _Heartbeat(job) as heartbeat, as_storage_errors():
            heartbeat.progress(0)
            _STEPS[JobStep(job.step)](job, heartbeat)
    except ImportCancelledError:
        job.finish(JobState.CANCELLED)
    except ValidationError as refusal:
        job.finish(JobState.FAILED, " ".join(refusal.messages))
    except StorageError as failure:
        logger.exception("Import job %s failed", job.pk)
        job.finish(JobState.FAILED, str(failure))
    except Exception:
        logger.exception("Import job %s failed", job.pk)
        job.finish(JobState.FAILED, _("There was an error, which was reported; nothing was changed."))
    progress.clear(job)


def _finish(
    job: ImportJob, state: JobState = JobState.DONE, message: str = "", batch: ImportBatch | None = None
) -> None:
    """End the job in the transaction of its work. Raises ImportCancelledError if it was cancelled or taken from this process."""
    # Since the last report too, after which all is written.
    if progress.is_cancelled(job) or not job.finish(state, message, batch):
        raise ImportCancelledError


def _preview(job: ImportJob, heartbeat: _Heartbeat) -> None:
    prepared: Any = job.prepared
    prepared_imports.store_preview(
        prepared, progress=heartbeat.progress, begin=heartbeat.begin, before_commit=lambda: _finish(job)
    )


def _import(job: ImportJob, heartbeat: _Heartbeat) -> None:
    def finish(batch: ImportBatch | None) -> None:
        _finish(job, batch=batch)

    prepared: Any = job.prepared
    prepared_imports.carry_out(
        prepared, progress=heartbeat.progress, begin=heartbeat.begin, before_commit=finish
    )
    prepared_imports.empty(prepared)


def _undo(job: ImportJob, heartbeat: _Heartbeat) -> None:
    def finish(result: UndoResult) -> None:
        state = JobState.FAILED if result.did_nothing else JobState.DONE
        _finish(job, state, message="\n".join(result.messages()))

    batch: Any = job.batch
    # Until the first record is undone.
    job.stage = JobStage.COMPARING

    def progress_of_records(done: int) -> None:
        job.stage = "" if done else job.stage
        heartbeat.progress(done)

    undo(batch, by=job.created_by, progress=progress_of_records, before_commit=finish)


_STEPS = {JobStep.PREVIEW: _preview, JobStep.IMPORT: _import, JobStep.UNDO: _undo}
