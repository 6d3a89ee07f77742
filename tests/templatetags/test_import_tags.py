"""The list of imports that have not ended on the front page, above the imports and above the upload."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_editor, make_user
from tests.jobs import GOOD, queued_job, queued_undo, stored_upload
from tests.uploads import address, confirm, upload
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.jobs.worker import run_next_job
from timeline.exchange.readers.sources import Upload
from timeline.models import JobStep, PreparedImport
from timeline.models.prepared import RETENTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def pages(client):
    return [client.get(url).content.decode() for url in (reverse("admin:index"), address("changelist"))]


def test_the_front_page_and_the_imports_lead_to_a_job_until_its_end_is_seen(client, editor):
    job = queued_job(by=editor)
    link = f'href="{address("progress", job.pk)}"'
    assert all(link in page for page in pages(client))
    assert run_next_job()
    assert all(link in page for page in pages(client))
    client.get(address("progress", job.pk), follow=True)
    assert not any(link in page for page in pages(client))


def test_the_front_page_leads_to_the_undoing_of_an_import(client, editor):
    batch = import_files([Upload("milestones.csv", GOOD)], by=editor).batch
    queued_undo(batch, editor)
    assert all(f'href="{address("undo_progress", batch.pk)}"' in page for page in pages(client))
    assert run_next_job()
    client.get(address("undo_progress", batch.pk), follow=True)
    assert not any("/undo/progress/" in page for page in pages(client))


def test_jobs_of_others_stand_above_the_imports_without_a_link(client, editor):
    queued_job(by=make_editor(username="wang"), name="wang.csv")
    front, imports = pages(client)
    assert "wang.csv" not in front
    assert "wang.csv" in imports
    assert "prepared/" not in imports


def test_an_upload_that_was_left_is_found_again_until_it_is_imported(client, editor):
    page = upload(client, "milestones.csv", GOOD)
    token = PreparedImport.objects.get().pk
    link = f'href="{address("preview", token)}"'
    places = [reverse("admin:index"), address("changelist"), address("upload")]
    assert all(link in client.get(url).content.decode() for url in places)
    confirm(client, page)
    assert not any(link in client.get(url).content.decode() for url in places)


def test_a_large_upload_that_was_previewed_is_found_again_until_it_is_imported(client, editor):
    job = queued_job(by=editor)
    assert run_next_job()
    client.get(address("progress", job.pk), follow=True)
    link = f'href="{address("preview", job.pk)}"'
    assert all(link in page for page in pages(client))
    queued_job(prepared=job.prepared, step=JobStep.IMPORT)
    assert run_next_job()
    client.get(address("progress", job.pk), follow=True)
    assert not any(link in page for page in pages(client))


def test_uploads_of_others_and_those_that_have_expired_are_not_listed(client, editor):
    stored_upload(by=make_editor(username="wang"), name="wang.csv")
    mine = stored_upload(by=editor)
    assert not any("wang.csv" in page for page in pages(client))
    assert all("milestones.csv" in page for page in pages(client))
    PreparedImport.objects.filter(pk=mine.pk).update(created_at=timezone.now() - RETENTION)
    assert not any("milestones.csv" in page for page in pages(client))


def test_whoever_may_not_import_sees_no_jobs(client):
    user = make_user(is_staff=True)
    client.force_login(user)
    queued_job(by=user)
    assert "milestones.csv" not in client.get(reverse("admin:index")).content.decode()
