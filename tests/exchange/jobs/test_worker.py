"""The worker: jobs in turn, their results, and what becomes of those that fail, are cancelled or lose their process."""

import pytest

from tests import factories as make
from tests.jobs import fetched, lose_process, queued_job, queued_undo
from timeline.editing.revisions import record_revision
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo_result import UndoResult
from timeline.exchange.jobs import progress, worker
from timeline.exchange.jobs.worker import release_stale_jobs, run_jobs, run_next_job
from timeline.exchange.readers.sources import Upload
from timeline.models import (
    ImportBatch,
    ImportJob,
    JobStage,
    JobState,
    JobStep,
    Milestone,
    PreparedImport,
    PreviewedRow,
)
from timeline.models.import_jobs import STALE_AFTER

pytestmark = pytest.mark.django_db

MANY = "slug,title\n" + "".join(f"m{number},大事\n" for number in range(1200))


def previewed(**options):
    job = queued_job(**options)
    assert run_next_job()
    return fetched(job)


def import_queued(job):
    job = queued_job(step=JobStep.IMPORT, prepared=PreparedImport.objects.get(pk=job.pk))
    assert run_next_job()
    return fetched(job)


def test_a_preview_is_stored_row_by_row():
    job = previewed()
    assert job.state == JobState.DONE
    assert job.prepared.outcome["totals"]["new"] == 2
    assert [row.title for row in PreviewedRow.objects.of(job.prepared)] == ["甲", "乙"]
    assert not Milestone.objects.exists()


def test_an_import_leads_to_its_record_and_leaves_no_copy_of_the_file():
    job = import_queued(previewed())
    assert job.state == JobState.DONE
    assert job.batch == ImportBatch.objects.get()
    assert Milestone.objects.count() == 2
    assert bytes(PreparedImport.objects.get().content) == b""
    assert not PreviewedRow.objects.exists()


def test_an_import_with_nothing_to_do_is_done_without_a_record():
    job = previewed()
    make.make_milestone(slug="a", title="甲")
    make.make_milestone(slug="b", title="乙")
    job = import_queued(previewed())
    assert (job.state, job.batch) == (JobState.DONE, None)


def test_what_changed_since_the_preview_is_refused_with_a_new_preview():
    job = previewed()
    make.make_milestone(slug="a", title="别人的")
    job = import_queued(job)
    assert job.state == JobState.FAILED
    assert job.message
    assert job.prepared.outcome["totals"]["changed"] == 1
    assert Milestone.objects.get().title == "别人的"


def test_what_is_wrong_with_the_file_is_its_preview():
    job = previewed(content=b"slug,title,date\na,x,2013-13\n")
    assert job.state == JobState.DONE
    assert job.prepared.outcome["problem_count"] == 1


@pytest.mark.parametrize("step", JobStep)
def test_a_running_job_that_is_cancelled_changes_nothing(step, monkeypatch):
    job = queued_job(content=MANY.encode())
    if step == JobStep.IMPORT:
        assert run_next_job()
        job = queued_job(step=step, prepared=fetched(job).prepared)
    report = progress.report

    def cancelled_by_somebody(job, rows_done):
        if rows_done == 1000:
            progress.cancel(job)
        return report(job, rows_done)

    monkeypatch.setattr(worker.progress, "report", cancelled_by_somebody)
    assert run_next_job()
    assert fetched(job).state == JobState.CANCELLED
    assert not Milestone.objects.exists()
    assert not ImportBatch.objects.exists()


def test_an_unforeseen_error_fails_the_job_in_words(monkeypatch):
    def fail(*given, **options):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(worker.prepared_imports, "store_preview", fail)
    job = previewed()
    assert job.state == JobState.FAILED
    assert "nobody foresaw" not in job.message


def test_jobs_run_one_after_the_other():
    first, second = queued_job(), queued_job()
    first.begin()
    assert not second.begin()
    assert not run_next_job()
    first.finish(JobState.DONE)
    assert run_next_job()
    assert fetched(second).state == JobState.DONE


def imported_batch(rows="slug,title\na,甲\nb,乙\n"):
    return import_files([Upload("milestones.csv", rows.encode())], by=make.make_user()).batch


def test_an_import_is_undone_by_whoever_asked_for_it():
    batch, by = imported_batch(), make.make_user()
    job = queued_undo(batch, by)
    assert job.rows_total == 2
    assert run_next_job()
    assert (fetched(job).state, fetched(job).batch) == (JobState.DONE, batch)
    assert fetched(job).message == str(UndoResult(removed=2).summary())
    batch.refresh_from_db()
    assert batch.undone_by == by
    assert not Milestone.objects.exists()


def test_what_undoing_leaves_alone_is_said_and_can_be_undone_once_more():
    batch, by = imported_batch(), make.make_user()
    edited = Milestone.objects.get(slug="a")
    edited.title = "改"
    edited.save()
    record_revision(edited, by=by)
    job = queued_undo(batch)
    assert run_next_job()
    assert len(fetched(job).message.split("\n")) == 3
    job = queued_undo(batch)
    assert run_next_job()
    assert fetched(job).state == JobState.FAILED
    assert ImportJob.objects.count() == 1
    assert Milestone.objects.get() == edited


def test_a_job_that_is_cancelled_after_its_last_report_changes_nothing(monkeypatch):
    job = queued_job(step=JobStep.IMPORT, prepared=previewed().prepared)
    carry_out = worker.prepared_imports.carry_out

    def carry_out_and_be_cancelled(prepared, *, before_commit, **options):
        def cancelled(batch):
            progress.cancel(job)
            before_commit(batch)

        carry_out(prepared, before_commit=cancelled, **options)

    monkeypatch.setattr(worker.prepared_imports, "carry_out", carry_out_and_be_cancelled)
    assert run_next_job()
    assert fetched(job).state == JobState.CANCELLED
    assert not Milestone.objects.exists()


def test_undoing_that_is_cancelled_changes_nothing(monkeypatch):
    batch = imported_batch(MANY)
    job = queued_undo(batch)
    report = progress.report

    def cancelled_by_somebody(job, rows_done):
        if rows_done:
            progress.cancel(job)
        return report(job, rows_done)

    monkeypatch.setattr(worker.progress, "report", cancelled_by_somebody)
    assert run_next_job()
    assert fetched(job).state == JobState.CANCELLED
    assert fetched(job).batch.is_in_force
    assert Milestone.objects.count() == 1200


def test_a_worker_ends_once_no_job_waits_or_runs(kept_connection):
    job, running = queued_job(), queued_job()
    assert job.begin()
    waits = []

    def wait(seconds):
        waits.append(seconds)
        job.finish(JobState.DONE)

    run_jobs(until_empty=True, wait=wait)
    assert len(waits) == 1
    assert fetched(running).state == JobState.DONE


def test_a_job_that_lost_its_process_is_taken_up_again():
    job = queued_job()
    job.begin()
    release_stale_jobs()
    assert fetched(job).state == JobState.RUNNING
    lose_process(job, 2 * STALE_AFTER)
    assert run_next_job()
    assert (fetched(job).state, fetched(job).attempts) == (JobState.DONE, 2)


def test_a_job_that_was_taken_up_is_not_ended_by_the_process_that_lost_it():
    job = queued_job()
    job.begin()
    lose_process(job, 2 * STALE_AFTER)
    release_stale_jobs()
    assert not job.finish(JobState.DONE)
    assert fetched(job).state == JobState.QUEUED


def test_a_job_that_loses_its_process_twice_has_failed():
    job = queued_job()
    for _attempt in range(2):
        assert fetched(job).begin()
        lose_process(job, 2 * STALE_AFTER)
        release_stale_jobs()
    assert fetched(job).state == JobState.FAILED
    assert fetched(job).message


def test_a_cancelled_job_whose_process_ended_is_cancelled():
    job = queued_job()
    job.begin()
    progress.cancel(job)
    lose_process(job, 2 * STALE_AFTER)
    release_stale_jobs()
    assert fetched(job).state == JobState.CANCELLED


def test_a_job_tells_what_it_does_after_the_last_row(monkeypatch):
    stages, report = [], progress.report

    def reported(job, rows_done):
        if not stages or stages[-1] != job.stage:
            stages.append(job.stage)
        return report(job, rows_done)

    monkeypatch.setattr(worker.progress, "report", reported)
    job = previewed()
    assert stages == ["", JobStage.TOGETHER, JobStage.STORING]
    stages.clear()
    job = import_queued(job)
    assert stages == ["", JobStage.TOGETHER, JobStage.HISTORY]
    stages.clear()
    queued_undo(job.batch)
    assert run_next_job()
    assert stages == ["", JobStage.COMPARING, ""]
