"""New databases of each engine, and all that is in one, for tests that back up and restore."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import postgres
from tests.databases import beside, connected, dump, load, make_postgresql, make_sqlite
from tests.factories import ROOT
from tests.made_once import made_once
from tests.servers import environment

ENGINES = ("sqlite", "postgresql")
# How often a command is killed, each time later; `make soak` takes more.
KILLS = int(os.environ.get("KILLS", "2"))


@contextlib.contextmanager
def new_databases(engine: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """The block gets a function that returns the URL of a new database of this name."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite3"
        return
    with postgres.private_cluster() as url:

        def create(name: str) -> str:
            with connected(url) as server:
                server.execute(f'CREATE DATABASE "{name}"')
            return beside(url, name)

        yield create


def run(url: str, *arguments: str, **settings: str) -> str:
    """Run Python with these arguments on a database. Returns what it prints; fails if it does."""
    done = start(url, *arguments, **settings)
    output, _none = done.communicate()
    assert done.returncode == 0, output[-4000:]
    return output


def start(url: str, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    """Start Python with these arguments on a database."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(url) | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def fill(url: str) -> None:
    """Write content into a new database: records of each status, with histories and working copies, accounts and groups."""
    if url.startswith("sqlite:///"):
        shutil.copy(made_once("filled.sqlite3", _fill_sqlite), url.removeprefix("sqlite:///"))
    else:
        load(url, made_once("filled.sql", _fill_postgresql))


def _fill_sqlite(path: Path) -> None:
    run(make_sqlite(path), "-m", "tests.backup_content")


def _fill_postgresql(path: Path) -> None:
    with postgres.private_cluster() as url:
        run(make_postgresql(url), "-m", "tests.backup_content")
        dump(url, path)


def everything_in(url: str, folder: Path) -> dict[str, object]:
    """Return every row of every table, and the bytes of an export in each format."""
    run(url, "-m", "tests.backup_content", str(folder))
    found: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = json.loads((folder / "rows.json").read_bytes())
    return found | {"rows.json": sorted(rows, key=lambda row: (row["model"], str(row["pk"])))}
