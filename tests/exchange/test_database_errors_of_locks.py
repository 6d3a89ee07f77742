"""Who holds the lock of an SQLite database is told to whoever it keeps from writing."""

import sqlite3

import pytest
from django.db import OperationalError, connection

from tests.factories import make_user
from tests.jobs import queued_job, queued_undo
from timeline.exchange import database_errors
from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.jobs import progress
from timeline.models import ImportBatch

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite locks the whole database."),
]


@pytest.fixture(autouse=True)
def job_folder(settings, tmp_path):
    settings.JOB_FOLDER = tmp_path / "jobs"


def message_of_a_lock():
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    with pytest.raises(StorageError) as failure, as_storage_errors():
        raise OperationalError("database is locked") from cause
    return str(failure.value)


def test_a_lock_is_not_said_to_be_of_the_same_records():
    assert message_of_a_lock() == str(database_errors.WRITING)


def test_an_import_that_is_being_written_is_named():
    job = queued_job()
    progress.report(job, 0)
    assert message_of_a_lock() == str(database_errors.IMPORTING)
    progress.clear(job)


def test_an_import_that_is_being_undone_is_named():
    job = queued_undo(ImportBatch.objects.create(created_by=make_user()))
    progress.report(job, 0)
    assert message_of_a_lock() == str(database_errors.UNDOING)
    progress.clear(job)
