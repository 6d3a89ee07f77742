"""The server as it runs: granian in a process of its own, asked through plain sockets by clients that send slowly."""

import contextlib
import os
import re
import select
import socket
import subprocess
import sys
import time

import pytest

from tests.factories import ROOT

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
# How long a client waits for an answer that comes at once, on a machine that is busy with other things.
PATIENCE = 30


class Server:
    def __init__(self, port, log):
        self.port, self.log = port, log

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.settimeout(PATIENCE)
        return connection

    @contextlib.contextmanager
    def sent(self, request, headers="", body=b""):
        """A connection that has sent this much, and is open."""
        with self.connect() as connection:
            connection.sendall(f"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + body)
            yield connection

    def answer(self, request, headers="", body=b""):
        """The head of the answer."""
        with self.sent(request, headers, body) as connection:
            return head_of(connection)


def head_of(connection):
    received = b""
    while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
        received += data
    return received.partition(b"\r\n\r\n")[0].decode()


def until(condition):
    """Wait for what another process is about to do."""
    for _attempt in range(PATIENCE * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{folder / 'chronicle.sqlite3'}",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    options = [
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "4",
        "--log-level",
        "warning",
    ]
    log = folder / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-m", "granian", *options, "ningbo_site.wsgi:application"],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        running = Server(port, log)
        try:
            assert until(lambda: _listens(port)), log.read_text()
            yield running
        finally:
            process.terminate()


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_eight_clients_that_send_a_form_slowly_do_not_stop_the_pages(server, path):
    headers = f"{FORM}Content-Length: 60000\r\n"
    with contextlib.ExitStack() as open_connections:
        clients = [
            open_connections.enter_context(server.sent(f"POST {path}", headers, b"a")) for _number in range(8)
        ]
        # The server has them all: two may be read, the others are refused.
        assert until(lambda: len(select.select(clients, [], [], 0)[0]) >= 6)
        assert server.answer("GET /").startswith("HTTP/1.1 200")


def test_eight_clients_without_a_length_do_not_stop_the_pages(server):
    with contextlib.ExitStack() as open_connections:
        for path in ("/", "/admin/login/") * 4:
            headers = f"{FORM}Transfer-Encoding: chunked\r\n"
            open_connections.enter_context(server.sent(f"POST {path}", headers, b"1\r\na\r\n"))
        assert server.answer("GET /").startswith("HTTP/1.1 200")


def test_a_body_for_a_page_is_not_taken_in(server):
    taken = 0
    with server.sent("POST /", f"{FORM}Content-Length: 600000000\r\n") as connection:
        assert head_of(connection).startswith("HTTP/1.1 405")
        with contextlib.suppress(OSError):
            while taken < 600_000_000:
                connection.sendall(bytes(65536))
                taken += 65536
    # What the system's buffers hold of it, and no more.
    assert taken < 50_000_000


def test_a_form_that_breaks_off_is_refused_and_not_taken_for_a_whole_one(server):
    with server.sent("POST /admin/login/", f"{FORM}Content-Length: 1000\r\n", b"username=wang&password=cut"):
        pass
    assert until(lambda: "The form broke off: /admin/login/" in server.log.read_text())


def test_an_answer_and_its_line_in_the_log_carry_one_id(server):
    head = server.answer("GET /nowhere/")
    key = re.search(r"(?i)x-request-id: (\S+)", head)[1]
    assert until(lambda: f" WARNING {key} - django.request Not Found: /nowhere/\n" in server.log.read_text())
