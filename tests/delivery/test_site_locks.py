"""Locks on a database: their holders, told by their texts, and gone with their processes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest
from django.db import Error, connection

from tests.ports import free_port
from tests.servers import connection_url, environment, serving, until
from timeline.delivery.site_locks import PREPARING, SERVING, site_lock

FIRST, SECOND = "http://127.0.0.1:8000/", "http://127.0.0.1:8001/"
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="A session of PostgreSQL is asked for"
)


@pytest.fixture
def file(settings, tmp_path, monkeypatch):
    """A database in a file."""
    path = tmp_path / "city.sqlite3"
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", path)
    return path


@pytest.fixture(params=["file", pytest.param("server", marks=on_postgresql)])
def database(request, db):
    """Each database that can be locked."""
    if request.param == "file":
        request.getfixturevalue("file")


def test_a_database_is_prepared_by_one_at_a_time(database):
    first, second = site_lock(PREPARING), site_lock(PREPARING)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_who_serves_is_told_by_its_text(database):
    assert site_lock(SERVING).holders() == []
    lock = site_lock(SERVING)
    assert lock.take(FIRST)
    assert site_lock(SERVING).holders() == [FIRST]
    lock.release()
    assert site_lock(SERVING).holders() == []


def test_who_serves_does_not_keep_others_from_preparing(database):
    serving, preparing = site_lock(SERVING), site_lock(PREPARING)
    assert serving.take(FIRST)
    assert preparing.take()
    assert site_lock(SERVING).holders() == [FIRST]
    preparing.release()
    serving.release()


def test_of_servers_of_a_file_the_first_is_told(file):
    first, second = site_lock(SERVING), site_lock(SERVING)
    assert first.take(FIRST)
    assert not second.take(SECOND)
    assert site_lock(SERVING).holders() == [FIRST]
    first.release()


def test_the_lock_is_beside_the_file_also_where_the_name_is_its_address(settings, file, monkeypatch):
    folder = file.parent / "a b"
    folder.mkdir()
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", folder / "市.sqlite3")
    opening = site_lock(SERVING)
    # As the server has it (DATABASE_MUST_EXIST).
    address = f"{(folder / '市.sqlite3').as_uri()}?mode=rw"
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", address)
    served = site_lock(SERVING)
    assert served.take(FIRST)
    assert opening.holders() == [FIRST]
    served.release()


def test_a_process_that_ends_leaves_no_file_locked(file):
    path = file.parent / ".city.sqlite3.serving"
    code = f"import fcntl, os; fcntl.flock(os.open({str(path)!r}, os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX); print(1, flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"1\n"
    assert not site_lock(SERVING).take()
    process.kill()
    process.communicate()
    lock = site_lock(SERVING)
    assert lock.take()
    lock.release()


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory&cache=shared"])
def test_the_database_that_is_no_file_is_not_locked(settings, file, monkeypatch, name):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", name)
    assert site_lock(SERVING).take()
    assert site_lock(SERVING).take()
    assert site_lock(SERVING).holders() == []


@on_postgresql
def test_several_serve_one_postgresql_and_all_are_told(db):
    first, second = site_lock(SERVING), site_lock(SERVING)
    assert first.take(FIRST)
    assert second.take(SECOND)
    assert site_lock(SERVING).holders() == [FIRST, SECOND]
    first.release()
    assert site_lock(SERVING).holders() == [SECOND]
    second.release()


@on_postgresql
def test_a_server_on_another_machine_is_told_with_its_name(db, monkeypatch):
    lock = site_lock(SERVING)
    with monkeypatch.context() as machine:
        machine.setattr(socket, "gethostname", lambda: "web2")
        assert lock.take(FIRST)
        assert site_lock(SERVING).holders() == [FIRST]
    assert site_lock(SERVING).holders() == [f"{FIRST} (web2)"]
    lock.release()


@on_postgresql
def test_an_idle_lock_is_not_ended_by_postgresql_as_other_sessions_are(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", "-c idle_session_timeout=50")
    lock = site_lock(SERVING)
    assert lock.take(FIRST)
    other = connection.copy()
    other.connect()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    assert until(lambda: not _is_a_session(process))
    other.close()
    assert site_lock(SERVING).holders() == [FIRST]
    lock.release()


def _is_a_session(process):
    """Whether PostgreSQL has a session with this process, asked in a session of its own."""
    session = connection.copy()
    session.connect()
    with contextlib.closing(session), session.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process])
        return cursor.fetchone() is not None


class Pooler:
    """What passes sessions of PostgreSQL on with a process number of its own, as PgBouncer does, and keeps them open."""

    def __init__(self, target):
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listening.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                threading.Thread(target=self._pass, args=[client], daemon=True).start()

    def _pass(self, client):
        with socket.create_connection(self._target) as server, client, contextlib.suppress(OSError):
            threading.Thread(target=_copy, args=[client, server], daemon=True).start()
            greeting = b""
            # Until the server is ready for queries.
            while b"Z\0\0\0\5" not in greeting and (received := server.recv(65536)):
                greeting += received
            client.sendall(re.sub(rb"(?<=K\0\0\0\x0c)....", bytes(4), greeting, flags=re.DOTALL))
            _copy(server, client)


def _copy(source, target):
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)


@on_postgresql
def test_through_a_pooler_nothing_is_locked_which_it_would_keep(db, monkeypatch):
    given = connection.settings_dict
    if given["HOST"].startswith("/"):
        pytest.skip("The pooler of this test knows no Unix sockets.")
    with contextlib.closing(Pooler((given["HOST"], int(given["PORT"])))) as pooler:
        monkeypatch.setitem(given, "PORT", pooler.port)
        monkeypatch.setitem(given, "OPTIONS", given["OPTIONS"] | {"sslmode": "disable"})
        first, second = site_lock(PREPARING), site_lock(PREPARING)
        assert first.take()
        assert second.take()
        assert site_lock(PREPARING).holders() == []
        first.release()
        second.release()


@on_postgresql
def test_a_database_that_is_away_is_an_error(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", free_port())
    with pytest.raises(Error):
        site_lock(SERVING).take(FIRST)
    with pytest.raises(Error):
        site_lock(SERVING).holders()


KEEPING = """
import django, os
django.setup()
from timeline.delivery.site_locks import SERVING, site_lock
lock = site_lock(SERVING)
lock.take("http://127.0.0.1:8000/")
{keep}
os.execvp("sleep", ["sleep", "600"])
"""


@pytest.mark.long
@on_postgresql
@pytest.mark.parametrize(("keep", "holders"), [("lock.keep_in_server()", [FIRST]), ("", [])])
def test_the_program_that_replaces_a_process_has_the_locks_that_are_kept_in_it(
    transactional_db, keep, holders
):
    command = [sys.executable, "-c", KEEPING.format(keep=keep)]
    with subprocess.Popen(command, env=environment(connection_url(connection))) as process:
        try:
            assert until(lambda: b"sleep" in _command(process.pid))
            assert until(lambda: site_lock(SERVING).holders() == holders)
        finally:
            process.kill()
    assert until(lambda: site_lock(SERVING).holders() == [])


def _command(process):
    with open(f"/proc/{process}/comm", "rb") as command:
        return command.read()


@pytest.mark.long
@on_postgresql
def test_a_site_on_postgresql_is_served_until_its_server_ends_whatever_its_workers_do(
    transactional_db, tmp_path
):
    with serving(tmp_path, connection_url(connection)) as server:
        address = f"http://127.0.0.1:{server.port}/"
        assert site_lock(SERVING).holders() == [address]
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        assert until(lambda: server.workers() not in ([], [worker]))
        assert site_lock(SERVING).holders() == [address]
    assert until(lambda: site_lock(SERVING).holders() == [])
