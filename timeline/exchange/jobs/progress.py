"""What a running job and the page that follows it tell each other: signs of life, the rows done, and that it is cancelled.

In the row of the job; on SQLite, where an import locks the database, in a file beside it, which also spares everybody who
writes the small transactions of a preview.
"""

import contextlib
import datetime
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from timeline.models import ImportJob, JobState, JobStep
from timeline.models.import_jobs import STALE_AFTER


@dataclass(frozen=True)
class Progress:
    """The rows that a running job has done, what it does besides, when it last gave a sign of life, and whether it is cancelled."""

    rows_done: int
    stage: str
    heartbeat_at: datetime.datetime
    is_cancelled: bool

    def is_stale(self, after: datetime.timedelta) -> bool:
        return self.heartbeat_at < timezone.now() - after


def report(job: ImportJob, rows_done: int) -> bool:
    """Report that the job of this process is alive, and its stage. Returns False if it is to end: it is cancelled, or another process has it."""
    if _uses_files():
        _write(job, rows_done)
        return not is_cancelled(job)
    rows = ImportJob.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    is_own = rows.update(rows_done=rows_done, stage=job.stage, heartbeat_at=timezone.now()) == 1
    return is_own and not is_cancelled(job)


def is_cancelled(job: ImportJob) -> bool:
    """Whether somebody has cancelled the running job by now."""
    if _uses_files():
        return _cancel_file(job).exists()
    return ImportJob.objects.filter(pk=job.pk, is_cancelled=True).exists()


def read(job: ImportJob) -> Progress:
    """The progress of a running job, which was just fetched."""
    begun = job.heartbeat_at or job.queued_at
    if not _uses_files():
        return Progress(job.rows_done, job.stage, begun, job.is_cancelled)
    try:
        file = _progress_file(job)
        seen = datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.UTC)
        rows, _blank, stage = file.read_text(encoding="ascii").partition(" ")
        return Progress(int(rows or 0), stage, max(seen, begun), is_cancelled(job))
    except (OSError, ValueError):
        return Progress(0, "", begun, is_cancelled(job))


def is_any_running(*, undoes: bool = False) -> bool:
    """Whether a job gives signs of life that may lock an SQLite database; with `undoes`, one that undoes an import.

    Asks only the files, also where the database is locked.
    """
    if not _uses_files():
        return False
    since = time.time() - STALE_AFTER.total_seconds()
    with contextlib.suppress(OSError):
        return any(
            file.stat().st_mtime > since for file in _folder().glob(_UNDO_FILES if undoes else "*.rows")
        )
    return False


def cancel(job: ImportJob) -> None:
    """Ask the process that runs the job to end it."""
    if _uses_files():
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _cancel_file(job).touch()
    else:
        ImportJob.objects.filter(pk=job.pk, state=JobState.RUNNING).update(is_cancelled=True)


def clear(job: ImportJob) -> None:
    """Forget the progress of a job before it begins, and once it has ended."""
    if _uses_files():
        for file in (_progress_file(job), _cancel_file(job)):
            file.unlink(missing_ok=True)
    else:
        ImportJob.objects.filter(pk=job.pk, is_cancelled=True).update(is_cancelled=False)


def _uses_files() -> bool:
    return connection.vendor == "sqlite"


def _write(job: ImportJob, rows_done: int) -> None:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    # Replaced as a whole, so that nobody reads half of it.
    new = _progress_file(job).with_suffix(".new")
    new.write_text(f"{rows_done} {job.stage}", encoding="ascii")
    new.replace(_progress_file(job))


def _folder() -> Path:
    return Path(settings.JOB_FOLDER)


_UNDO_FILES = "*.undo.rows"


def _progress_file(job: ImportJob) -> Path:
    step = ".undo" if job.step == JobStep.UNDO else ""
    return _folder() / f"{job.token}{step}.rows"


def _cancel_file(job: ImportJob) -> Path:
    return _folder() / f"{job.token}.cancel"
