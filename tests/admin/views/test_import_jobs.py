"""The pages of the job of a large file or of its undoing: progress, cancelling, result."""

import pytest
from django.contrib.messages import get_messages
from django.utils.translation import gettext as _

from tests import factories as make
from tests.jobs import by_job, fetched, large_undo, queued_job, stored_upload, waiting_jobs
from tests.uploads import address, confirm, upload
from timeline.exchange.importing.undo_result import UndoResult
from timeline.exchange.jobs import progress
from timeline.exchange.jobs.worker import run_next_job
from timeline.models import ImportBatch, ImportJob, JobStage, JobState, JobStep, Milestone, PreparedImport

pytestmark = pytest.mark.django_db

ROWS = "slug,title\na,甲\nb,乙\n"


@pytest.fixture
def editor(editor_client):
    from django.contrib.auth import get_user

    return get_user(editor_client)


@pytest.fixture
def waiting(editor_client):
    """A large file of the editor that nobody has previewed yet, with the page that the upload led to."""
    with by_job, waiting_jobs:
        page = upload(editor_client, "milestones.csv", ROWS)
        yield page


def test_a_large_upload_leads_to_the_page_that_follows_it(editor_client, waiting):
    job = ImportJob.objects.get()
    assert waiting.redirect_chain[-1][0] == address("progress", job.pk)
    text = waiting.content.decode()
    assert "milestones.csv" in text
    assert "<progress" in text
    assert f'action="{address("cancel", job.pk)}"' in text
    assert 'http-equiv="refresh"' in text


def test_a_running_job_shows_its_rows_and_after_it_the_preview(editor_client, waiting):
    job = ImportJob.objects.get()
    job.begin()
    progress.report(job, 2)
    text = editor_client.get(address("progress", job.pk)).content.decode()
    assert 'max="3" value="2"' in text
    job.stage = JobStage.STORING
    progress.report(job, 3)
    assert str(JobStage.STORING.label) in editor_client.get(address("progress", job.pk)).content.decode()
    job.queue_again()
    assert run_next_job()
    done = editor_client.get(address("progress", job.pk), follow=True)
    assert done.redirect_chain[-1][0] == address("preview", job.pk)
    assert "/confirm/" in done.content.decode()


def test_every_page_of_the_upload_waits_for_the_job(editor_client, waiting):
    job = ImportJob.objects.get()
    for method, tag in (("get", "preview"), ("get", "problems"), ("post", "confirm")):
        assert getattr(editor_client, method)(address(tag, job.pk))["Location"] == address("progress", job.pk)


def test_a_waiting_job_is_cancelled_and_says_so(editor_client, waiting):
    job = ImportJob.objects.get()
    page = editor_client.post(address("cancel", job.pk), follow=True)
    assert fetched(job).state == JobState.CANCELLED
    text = page.content.decode()
    assert "<progress" not in text
    assert address("upload") in text
    assert not run_next_job()


def test_a_running_job_is_asked_to_end(editor_client, waiting):
    job = ImportJob.objects.get()
    job.begin()
    editor_client.post(address("cancel", job.pk))
    assert progress.read(fetched(job)).is_cancelled


def test_a_large_file_is_imported_by_a_job_and_leads_to_its_import(editor_client):
    with by_job:
        page = upload(editor_client, "milestones.csv", ROWS)
    assert 'class="difference imported-row"' in page.content.decode()
    done = confirm(editor_client, page)
    batch = ImportBatch.objects.get()
    assert done.redirect_chain[-1][0] == address("change", batch.pk)
    assert [str(message) for message in done.context["messages"]][0].endswith("新增2")
    assert Milestone.objects.count() == 2
    # Whoever goes back to the preview is led to the import, without the message.
    again = editor_client.get(page.redirect_chain[-1][0], follow=True)
    assert again.redirect_chain[-1][0] == address("change", batch.pk)
    assert not [*again.context["messages"]]


def test_an_import_that_fails_leads_back_to_its_new_preview_with_the_reason(editor_client):
    with by_job:
        page = upload(editor_client, "milestones.csv", ROWS)
    make.make_milestone(slug="a", title="别人的")
    again = confirm(editor_client, page)
    assert "请重新查看" in again.content.decode()
    assert "<del>别人的</del>" in again.content.decode()
    assert not ImportBatch.objects.exists()
    confirm(editor_client, again)
    assert Milestone.objects.get(slug="a").title == "甲"


def test_an_import_that_was_cancelled_says_so_in_the_list_which_leads_back_to_its_preview(
    editor_client, editor
):
    job = queued_job(by=editor)
    assert run_next_job()
    job = queued_job(step=JobStep.IMPORT, prepared=PreparedImport.objects.get())
    page = editor_client.post(address("cancel", job.pk), follow=True)
    assert page.redirect_chain[-1][0] == address("changelist")
    (message,) = page.context["messages"]
    assert message.message == _("The import was cancelled; nothing was changed.")
    assert address("preview", job.pk) in page.content.decode()
    assert "/confirm/" in editor_client.get(address("preview", job.pk)).content.decode()


def test_a_preview_that_failed_says_why(editor_client, editor):
    job = queued_job(by=editor)
    job.begin()
    job.finish(JobState.FAILED, "磁盘已满。")
    page = editor_client.get(address("preview", job.pk), follow=True)
    assert page.redirect_chain[-1][0] == address("progress", job.pk)
    assert "磁盘已满。" in page.content.decode()
    assert fetched(job).is_seen


def test_the_job_of_somebody_else_is_nobodys_business(editor_client):
    job = queued_job(by=make.make_editor())
    assert editor_client.get(address("progress", job.pk)).status_code == 404
    assert editor_client.post(address("cancel", job.pk)).status_code == 404
    assert fetched(job).state == JobState.QUEUED


def test_a_file_without_a_job_has_its_preview(editor_client):
    page = upload(editor_client, "milestones.csv", ROWS)
    token = PreparedImport.objects.get().pk
    answer = editor_client.get(address("progress", token))
    assert answer["Location"] == page.redirect_chain[-1][0]
    assert editor_client.get(address("cancel", token))["Location"] == address("progress", token)


def test_an_expired_upload_is_refused_without_its_job(editor_client, editor):
    job = queued_job(prepared=stored_upload(by=editor))
    PreparedImport.objects.update(created_at="2020-01-01T00:00Z")
    answer = editor_client.get(address("progress", job.pk))
    assert answer["Location"] == address("upload")
    assert [*get_messages(answer.wsgi_request)]


@pytest.fixture
def batch(editor_client):
    confirm(editor_client, upload(editor_client, "milestones.csv", ROWS))
    return ImportBatch.objects.get()


def test_a_large_import_is_undone_by_a_job_with_its_result_on_the_page_of_the_import(editor_client, batch):
    with large_undo:
        page = editor_client.post(address("undo", batch.pk), follow=True)
    assert [url for url, _status in page.redirect_chain] == [
        address("undo_progress", batch.pk),
        address("change", batch.pk),
    ]
    (message,) = page.context["messages"]
    assert message.message == UndoResult(removed=2).summary()
    assert not Milestone.objects.exists()
    again = editor_client.get(address("undo_progress", batch.pk), follow=True)
    assert not [*again.context["messages"]]


def test_undoing_that_waits_is_followed_and_cancelled(editor_client, batch):
    with large_undo, waiting_jobs:
        page = editor_client.post(address("undo", batch.pk), follow=True)
        text = page.content.decode()
        assert "<progress" in text
        assert f'action="{address("undo_cancel", batch.pk)}"' in text
        # Whoever asks for it again is led there.
        assert editor_client.get(address("undo", batch.pk))["Location"] == address("undo_progress", batch.pk)
        page = editor_client.post(address("undo_cancel", batch.pk), follow=True)
    assert page.redirect_chain[-1][0] == address("change", batch.pk)
    (message,) = page.context["messages"]
    assert message.message == _("It was cancelled; nothing was changed.")
    batch.refresh_from_db()
    assert batch.is_in_force
    assert Milestone.objects.count() == 2


def test_what_undoing_left_alone_is_listed(editor_client, batch):
    for milestone in Milestone.objects.all():
        Milestone.objects.filter(pk=milestone.pk).update(summary="改")
    with large_undo:
        page = editor_client.post(address("undo", batch.pk), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error", "warning", "warning"]


def test_an_import_that_nobody_undoes_has_no_progress(editor_client, batch):
    for page in ("undo_progress", "undo_cancel"):
        answer = editor_client.get(address(page, batch.pk), follow=True)
        assert answer.redirect_chain[-1][0] == address("change", batch.pk)


def test_the_job_of_an_undo_is_for_those_who_may_undo(client, batch):
    client.force_login(make.make_user(is_staff=True))
    for page in ("undo_progress", "undo_cancel"):
        assert client.get(address(page, batch.pk)).status_code == 403
