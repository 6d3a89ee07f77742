"""Locks beside a database: one holder, told by its text, and gone with its process."""

import subprocess
import sys

import pytest

from timeline.delivery.site_locks import PREPARING, SERVING, SiteLock


@pytest.fixture
def database(settings, tmp_path, monkeypatch):
    path = tmp_path / "city.sqlite3"
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", path)
    return path


def test_a_lock_has_one_holder_whose_text_others_read(database):
    first, second = SiteLock(SERVING), SiteLock(SERVING)
    assert second.holder() is None
    assert first.take("http://127.0.0.1:8000/")
    assert not second.take("http://127.0.0.1:8001/")
    assert second.holder() == "http://127.0.0.1:8000/"
    assert SiteLock(PREPARING).take()
    first.release()
    assert second.holder() is None


def test_a_process_that_ends_leaves_no_lock(database):
    file = database.parent / ".city.sqlite3.serving"
    code = f"import fcntl, os; fcntl.flock(os.open({str(file)!r}, os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX); print(1, flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"1\n"
    assert not SiteLock(SERVING).take()
    process.kill()
    process.communicate()
    assert SiteLock(SERVING).take()


def test_the_database_that_is_no_file_is_not_locked(settings, database, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", ":memory:")
    assert SiteLock(SERVING).take()
    assert SiteLock(SERVING).take()
    assert SiteLock(SERVING).holder() is None
