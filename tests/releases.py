"""The databases of released versions in tests/data/releases. Each is made once, at its release, and kept.

python -m tests.releases VERSION
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "data" / "releases"
# The files of a release: a database of each engine, what `export_content` wrote of both, and the digests of its migrations.
SQLITE, POSTGRESQL, EXPORT = "chronicle.sqlite3.gz", "chronicle.sql.gz", "content.json"
MIGRATIONS = "migrations.json"


def versions() -> list[str]:
    return sorted(folder.name for folder in FOLDER.iterdir())


def migration_digests() -> dict[str, str]:
    """Return the SHA-256 of each migration by the name of its file."""
    files = sorted((ROOT / "timeline" / "migrations").glob("0*.py"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@contextmanager
def restored(version: str, engine: str) -> Iterator[str]:
    """Restore the database of a release. The block gets its URL."""
    if engine == SQLITE:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chronicle.sqlite3"
            with gzip.open(FOLDER / version / SQLITE) as stored, path.open("wb") as file:
                shutil.copyfileobj(stored, file)
            yield f"sqlite:///{path}"
    else:
        with postgres.private_cluster() as url, gzip.open(FOLDER / version / POSTGRESQL) as stored:
            _postgresql("psql", url, "--quiet", "--set=ON_ERROR_STOP=1", given=stored.read())
            yield url


def run(url: str, *arguments: str) -> None:
    """Run Python with these arguments on the database. Raises AssertionError with its output if it fails."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def export(url: str, to: Path) -> str:
    """Return the content of the database as JSON."""
    run(url, "manage.py", "export_content", str(to), "--format=json")
    return to.read_text(encoding="utf-8")


def write(version: str) -> None:
    """Make the databases of the present state and store them as those of a release."""
    to = FOLDER / version
    with tempfile.TemporaryDirectory() as folder, postgres.private_cluster() as url:
        path = Path(folder) / "chronicle.sqlite3"
        exports = []
        for database in (f"sqlite:///{path}", url):
            run(database, "manage.py", "migrate")
            run(database, "manage.py", "import_content", "tests/data/chronicle", "--publish")
            run(database, "manage.py", "import_content", "tests/data/chronicle-other-sources")
            run(database, "-m", "tests.release_content")
            exports.append(export(database, Path(folder) / f"{len(exports)}.json"))
        assert exports[0] == exports[1]
        to.mkdir(parents=True)
        (to / EXPORT).write_text(exports[0], encoding="utf-8")
        (to / MIGRATIONS).write_text(f"{json.dumps(migration_digests(), indent=2)}\n", encoding="utf-8")
        _store(to / POSTGRESQL, _postgresql("pg_dump", "--no-owner", "--no-privileges", url))
        whole = Path(folder) / "whole.sqlite3"
        with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(whole)) as copy:
            # Includes what is still in the write-ahead log.
            database.backup(copy)
        _store(to / SQLITE, whole.read_bytes())


def _postgresql(tool: str, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run([postgres.binaries() / tool, *arguments], input=given, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _store(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(sys.argv[1])
