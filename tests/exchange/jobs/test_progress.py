"""What a running job and its page tell each other, in the row of the job or in a file beside an SQLite database."""

import datetime
import os
import time

import pytest

from tests.factories import make_user
from tests.jobs import fetched, lose_process, queued_job, queued_undo
from timeline.exchange.jobs import progress
from timeline.models import ImportBatch, ImportJob, JobStage
from timeline.models.import_jobs import STALE_AFTER

pytestmark = pytest.mark.django_db


def running_job():
    job = queued_job()
    assert job.begin()
    return job


def test_a_page_reads_the_rows_that_the_process_reports():
    job = running_job()
    assert progress.read(fetched(job)).rows_done == 0
    assert progress.report(job, 500)
    assert progress.read(fetched(job)).rows_done == 500


def test_a_cancelled_job_is_told_so_with_its_next_report():
    job = running_job()
    progress.cancel(fetched(job))
    assert progress.read(fetched(job)).is_cancelled
    assert not progress.report(job, 1)


def test_nothing_is_left_of_the_progress_of_an_earlier_run():
    job = running_job()
    progress.report(job, 500)
    progress.cancel(job)
    progress.clear(job)
    assert progress.report(job, 0)
    now = progress.read(fetched(job))
    assert (now.rows_done, now.is_cancelled) == (0, False)


def test_a_job_without_a_report_for_long_is_stale():
    job, minute = running_job(), datetime.timedelta(minutes=1)
    lose_process(job, 2 * minute)
    assert progress.read(fetched(job)).is_stale(minute)
    progress.report(job, 1)
    assert not progress.read(fetched(job)).is_stale(minute)


def test_the_undoing_of_an_import_is_told_from_an_import():
    progress.report(running_job(), 1)
    assert not progress.is_any_running(undoes=True)
    job = queued_undo(ImportBatch.objects.create(created_by=make_user()))
    progress.report(job, 1)
    assert progress.is_any_running(undoes=True) is progress._uses_files()
    progress.clear(job)
    assert not progress.is_any_running(undoes=True)


def test_progress_writes_nothing_where_an_import_locks_the_database(django_assert_num_queries):
    job = running_job()
    if ImportJob.objects.db == "default" and progress._uses_files():
        with django_assert_num_queries(0):
            progress.report(job, 500)
            progress.cancel(job)


def test_a_job_is_running_as_long_as_it_gives_signs_of_life(settings):
    assert not progress.is_any_running()
    job = running_job()
    progress.report(job, 500)
    if not progress._uses_files():
        return
    assert progress.is_any_running()
    (file,) = settings.JOB_FOLDER.glob("*.rows")
    long_ago = time.time() - 2 * STALE_AFTER.total_seconds()
    os.utime(file, (long_ago, long_ago))
    assert not progress.is_any_running()
    progress.report(job, 500)
    progress.clear(job)
    assert not progress.is_any_running()


def test_a_page_reads_what_the_process_does_besides_the_rows():
    job = running_job()
    job.stage = JobStage.TOGETHER
    progress.report(job, 500)
    assert progress.read(fetched(job)).stage == JobStage.TOGETHER
    job.stage = ""
    progress.report(job, 501)
    now = progress.read(fetched(job))
    assert (now.rows_done, now.stage) == (501, "")
