"""The queue of jobs: which uploads go into it, how far they are, and cancelling."""

import pytest
from django.db import connection

from tests.factories import make_user
from tests.jobs import GOOD, by_job, fetched, queued_job, queued_undo, stored_upload, waiting_jobs
from tests.sqlite_files import in_a_file, somebody_writing
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.jobs import progress
from timeline.exchange.jobs.queue import (
    cancel,
    is_large_undo,
    mark_seen,
    queue_job,
    start_preview,
    status_of,
    undo_job,
)
from timeline.exchange.jobs.worker import run_next_job
from timeline.exchange.readers.sources import Upload
from timeline.models import ImportJob, JobState, JobStep, PreparedImport

pytestmark = pytest.mark.django_db


def test_a_small_file_is_previewed_at_once():
    start_preview(stored_upload())
    assert PreparedImport.objects.get().outcome["row_count"] == 2
    assert not ImportJob.objects.exists()


def test_a_large_file_waits_for_a_worker_with_about_its_number_of_rows():
    with by_job, waiting_jobs:
        start_preview(stored_upload())
    assert PreparedImport.objects.get().outcome == {}
    job = ImportJob.objects.get()
    assert (job.state, job.step, job.rows_total) == (JobState.QUEUED, JobStep.PREVIEW, GOOD.count(b"\n"))


def test_of_rows_that_cite_a_source_each_has_a_citation_in_the_total():
    prepared = stored_upload()
    prepared.mapping = {"source": "board"}
    with by_job, waiting_jobs:
        start_preview(prepared)
    assert ImportJob.objects.get().rows_total == 2 * GOOD.count(b"\n")


def test_a_job_says_how_many_come_before_it():
    first, second = queued_job(), queued_job()
    assert [status_of(fetched(job)).ahead for job in (first, second)] == [0, 1]


def test_a_running_job_says_how_many_rows_are_done():
    job = queued_job()
    job.begin()
    progress.report(job, 3)
    now = status_of(fetched(job))
    # More than were expected: the total was about right.
    assert (now.rows_done, now.rows_total, now.shown_total) == (3, 2, 3)


def test_a_waiting_job_is_cancelled_at_once():
    job = queued_job()
    cancel(job)
    assert fetched(job).state == JobState.CANCELLED
    assert not run_next_job()


def test_a_job_that_runs_is_not_queued_a_second_time():
    job = queued_job()
    job.begin()
    with waiting_jobs:
        queue_job(job.prepared, JobStep.IMPORT)
    assert (fetched(job).state, fetched(job).step) == (JobState.RUNNING, JobStep.PREVIEW)


def test_cancelling_a_running_job_does_not_wait_for_the_database(django_assert_num_queries):
    job = queued_job()
    job.begin()
    uses_files = connection.vendor == "sqlite"
    with django_assert_num_queries(0 if uses_files else 1):
        cancel(job)
    assert progress.is_cancelled(job)


def test_what_was_cancelled_can_be_queued_again():
    job = queued_job()
    cancel(job)
    with waiting_jobs:
        queue_job(job.prepared, JobStep.PREVIEW)
    assert run_next_job()
    assert fetched(job).state == JobState.DONE


def test_undoing_an_import_of_many_records_is_large(settings):
    batch = import_files([Upload("milestones.csv", GOOD)], by=make_user()).batch
    assert not is_large_undo(batch)
    settings.IMPORT_JOB_ROWS = 1
    assert is_large_undo(batch)


def test_an_import_is_not_undone_twice_at_a_time():
    batch = import_files([Upload("milestones.csv", GOOD)], by=make_user()).batch
    first, second = queued_undo(batch), queued_undo(batch, make_user())
    assert (first, first.created_by) == (second, second.created_by)
    assert undo_job(batch) == first


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite locks the whole database.")
def test_a_job_is_not_marked_as_seen_while_another_locks_the_database(tmp_path):
    job = queued_job()
    path = tmp_path / "site.sqlite3"
    with in_a_file(path):
        with somebody_writing(path):
            mark_seen(job)
            assert not fetched(job).is_seen
        mark_seen(job)
        assert fetched(job).is_seen
