"""The server as it runs: `manage.py serve` in a process of its own, asked through plain sockets."""

import contextlib
import copy
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.factories import ROOT

# How long a client waits for an answer that comes at once, on a machine that is busy with other things.
PATIENCE = 60


class Server:
    def __init__(self, port, log, process, database):
        self.port, self.log, self.process, self.database = port, log, process, database
        self.client = "127.0.0.1"

    def asked_from(self, client):
        """The same server for a client at another address."""
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
        """A connection that has sent this much, and is open."""
        with self.connect() as connection:
            connection.sendall(f"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + body)
            yield connection

    def answer(self, request, headers="", body=b""):
        """The head of the answer."""
        with self.sent(request, headers, body) as connection:
            return head_of(connection)

    def workers(self):
        """The processes that answer."""
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
    """Wait for what another process is about to do."""
    for _attempt in range(PATIENCE * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(database):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": database,
        "PYTHONPATH": str(ROOT),
    }


def manage(database, *arguments, **options):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(database), **options
    )


@contextlib.contextmanager
def serving(folder, database, *options, **settings):
    """`manage.py serve` on a free port, on a database that is there."""
    port, log = free_port(), folder / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), *options],
            cwd=ROOT,
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
    """The same on a new database in a file."""
    database = f"sqlite:///{folder / 'chronicle.sqlite3'}"
    manage(database, "migrate", "-v", "0", check=True)
    with serving(folder, database, *options, **settings) as server:
        yield server


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
