"""The databases of released versions in tests/data/releases. Each is made once, at its release, and kept.

python -m tests.releases VERSION
"""

import datetime
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests import postgres
from tests.factories import CONTENT, OTHER_CONTENT, ROOT
from tests.recipes import run

FOLDER = ROOT / "tests" / "data" / "releases"
MANAGE = [sys.executable, "manage.py"]
# The files of a release: a database of each engine, and what `export_content` wrote of both.
SQLITE, POSTGRESQL, EXPORT = "chronicle.sqlite3.gz", "chronicle.sql.gz", "content.json"


def versions() -> list[str]:
    return sorted(folder.name for folder in FOLDER.iterdir())


@contextmanager
def restored(version: str, engine: str) -> Iterator[str]:
    """Restore the database of a release. The block gets its URL."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == SQLITE:
            path = Path(folder) / "chronicle.sqlite3"
            with gzip.open(FOLDER / version / SQLITE) as stored, path.open("wb") as file:
                shutil.copyfileobj(stored, file)
            yield f"sqlite:///{path}"
        else:
            with postgres.private_cluster() as url:
                with gzip.open(FOLDER / version / POSTGRESQL) as stored:
                    _pipe("psql", url, "--quiet", "--set=ON_ERROR_STOP=1", given=stored.read())
                yield url


def export(url: str, to: Path) -> str:
    """Return the content of the database as JSON."""
    run([*MANAGE, "export_content", str(to), "--format=json"], ROOT, TEST_DATABASE_URL=url)
    return to.read_text(encoding="utf-8")


def write(version: str) -> None:
    """Make the databases of the present state and store them as those of a release."""
    to = FOLDER / version
    to.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, postgres.private_cluster() as url:
        path = Path(folder) / "chronicle.sqlite3"
        exports = []
        for database in (f"sqlite:///{path}", url):
            run([*MANAGE, "migrate", "--verbosity=0"], ROOT, TEST_DATABASE_URL=database)
            for arguments in ([CONTENT, "--publish"], [OTHER_CONTENT]):
                run([*MANAGE, "import_content", *map(str, arguments)], ROOT, TEST_DATABASE_URL=database)
            run([sys.executable, "-m", "tests.releases"], ROOT, TEST_DATABASE_URL=database)
            exports.append(export(database, Path(folder) / f"{len(exports)}.json"))
        assert exports[0] == exports[1]
        (to / EXPORT).write_text(exports[0], encoding="utf-8")
        _store(to / POSTGRESQL, _pipe("pg_dump", "--no-owner", "--no-privileges", url))
        with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(f"{path}.whole")) as whole:
            database.backup(whole)
        _store(to / SQLITE, Path(f"{path}.whole").read_bytes())


def fill() -> None:
    """Add an entry of each status, a former address, a working copy and a deleted draft to the content."""
    import django

    django.setup()

    from tests.factories import make_citation, make_editor, make_milestone
    from timeline.editing.revisions import delete_draft, record_revision
    from timeline.editing.working_copies import save_working_copy
    from timeline.rows.tables import TABLES

    editor = make_editor(username="editor")
    entries = {
        name: make_milestone(slug=name, title=f"里程碑 {name}", date="2015-06")
        for name in ("draft", "reviewed", "scheduled", "public", "withdrawn", "deleted")
    }
    for entry in entries.values():
        make_citation(entry, locator="¶1")
        record_revision(entry, by=editor, comment="写成")
    entries["reviewed"].submit(by=editor)
    far = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    entries["scheduled"].publish(by=editor, public_from=far)
    for name in ("public", "withdrawn"):
        entries[name].publish(by=editor)
    entries["withdrawn"].withdraw(by=editor, reason="来源有误")
    delete_draft(entries["deleted"], by=editor)
    public = entries["public"]
    public.slug = "renamed"
    public.save()
    row = TABLES["milestones"].whole_row_of(public)
    save_working_copy(public, row | {"title": "里程碑 修订"}, by=editor)


def _pipe(tool: str, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run([postgres.binaries() / tool, *arguments], input=given, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _store(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))


def main(arguments: list[Any]) -> None:
    if not arguments:
        fill()
    elif len(arguments) == 1:
        write(*arguments)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(sys.argv[1:])
