"""An import that is killed, or made by two at once, has happened wholly or not at all."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.db import connection, connections
from django.db.utils import ConnectionHandler
from environ import Env

from tests.factories import ROOT
from timeline.models import Citation, Entry, ImportBatch, Milestone, Revision

ROWS = 150
# `make soak` kills more often.
KILLS = int(os.environ.get("KILLS", "10"))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def database(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database of its own, on the same kind of server, which other processes can open; its address."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('faults')}/faults.sqlite3"
        manage(url, "migrate")
        yield url
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
    manage(url, "migrate")
    yield url
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def start(url: str, *command: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
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
    """How many rows each table has that an import writes."""
    there = ConnectionHandler({"default": Env.db_url_config(url)})["default"]
    models = (Entry, Milestone, Citation, Revision, Entry.topics.through, ImportBatch)
    try:
        with there.cursor() as cursor:
            found = []
            for model in models:
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                found.append(cursor.fetchone()[0])
            return found
    finally:
        there.close()


def test_an_import_that_is_killed_has_happened_wholly_or_not_at_all(database, tmp_path):
    began = time.monotonic()
    manage(database, "import_content", content(tmp_path, "whole"))
    whole = time.monotonic() - began
    wholes, chance = 1, random.Random(2010)
    for number in range(KILLS):
        process = start(database, "import_content", content(tmp_path, f"kill{number}"))
        time.sleep(chance.uniform(0.4, 1.05) * whole)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.communicate()
        entries, *rest = counts(database)
        assert entries in (wholes * ROWS, (wholes + 1) * ROWS)
        wholes = entries // ROWS
        assert rest == [entries, entries, entries, entries, wholes]
    manage(database, "check_integrity")


def test_of_two_imports_at_once_both_happen_or_one_is_clearly_refused(database, tmp_path):
    before = counts(database)[0]
    path = content(tmp_path, "twice")
    processes = [start(database, "import_content", path) for _time in range(2)]
    answers = [process.communicate() for process in processes]
    assert all("Traceback" not in err for _out, err in answers), answers
    assert 0 in [process.returncode for process in processes]
    entries, *rest = counts(database)
    assert entries == before + ROWS
    assert rest[:4] == [entries] * 4
