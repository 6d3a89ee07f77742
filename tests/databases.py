"""New databases that are migrated already: copies of one for each engine, which a run of tests migrates once.

What migrations do is tested by tests/rules/test_migrations.py and its neighbours, and on the databases of releases.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import postgres
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parent.parent


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": url},
        check=True,
    )


def connected(url: str) -> "psycopg.Connection[Any]":
    """Connect to a PostgreSQL database; each statement is a transaction."""
    return psycopg.connect(url.replace("postgres:", "postgresql:", 1), autocommit=True)


def beside(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def dump(url: str, to: Path) -> None:
    """Write all of a PostgreSQL database as SQL."""
    tool = postgres.binaries() / "pg_dump"
    subprocess.run([tool, "--no-owner", "--no-privileges", f"--file={to}", url], check=True)


def load(url: str, dumped: Path) -> str:
    """Read SQL into an empty PostgreSQL database. Returns its URL."""
    tool = postgres.binaries() / "psql"
    command = [tool, url, "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    subprocess.run([*command, f"--file={dumped}"], check=True, stdout=subprocess.DEVNULL)
    return url


def migrated_sqlite() -> Path:
    """Return the file of the migrated SQLite database, of which others are copies."""
    return made_once("migrated.sqlite3", lambda path: _migrate(f"sqlite:///{path}"))


def make_sqlite(path: Path | str) -> str:
    """Make a migrated SQLite database at this path. Returns its URL."""
    shutil.copy(migrated_sqlite(), path)
    return f"sqlite:///{path}"


@contextlib.contextmanager
def migrated_in_memory(name: str) -> Iterator[None]:
    """Let a shared SQLite database in memory be migrated before its first connection, until the end of the block."""
    with contextlib.closing(sqlite3.connect(name, uri=True)) as memory:
        with contextlib.closing(sqlite3.connect(migrated_sqlite())) as file:
            file.backup(memory)
        yield


def make_postgresql(url: str) -> str:
    """Migrate an empty PostgreSQL database. Returns its URL."""

    def make(path: Path) -> None:
        with postgres.private_cluster() as first:
            _migrate(first)
            dump(first, path)

    return load(url, made_once("migrated.sql", make))


def migrated_template(url: str, name: str) -> str:
    """Return this name of a migrated database on the server of this URL, from which it makes others."""

    def make(path: Path) -> None:
        with connected(url) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{name}"')
        _migrate(beside(url, name))
        path.touch()

    made_once(f"{name}.template", make)
    return name
