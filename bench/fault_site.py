"""The site that `bench.faults` breaks: its server, database, cache and clock, which can be killed, and those who read and write."""

import contextlib
import html.parser
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.site import CONTENT, ROOT
from tests import postgres
from tests.ports import free_port

# Seconds for a process to start or to end on a busy machine.
PATIENCE = 120
WORKERS, CONNECTIONS = 2, 4
ADD_FORM = "/admin/timeline/milestone/add/"
ROWS_OF_AN_IMPORT = 20


def until(condition: Callable[[], bool], what: str, seconds: int = PATIENCE) -> None:
    """Wait until the condition is true. Raises TimeoutError, which says what was waited for."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.1)


def family(process: int) -> list[int]:
    """Return a process and all that it has started."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def kill(processes: list[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


class ToolError(Exception):
    """A tool of PostgreSQL or of the system failed, as it says."""


class Postgres:
    """A cluster of its own, with the guarantees that PostgreSQL gives by default."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.user = folder, free_port(), postgres.account()
        folder.mkdir()
        if self.user:
            shutil.chown(folder, self.user)
        self._run(
            "initdb", "-D", "data", "-U", "chronicle", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://chronicle@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        self._run("pg_ctl", "-D", "data", "-w", "-t", str(PATIENCE), "-l", "log", "-o", options, "start")

    def kill(self) -> None:
        processes = family(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
        kill(processes)
        until(lambda: not any(Path(f"/proc/{one}").exists() for one in processes), "PostgreSQL has ended")

    def stop(self) -> None:
        # It is not running if it could not be started again.
        with contextlib.suppress(ToolError):
            self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def _run(self, tool: str, *arguments: str) -> None:
        command = [str(postgres.binaries() / tool), *arguments]
        # To a file: the server that pg_ctl starts keeps what it is given, and a pipe would stay open.
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(
                command, user=self.user, cwd=self.folder, stdout=output, stderr=subprocess.STDOUT
            )
            output.seek(0)
            if done.returncode:
                raise ToolError(f"{tool} failed: {output.read().strip()}")


class Redis:
    """A shared cache, in memory only."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: listens(self.port), "Redis listens")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Site:
    """A server with its database, and what of it can be killed."""

    def __init__(self, folder: Path, database: str, **settings: str) -> None:
        self.port, self.log = free_port(), folder / "server.log"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": database,
            "TEST_JOB_RUNNER": "command",
            **settings,
        }
        self.manage("migrate", "-v", "0")
        for content in CONTENT[:1]:
            self.manage("import_content", str(content), "--publish", "-v", "0")
        self.session = self.python(NEW_SESSION).strip()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--workers", str(WORKERS)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            until(
                lambda: self.is_complete() and listens(self.port), "the server has started with its workers"
            )
        except TimeoutError as error:
            self.kill()
            last = self.log.read_text(errors="replace").splitlines()[-5:]
            raise TimeoutError("\n".join([str(error), *last])) from None

    def is_complete(self) -> bool:
        return len(self.workers()) == WORKERS

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def workers(self) -> list[int]:
        return [one for one in family(self.process.pid)[1:] if b"granian" in _command(one)]

    def kill_worker(self) -> list[int]:
        """Kill the worker that has run longest. Returns its process id, if there is one."""
        killed = self.workers()[:1]
        kill(killed)
        return killed

    def kill(self) -> None:
        kill(family(self.process.pid))
        self.process.wait()
        until(lambda: not listens(self.port), "the server that was killed has ended")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def violations(self) -> str:
        """What `check_integrity` finds, or nothing."""
        command = [sys.executable, "manage.py", "check_integrity", "-v", "0", "--no-color"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip() if done.returncode else ""

    def python(self, code: str) -> str:
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return ask(self.port, "GET", "/readyz")[0] == 200
        return False

    def slugs(self) -> set[str]:
        """Return the slugs of all milestones in the database."""
        return {*json.loads(self.python(ALL_SLUGS))}


NEW_SESSION = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("writer"))
print(client.cookies["sessionid"].value)
"""
ALL_SLUGS = """
import json
from timeline.models import Milestone
print(json.dumps([*Milestone.objects.values_list("slug", flat=True)]))
"""


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _command(process: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def ask(
    port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Return status, cookies and body of an answer. Raises OSError and HTTPException."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request(method, path, body or None, headers or {})
        answer = client.getresponse()
        cookies = "; ".join(answer.headers.get_all("Set-Cookie") or [])
        return answer.status, cookies, answer.read().decode(errors="replace")


class Form(html.parser.HTMLParser):
    """The fields of a form as a browser would send them unchanged."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.fields.append((self._select, given.get("value") or ""))
        elif tag == "textarea" and name:
            self.fields.append((name, ""))
        elif tag == "input" and name and kind not in ("submit", "file", "button", "radio"):
            is_sent = kind != "checkbox" or "checked" in given
            self.fields += [(name, given.get("value") or "")] if is_sent else []


@dataclass
class Writer(threading.Thread):
    """Somebody who saves drafts in the admin, one after the other, and remembers which were acknowledged."""

    site: Site
    prefix: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._is_over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        number = 0
        while not self._is_over.is_set():
            number += 1
            try:
                self.statuses[self.write(f"{self.prefix}-{number}")] += 1
            except (OSError, http.client.HTTPException):
                self.statuses["no answer"] += 1
                time.sleep(0.2)

    def end(self) -> None:
        self._is_over.set()
        self.join()

    def write(self, slug: str) -> str:
        cookie = {"Cookie": f"sessionid={self.site.session}"}
        status, cookies, page = ask(self.site.port, "GET", ADD_FORM, headers=cookie)
        if status != 200:
            return str(status)
        token = re.search(r"csrftoken=(\w+)", cookies)
        cookie["Cookie"] += f"; csrftoken={token[1] if token else ''}"
        fields = dict(Form(page).fields) | {"title": slug, "slug": slug, "_save": "1"}
        fields = {name: value for name, value in fields.items() if "__prefix__" not in name}
        headers = cookie | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.site.port}{ADD_FORM}",
        }
        status, _cookies, page = ask(
            self.site.port, "POST", ADD_FORM, urllib.parse.urlencode(fields), headers
        )
        if status == 302:
            self.acknowledged.append(slug)
        return str(status)


class Importer(Writer):
    """Somebody who imports files by the command, which are whole or not at all."""

    def write(self, slug: str) -> str:
        path = self.site.log.with_name("milestones.csv")
        rows = [f"{slug}-{row},{slug} {row}" for row in range(ROWS_OF_AN_IMPORT)]
        path.write_text("\n".join(["slug,title", *rows, ""]), encoding="utf-8")
        command = [sys.executable, "manage.py", "import_content", str(path), "--user", "writer", "-v", "0"]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=self.site.environment, capture_output=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"not within {PATIENCE} s"
        if done.returncode == 0:
            self.acknowledged.append(slug)
        return "done" if done.returncode == 0 else "refused"
