"""Runs `manage.py serve` in a separate process and sends requests over plain sockets."""

import contextlib
import copy
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from tests.databases import make_sqlite
from tests.factories import ROOT
from tests.ports import free_port

# Seconds that a client waits for a response that is immediate on an idle machine.
PATIENCE = 60


class Server:
    def __init__(self, port, log, process, database):
        self.port, self.log, self.process, self.database = port, log, process, database
        self.client = "127.0.0.1"

    def asked_from(self, client):
        """Return the same server for a client with another IP address."""
        other = copy.copy(self)
        other.client = client
        return other

    def connect(self):
        connection = socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(self.client, 0)
        )
        connection.settimeout(PATIENCE)
        return connection

    @contextlib.contextmanager
    def sent(self, request, headers="", body=b""):
        """Open a connection and send this request. The connection is closed after the block."""
        with self.connect() as connection:
            connection.sendall(f"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + body)
            yield connection

    def answer(self, request, headers="", body=b""):
        """Return the status line and headers of the response."""
        with self.sent(request, headers, body) as connection:
            return head_of(connection)

    def workers(self):
        """Return the process ids of the server's workers."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = {int(child) for task in tasks for child in task.read_text().split()}
        return sorted(child for child in children if "granian" in _command(child))


def _command(process):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def head_of(connection):
    received = b""
    while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
        received += data
    return received.partition(b"\r\n\r\n")[0].decode()


def until(condition):
    """Wait until the condition is true. Returns False after a timeout."""
    for _attempt in range(PATIENCE * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


def environment(database):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": database,
        "PYTHONPATH": str(ROOT),
    }


def connection_url(connection):
    """The URL of the PostgreSQL that this connection has."""
    given = connection.settings_dict
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{quote(given['HOST'], safe='')}:{given['PORT']}/{given['NAME']}"


def manage(database, *arguments, **options):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(database), **options
    )


@contextlib.contextmanager
def serving(folder, database, *options, port=None, code=ROOT, **settings):
    """Run `manage.py serve` with an existing database, on a free port if none is given; with the code in this folder."""
    port, log = port or free_port(), folder / "log"
    with (
        log.open("ab") as written,
        subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), *options],
            cwd=code,
            env=environment(database) | settings,
            stdout=written,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        running = Server(port, log, process, database)
        try:
            assert until(lambda: _listens(port)), log.read_text()
            yield running
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def serving_sqlite(folder, *options, **settings):
    """Run `manage.py serve` with a new SQLite database."""
    with serving(folder, make_sqlite(folder / "chronicle.sqlite3"), *options, **settings) as server:
        yield server


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
