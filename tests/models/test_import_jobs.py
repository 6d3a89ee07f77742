"""Jobs of imports: their states, which only one process can change at a time."""

import pytest

from tests.factories import make_user
from tests.jobs import fetched, queued_job, stored_upload
from timeline.models import ImportJob, JobState, JobStep

pytestmark = pytest.mark.django_db


def test_a_job_begins_once():
    job = queued_job()
    other = fetched(job)
    assert job.begin()
    assert not other.begin()
    assert (fetched(job).state, fetched(job).attempts) == (JobState.RUNNING, 1)


def test_a_job_that_runs_is_not_cancelled_like_one_that_waits():
    job = queued_job()
    assert job.begin()
    assert not job.cancel_waiting()
    assert fetched(job).state == JobState.RUNNING


def test_a_job_ends_once():
    job = queued_job()
    job.begin()
    assert job.finish(JobState.DONE)
    assert not job.finish(JobState.FAILED, "甲")
    assert (fetched(job).state, fetched(job).message) == (JobState.DONE, "")
    assert fetched(job).finished_at


def test_active_jobs_are_in_the_order_in_which_they_were_queued():
    jobs = [queued_job() for _number in range(3)]
    jobs[1].cancel_waiting()
    jobs[0].begin()
    assert [*ImportJob.objects.active()] == [jobs[0], jobs[2]]
    assert all(fetched(job).is_active for job in (jobs[0], jobs[2]))
    assert not fetched(jobs[1]).is_active


def test_only_an_import_that_is_done_is_imported():
    job = queued_job()
    job.begin()
    job.finish(JobState.DONE)
    assert not fetched(job).is_imported
    ImportJob.objects.update(step=JobStep.IMPORT)
    assert fetched(job).is_imported


def test_a_job_is_deleted_with_its_upload():
    upload = stored_upload(by=make_user())
    queued_job(prepared=upload)
    upload.delete()
    assert not ImportJob.objects.exists()
