"""The running server: one per port, replaced workers, restarts that cost no page, an unavailable database."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest
from django.db import connection

from tests.ports import free_port
from tests.servers import PATIENCE, connection_url, manage, serving, serving_sqlite, until
from timeline.delivery.server import AddressError, check_address, site_url

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def server(tmp_path):
    with serving_sqlite(tmp_path) as server:
        yield server


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chronicle.sqlite3"


def status(server, request="GET /", headers="", body=b""):
    return int(server.answer(request, headers, body).split()[1])


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://localhost", "http://localhost:8471"),
        ("http://[::1]", "http://[::1]:8471"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://chronicle.intranet", "http://chronicle.intranet"),
        ("https://localhost", "https://localhost"),
        ("", ""),
    ],
)
def test_the_address_in_mails_has_the_port_of_a_server_on_ones_own_machine(settings, address, told):
    settings.SITE_URL = address
    assert site_url(8471) == told


def test_an_address_without_a_server_is_one_to_listen_at():
    check_address("127.0.0.1", free_port())


@pytest.mark.parametrize("host", ["localhost", "chronicle.example", "", "256.0.0.1"])
def test_what_is_no_ip_address_is_refused(host):
    with pytest.raises(AddressError, match=r"127\.0\.0\.1"):
        check_address(host, free_port())


def test_a_port_that_is_in_use_is_refused_with_its_number():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressError, match=str(port)):
            check_address("127.0.0.1", port)


@pytest.mark.long
def test_a_second_server_on_the_same_port_does_not_start(server):
    second = manage(server.database, "serve", "--port", str(server.port), capture_output=True, text=True)
    assert second.returncode == 1
    assert f"端口{server.port}无法使用" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.long
def test_a_worker_that_is_killed_is_replaced(server):
    (worker,) = server.workers()
    # Granian treats two worker deaths within a few seconds as a fault of the application.
    time.sleep(6)
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: server.workers() not in ([], [worker]))
    lines = server.log.read_text().splitlines()
    assert [
        line
        for line in lines
        if re.fullmatch(r"20\S+ ERROR - - _granian Unexpected exit from worker-1", line)
    ]
    assert [line for line in lines if f"http://127.0.0.1:{server.port}/" in line]

    def answers():
        with contextlib.suppress(OSError, IndexError):
            return status(server) == 200
        return False

    assert until(answers)


@pytest.mark.long
def test_connections_that_say_nothing_stop_nobody_and_are_closed(server):
    with contextlib.ExitStack() as clients:
        silent = [clients.enter_context(server.connect()) for _number in range(300)]
        for connection in silent:
            connection.setblocking(False)

        def still_open():
            return sum(not _is_closed(connection) for connection in silent)

        assert status(server) == 200
        # The response did not wait until one of them was closed.
        assert still_open() == 300
        assert until(lambda: still_open() == 0)


def _is_closed(connection):
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.long
def test_a_restart_costs_no_visitor_a_page(server):
    before, answers, stop = server.workers(), [], threading.Event()

    def ask():
        while not stop.is_set():
            head = server.answer("GET /")
            # A stopping worker closes a connection that it accepted and has not read from. Browsers and proxies then
            # ask again (RFC 9112, 9.3.1).
            answers.append((head or server.answer("GET /")).split("\r\n")[0])

    clients = [threading.Thread(target=ask) for _number in range(3)]
    for client in clients:
        client.start()
    server.process.send_signal(signal.SIGHUP)
    try:
        assert until(lambda: server.workers() and not {*server.workers()} & {*before})
        time.sleep(2)
    finally:
        stop.set()
        for client in clients:
            client.join(PATIENCE)
    assert len(answers) > 10
    assert {*answers} == {"HTTP/1.1 200 OK"}


@pytest.mark.long
def test_a_database_that_is_away_is_503_and_is_not_made_anew(server, path):
    assert status(server) == 200
    away = [path.rename(path.with_suffix(".away"))]
    for beside in path.parent.glob("chronicle.sqlite3-*"):
        away.append(beside.rename(beside.with_name(beside.name.replace("sqlite3-", "away-"))))
    # A thread of the old worker may still hold the file open; a new connection cannot open it.
    (worker,) = server.workers()
    time.sleep(6)
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: server.workers() not in ([], [worker]))
    head = ""

    def is_unavailable():
        nonlocal head
        with contextlib.suppress(OSError):
            head = server.answer("GET /")
        return head.startswith("HTTP/1.1 503")

    assert until(is_unavailable)
    assert "retry-after: 10" in head.lower()
    assert "content-security-policy" in head.lower()
    assert not path.exists()
    for file in away:
        file.rename(file.with_name(file.name.replace("away-", "sqlite3-").replace(".away", ".sqlite3")))
    assert until(lambda: status(server) == 200)


@pytest.mark.long
def test_behind_a_long_writer_forms_open_and_a_log_in_is_503(server, path):
    page = manage(
        server.database,
        "shell",
        "-c",
        "from tests import factories as make; from django.test import Client\n"
        "user = make.make_editor(username='zhou', password='right'); entry = make.make_milestone()\n"
        "client = Client(); client.force_login(user)\n"
        "print(client.cookies['sessionid'].value, entry.pk)",
        check=True,
        capture_output=True,
        text=True,
    )
    session, key = page.stdout.split()[-2:]
    cookie = f"Cookie: sessionid={session}; csrftoken={'a' * 32}\r\n"
    writer = sqlite3.connect(path)
    writer.execute("BEGIN IMMEDIATE")
    try:
        for address in (f"/admin/timeline/milestone/{key}/change/", "/admin/timeline/policy/add/", "/"):
            # A request that writes would wait for the writer, and be refused.
            assert status(server, f"GET {address}", cookie) == 200, address
        body = f"csrfmiddlewaretoken={'a' * 32}&username=zhou&password=right".encode()
        headers = f"{FORM}Cookie: csrftoken={'a' * 32}\r\nContent-Length: {len(body)}\r\n"
        assert status(server, "POST /admin/login/", headers, body) == 503
    finally:
        writer.rollback()
        writer.close()
    assert status(server, "POST /admin/login/", headers, body) in (302, 403)


@pytest.mark.long
def test_the_file_of_the_database_is_its_owners_alone(server, path):
    assert [oct(file.stat().st_mode & 0o077) for file in path.parent.glob("chronicle.sqlite3*")].count(
        "0o0"
    ) == len([*path.parent.glob("chronicle.sqlite3*")])


@pytest.mark.long
def test_no_request_closes_the_last_connection_and_the_end_leaves_one_file(server, path):
    log = path.with_name(f"{path.name}-wal")
    assert status(server, "GET /admin/login/") == 200
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("SELECT 1 FROM sqlite_master")
    assert log.exists()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE)
    assert not log.exists()


@pytest.mark.long
def test_it_ends_when_it_is_told_to(server):
    server.process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.process.wait(PATIENCE)
    assert server.process.returncode == 0


@pytest.mark.long
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connections to run out of")
@pytest.mark.django_db(transaction=True)
def test_150_clients_are_answered_by_as_many_connections_as_there_are_threads(tmp_path):
    database = connection_url(connection)
    answers: list[int] = []
    with serving(tmp_path, database, "--workers", "2") as server:

        def ask(number):
            # Pages that the page cache does not have.
            for turn in range(2):
                answers.append(status(server, f"GET /?q={number}.{turn}"))

        clients = [threading.Thread(target=ask, args=[number]) for number in range(150)]
        for client in clients:
            client.start()
        most = 0
        with connection.cursor() as cursor:
            while any(client.is_alive() for client in clients):
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"  # Not autovacuum.
                )
                most = max(most, cursor.fetchone()[0])
                time.sleep(0.05)
        assert answers.count(200) == 300
        # One has the lock of the site.
        assert 2 <= most <= 2 * 4 + 1
