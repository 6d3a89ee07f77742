"""Helpers that store uploads and queue jobs, which nobody carries out before a test does."""

from django.test import override_settings
from django.utils import timezone

from tests.factories import make_user
from timeline.exchange.jobs.queue import queue_job, queue_undo
from timeline.exchange.prepared_imports import prepare
from timeline.models import ImportJob, JobStep

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}
GOOD = "slug,title\na,甲\nb,乙\n".encode()
# Nobody carries out a job but the test.
waiting_jobs = override_settings(JOB_RUNNER="command")
# A job carries out the preview of any file.
by_job = override_settings(IMPORT_JOB_ROWS=0)
# A job undoes an import of two records.
large_undo = override_settings(IMPORT_JOB_ROWS=1)


def stored_upload(content=GOOD, by=None, name="milestones.csv", options=OPTIONS):
    return prepare(name, content, options, by=by or make_user())


def queued_job(content=GOOD, step=JobStep.PREVIEW, prepared=None, **options):
    with waiting_jobs:
        return queue_job(prepared or stored_upload(content, **options), step, 2)


def queued_undo(batch, by=None):
    with waiting_jobs:
        return queue_undo(batch, by=by or make_user())


def fetched(job):
    return ImportJob.objects.get(pk=job.pk)


def lose_process(job, ago):
    """Let the last sign of life of a running job be so long ago."""
    ImportJob.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - ago)
