"""Imports that are killed, disconnected, out of space or concurrent are applied completely or not at all."""

import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, connections
from django.db.utils import ConnectionHandler
from django.utils import translation
from environ import Env

from tests.databases import make_postgresql, make_sqlite
from tests.factories import ROOT
from tests.pages import HAN
from timeline.exchange import database_errors
from timeline.models import Citation, Entry, ImportBatch, Milestone, Revision

ROWS = 150
# `make soak` sets a larger number.
KILLS = int(os.environ.get("KILLS", "3"))
CUTS = int(os.environ.get("KILLS", "3"))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def database(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[str]:
    """Yield the URL of a separate database of the same vendor, which other processes can open."""
    if connection.vendor == "sqlite":
        yield make_sqlite(tmp_path_factory.mktemp("faults") / "database_errors.sqlite3")
        return
    settings = connection.settings_dict
    name = f"{settings['NAME']}_faults"
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST'] or 'localhost'}:{settings['PORT'] or 5432}/{name}"
    if str(settings["HOST"]).startswith("/"):
        url = (
            f"postgresql://{settings['USER']}@/{name}?host={settings['HOST']}&port={settings['PORT'] or 5432}"
        )
    yield make_postgresql(url)
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def start(
    url: str,
    *command: str,
    settings: str = "tests.settings",
    before: Callable[[], None] | None = None,
    **more: str,
) -> subprocess.Popen:
    """Start a management command in a subprocess, which calls `before` first."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings} | more,
        preexec_fn=before,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def manage(url: str, *command: str) -> str:
    process = start(url, *command)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def content(folder: Path, prefix: str) -> str:
    path = folder / f"{prefix}.yaml"
    tables = {
        "sources": [{"slug": "paper", "title": "来源"}],
        "topics": [{"slug": "data", "title": "数据"}],
        "milestones": [
            {"slug": f"{prefix}-{number}", "title": f"大事{number}", "topics": ["data"], "citations": [{"source": "paper"}]}
            for number in range(ROWS)
        ],
    }  # fmt: skip
    path.write_text(yaml.safe_dump(tables, allow_unicode=True), encoding="utf-8")
    return str(path)


def counts(url: str) -> list[int]:
    """Return the number of rows of each table that an import writes; of revisions, those of entries."""
    there = ConnectionHandler({"default": Env.db_url_config(url)})["default"]
    models = (Entry, Milestone, Citation, Revision, Entry.topics.through, ImportBatch)
    try:
        with there.cursor() as cursor:
            found = []
            for model in models:
                condition = " WHERE kind <> ''" if model is Revision else ""
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}{condition}")
                found.append(cursor.fetchone()[0])
            return found
    finally:
        there.close()


def everything(url: str) -> dict[str, list[str]]:
    """Return every row of every table, to compare them exactly."""
    there = ConnectionHandler({"default": Env.db_url_config(url)})["default"]
    try:
        found = {}
        with there.cursor() as cursor:
            for table in there.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
        return found
    finally:
        there.close()


def in_chinese(sentence: Any) -> str:
    """Return the message in the language of the site, which the commands use."""
    with translation.override("zh-hans"):
        return str(sentence)


class Interruptions:
    """Random times within the run of a process whose duration depends on the load of the machine.

    `length` is one measured duration in seconds. Each attempt corrects it, so that most interruptions come
    before the end of the process and some after it.
    """

    def __init__(self, length: float, earliest: float):
        self.length, self.earliest = length, earliest
        self.interrupted = self.through = 0
        self._chance = random.Random(2010)

    def wait(self) -> None:
        time.sleep(self._chance.uniform(self.earliest, 1) * self.length)

    def came_in_time(self) -> None:
        self.interrupted += 1
        self.length *= 1.05

    def came_too_late(self) -> None:
        self.through += 1
        self.length *= 0.85

    def until(self, wanted: int) -> Iterator[int]:
        """Yield attempt numbers until `wanted` attempts were interrupted; fail after ten times as many."""
        for attempt in range(10 * wanted):
            if self.interrupted == wanted:
                return
            yield attempt
        assert self.interrupted == wanted, f"{self.through} got through, {self.length:.2f} s"


@pytest.mark.long
def test_an_import_that_is_killed_has_happened_wholly_or_not_at_all(database, tmp_path):
    began = time.monotonic()
    manage(database, "import_content", content(tmp_path, "whole"))
    kills = Interruptions(time.monotonic() - began, earliest=0.4)
    for number in kills.until(KILLS):
        process = start(database, "import_content", content(tmp_path, f"kill{number}"))
        kills.wait()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.communicate()
        entries, *rest = counts(database)
        wholes = 1 + kills.through
        if entries == wholes * ROWS:
            kills.came_in_time()
        else:
            assert entries == (wholes + 1) * ROWS
            kills.came_too_late()
        assert rest == [entries, entries, entries, entries, 1 + kills.through]
    manage(database, "check_integrity")


@pytest.mark.long
def test_of_two_imports_at_once_both_happen_or_one_is_clearly_refused(database, tmp_path):
    before = counts(database)[0]
    path = content(tmp_path, "twice")
    processes = [start(database, "import_content", path) for _time in range(2)]
    answers = [process.communicate() for process in processes]
    assert all("Traceback" not in err for _out, err in answers), answers
    assert 0 in [process.returncode for process in processes]
    for process, (_out, err) in zip(processes, answers, strict=True):
        assert process.returncode == 0 or HAN.search(err), err
    entries, *rest = counts(database)
    assert entries == before + ROWS
    assert rest[:4] == [entries] * 4


only_on_postgresql = pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has no connection that could be lost."
)
only_on_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'",
    reason="PostgreSQL has its own disk, which nobody but root can fill here.",
)


def backends(database: str) -> list[int]:
    """Return the ids of the server processes with a connection to this database."""
    with connection.cursor() as cursor:
        # Within a transaction, pg_stat_activity may be a cached snapshot.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database])
        return [pid for (pid,) in cursor.fetchall()]


def once_it_is_served(process: subprocess.Popen, database: str) -> list[int]:
    while process.poll() is None:
        if found := backends(database):
            return found
        time.sleep(0.005)
    return []


@pytest.mark.long
@only_on_postgresql
def test_an_import_that_loses_its_connection_says_so_and_has_happened_wholly_or_not_at_all(
    database, tmp_path
):
    name = str(Env.db_url_config(database)["NAME"])
    process = start(database, "import_content", content(tmp_path, "served"))
    once_it_is_served(process, name)
    began = time.monotonic()
    out, err = process.communicate()
    assert process.returncode == 0, err
    cuts = Interruptions(time.monotonic() - began, earliest=0)
    for number in cuts.until(CUTS):
        before, entries = everything(database), counts(database)[0]
        command = ("import_content", content(tmp_path, f"cut{number}"))
        process = start(database, *command)
        found = once_it_is_served(process, name)
        cuts.wait()
        with connection.cursor() as cursor:
            for pid in found:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        out, err = process.communicate()
        assert "Traceback" not in err
        if process.returncode == 0:
            # The import had been committed; at most the reply to its last statement was lost.
            assert counts(database)[0] == entries + ROWS
            cuts.came_too_late()
            continue
        assert (process.returncode, out) == (1, "")
        assert in_chinese(database_errors.LOST) in err
        assert everything(database) == before
        manage(database, *command)
        assert counts(database)[0] == entries + ROWS
        cuts.came_in_time()
    manage(database, "check_integrity")


@pytest.mark.long
@only_on_sqlite
def test_an_import_that_finds_the_database_full_says_so_and_leaves_nothing(database, tmp_path):
    file = database.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(file)) as there:
        pages = there.execute("PRAGMA page_count").fetchone()[0]
    before, entries = everything(database), counts(database)[0]
    command = ("import_content", content(tmp_path, "room"))
    for room in (0, 1, 4, 12):
        process = start(database, *command, settings="tests.full_disk_settings", PAGES=str(pages + room))
        out, err = process.communicate()
        assert (process.returncode, out) == (1, "")
        assert in_chinese(database_errors.FULL) in err
        assert "Traceback" not in err
        assert everything(database) == before
    manage(database, *command)
    assert counts(database)[0] == entries + ROWS


def files_up_to(size: int) -> Callable[[], None]:
    """Limit the size of the files of a process: the errors are similar to those of a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.long
@only_on_sqlite
def test_an_import_whose_database_may_not_grow_says_so_and_leaves_nothing(database, tmp_path):
    before = everything(database)
    command = ("import_content", content(tmp_path, "grow"))
    for size in (1, 40_000, 100_000):
        process = start(database, *command, before=files_up_to(size))
        out, err = process.communicate()
        assert (process.returncode, out) == (1, "")
        assert in_chinese(database_errors.FULL) in err
        assert "Traceback" not in err
        assert everything(database) == before
    manage(database, *command)
    manage(database, "check_integrity")


@pytest.mark.long
@pytest.mark.any_database
def test_an_export_that_finds_no_room_leaves_what_is_there_as_it_was(database, tmp_path):
    # Large and hardly compressible: no format fits within the limit, but the index of SQLite's journal does.
    long = random.Random(1919)
    rows = [
        {"slug": f"long-{number}", "title": "长", "body": long.randbytes(1000).hex()} for number in range(100)
    ]
    (tmp_path / "milestones.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    manage(database, "import_content", str(tmp_path / "milestones.yaml"))
    folder = tmp_path / "out"
    folder.mkdir()
    names = ("all.yaml", "all.json", "all.xlsx", "all.zip", "folder")
    exports = [f'call_command("export_content", "{folder / name}", "--kind", "sources")' for name in names]
    manage(database, "shell", "-c", "\n".join(["from django.core.management import call_command", *exports]))
    there = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(there) >= len(names)
    for name in names:
        process = start(database, "export_content", str(folder / name), "--force", before=files_up_to(50_000))
        out, err = process.communicate()
        assert (process.returncode, out) == (1, "")
        assert str(folder / name) in err
        assert "Traceback" not in err
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == there
    assert len([*folder.iterdir()]) == 5


COMMANDS = [("undo_import", "1", "--user", "ann"), ("import_content", "--user", "ann"), ("export_content",)]


@pytest.mark.parametrize(
    "command", [COMMANDS[0], *(pytest.param(command, marks=pytest.mark.long) for command in COMMANDS[1:])]
)
def test_a_database_that_is_not_there_is_a_sentence(tmp_path, command):
    url = (
        "sqlite:////nowhere/at/all.sqlite3"
        if connection.vendor == "sqlite"
        else "postgresql://nobody@127.0.0.1:1/nothing"
    )
    files = {"import_content": [content(tmp_path, "unheard")], "export_content": [str(tmp_path / "out.yaml")]}
    process = start(url, *command, *files.get(command[0], []))
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert err.startswith("CommandError: ")
    assert "Traceback" not in err
    assert not (tmp_path / "out.yaml").exists()
