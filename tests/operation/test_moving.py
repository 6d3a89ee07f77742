"""A backup of SQLite is restored into PostgreSQL: every row, revision, account and export is equal, or nothing is written."""

import dataclasses
import tarfile

import pytest

from tests.backups import everything_in, fill, new_databases, run, start
from tests.databases import connected, make_postgresql
from tests.releases import SQLITE
from tests.releases import restored as released
from timeline.operation import bags
from timeline.operation.backup import STATE
from timeline.operation.state import State

pytestmark = [pytest.mark.long, pytest.mark.any_database]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    """The URL of a filled SQLite database."""
    with new_databases("sqlite", tmp_path_factory.mktemp("sqlite")) as new_database:
        url = new_database("first")
        fill(url)
        yield url


@pytest.fixture(scope="module")
def made(sqlite, tmp_path_factory):
    """A backup of it."""
    path = tmp_path_factory.mktemp("backup") / "backup.tar.gz"
    run(sqlite, "manage.py", "backup", str(path))
    return path


@pytest.fixture(scope="module")
def new_database(tmp_path_factory):
    with new_databases("postgresql", tmp_path_factory.mktemp("postgresql")) as new_database:
        yield new_database


def tables(url):
    with connected(url) as server:
        return server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()


def test_every_row_revision_account_and_export_is_equal(sqlite, made, new_database, tmp_path):
    moved = new_database("moved")
    run(moved, "manage.py", "restore", str(made))
    before, after = everything_in(sqlite, tmp_path / "before"), everything_in(moved, tmp_path / "after")
    models = {row["model"] for row in before["rows.json"]}
    assert {"auth.user", "auth.permission", "timeline.revision", "timeline.searchdocument"} <= models
    assert len(before) == 6
    assert before == after
    run(moved, "manage.py", "check_integrity")
    run(moved, "manage.py", "doctor", "database", "migrations", "search", "integrity")
    run(moved, "-m", "tests.every_page", "zh-Hans", "里程碑 public")


def test_afterwards_it_is_written_as_any_other_and_caches_learn_of_it(made, new_database):
    moved = new_database("written")
    run(moved, "manage.py", "restore", str(made))
    with connected(moved) as server:
        query = "SELECT sum(number) FROM timeline_content_version"
        (before,) = server.execute(query).fetchone()
        run(moved, "manage.py", "import_content", "tests/data/chronicle-other-sources", "--publish")
        run(moved, "-c", NEW_ACCOUNT)
        (after,) = server.execute(query).fetchone()
    assert after > before > 1


# A key that a moved row has would be refused.
NEW_ACCOUNT = """
import django
django.setup()
from django.contrib.auth import get_user_model
get_user_model().objects.create_user("new")
"""


def packed_with(made, path, **changes):
    """Write a copy of a backup whose state says something else."""
    folder = path.with_suffix(".unpacked")
    with tarfile.open(made) as packed:
        packed.extractall(folder, filter="data")
    file = folder / "chronicle" / bags.PAYLOAD / STATE
    dataclasses.replace(State.load(file), **changes).write(file)
    bags.write_tag_files(folder / "chronicle", {})
    with tarfile.open(path, "w:gz") as packed:
        packed.add(folder / "chronicle", arcname="chronicle")
    return path


def test_rows_that_are_missing_are_found_and_nothing_is_written(made, new_database, tmp_path):
    url = new_database("missing")
    changed = packed_with(made, tmp_path / "changed.tar.gz", rows={"timeline_entry": 7_000})
    process = start(url, "manage.py", "restore", str(changed))
    output, _none = process.communicate()
    assert process.returncode == 1
    assert "timeline_entry" in output
    assert tables(url) == []


def test_a_killed_move_leaves_an_empty_database(made, new_database):
    url = new_database("killed")
    process = start(url, "manage.py", "restore", str(made))
    with connected(url) as server:
        # Within the transaction of the move, whose tables nobody else sees.
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
        while process.poll() is None and not server.execute(waiting).fetchone()[0]:
            pass
    process.kill()
    process.communicate()
    assert tables(url) == []
    run(url, "manage.py", "restore", str(made))


def test_the_other_way_is_refused(new_database, tmp_path):
    url = new_database("other")
    make_postgresql(url)
    run(url, "manage.py", "backup", str(tmp_path / "backup.tar.gz"))
    process = start(
        f"sqlite:///{tmp_path}/new.sqlite3", "manage.py", "restore", str(tmp_path / "backup.tar.gz")
    )
    output, _none = process.communicate()
    assert process.returncode == 1
    assert "postgresql" in output


def test_tables_of_another_version_are_refused_and_nothing_is_written(new_database, tmp_path):
    with released("0.1.0", SQLITE) as older:
        # Without the check of the version by the backup itself, which knows what to do on the same engine.
        run(older, "manage.py", "backup", str(tmp_path / "older.tar.gz"))
    url = new_database("older")
    process = start(url, "manage.py", "restore", str(tmp_path / "older.tar.gz"), LANG="C")
    output, _none = process.communicate()
    assert process.returncode == 1
    assert "SQLite" in output
    assert tables(url) == []
