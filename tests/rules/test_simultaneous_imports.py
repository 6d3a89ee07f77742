"""Imports during concurrent writes and a lost database connection, on PostgreSQL."""

import contextlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from tests import factories as make
from tests.forms import fields_of
from tests.rules.meetings import SIMULTANEOUS, Deed, address, done, until_all_wait
from timeline.exchange import database_errors
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Entry, ImportBatch, Milestone, PreparedImport, Topic

pytestmark = SIMULTANEOUS


@contextlib.contextmanager
def held_up(file: bytes) -> Iterator[Future]:
    """Start an import of this file, which within the block waits for the transaction that adds “taken”."""
    by = make.make_user()
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make.make_milestone(slug="taken", title="别人的")
        importing = pool.submit(done, lambda: import_files([Upload("milestones.csv", file)], by=by))
        until_all_wait([importing])
        yield importing


ROWS_AND_THE_TAKEN = "slug,title,topics\nfree,新,data\ntaken,新,data\n".encode()


def test_a_row_whose_record_somebody_else_writes_meanwhile_is_named():
    make.make_topic(slug="data")
    with held_up(ROWS_AND_THE_TAKEN) as importing:
        pass
    report = importing.result()
    assert [(problem.place.row, problem.column) for problem in report.problems] == [(2, "slug")]
    assert [milestone.title for milestone in Milestone.objects.all()] == ["别人的"]
    assert not ImportBatch.objects.exists()


def test_what_somebody_else_removes_while_it_is_imported_refuses_the_import_in_words():
    topic = make.make_topic(slug="data", published=False)
    with held_up(ROWS_AND_THE_TAKEN) as importing:
        # The deletion does not see the import's entry yet, and the database checks the foreign key at commit.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(done, lambda: Topic.objects.filter(pk=topic.pk).delete()).result()
        transaction.set_rollback(True)
    with pytest.raises(database_errors.StorageError) as failure, database_errors.as_storage_errors():
        importing.result()
    assert str(failure.value) == str(database_errors.BUSY)
    assert not Entry.objects.exists()
    assert not ImportBatch.objects.exists()


def cut_off() -> None:
    """Terminate every other connection to this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def make_taken() -> None:
    make.make_milestone(slug="taken")


def lock_uploads() -> None:
    """Lock the table of uploads, the only one that a preview waits for."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {PreparedImport._meta.db_table} IN EXCLUSIVE MODE")


@contextlib.contextmanager
def cut_off_while_it_waits(deed: Deed, hold_up: Callable[[], None] = make_taken) -> Iterator[Future]:
    """Terminate the connection of the call while it waits for what `hold_up` locks."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        hold_up()
        waiting = pool.submit(done, deed)
        until_all_wait([waiting])
        cut_off()
        yield waiting
        waiting.exception()


@pytest.mark.expected_server_error
def test_a_lost_database_is_a_sentence_at_the_admin_and_nothing_is_imported(ann):
    def upload() -> Any:
        file = SimpleUploadedFile("milestones.csv", "slug,title\nfree,新\ntaken,新\n".encode())
        return ann.post(batches("upload"), {"file": file, "empty": "keep", "note": "补录"})

    def batches(tag: str, *args: Any) -> str:
        return address(tag, *args, model="importbatch")

    with cut_off_while_it_waits(upload, lock_uploads) as waiting:
        answer = waiting.result()
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert str(database_errors.LOST) in answer.content.decode()
    assert 'value="补录"' in answer.content.decode()
    assert not PreparedImport.objects.exists()

    page = ann.get(upload()["Location"])
    confirm = re.search(r'action="([^"]+/confirm/)"', page.content.decode())[1]
    with cut_off_while_it_waits(lambda: ann.post(confirm, fields_of(page.content.decode()))) as waiting:
        answer = waiting.result()
        transaction.set_rollback(True)
    again = ann.get(answer["Location"])
    assert str(database_errors.LOST) in again.content.decode()
    assert not Milestone.objects.exists()
    assert not ImportBatch.objects.exists()

    ann.post(confirm, fields_of(again.content.decode()))
    assert {*Milestone.objects.values_list("slug", flat=True)} == {"free", "taken"}
    batch, entry = ImportBatch.objects.get(), Milestone.objects.get(slug="free")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Entry.objects.select_for_update().get(pk=entry.pk)
        undoing = pool.submit(done, lambda: ann.post(batches("undo", batch.pk)))
        until_all_wait([undoing])
        cut_off()
        answer = undoing.result()
    assert str(database_errors.LOST) in ann.get(answer["Location"]).content.decode()
    assert Milestone.objects.count() == 2
    ann.post(batches("undo", batch.pk))
    assert not Milestone.objects.exists()
