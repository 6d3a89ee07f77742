"""The database that a worker keeps open."""

import contextlib
import sqlite3

import pytest
from django.db import connection

from tests.sqlite_files import connected_to
from timeline.delivery.kept_database import KeptDatabase

pytestmark = pytest.mark.django_db
of_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")


@pytest.fixture
def path(tmp_path):
    return make_database(tmp_path / "chronicle.sqlite3")


@pytest.fixture
def kept(path):
    with connected_to(path), contextlib.closing(KeptDatabase()) as kept:
        kept.keep()
        yield kept


def make_database(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=WAL; CREATE TABLE records (title)")
    return path


def write(path):
    """Write a row, as a request does: with a connection of its own, which it closes."""
    with contextlib.closing(sqlite3.connect(path, timeout=0)) as database, database:
        database.execute("INSERT INTO records VALUES ('智慧港口')")


def log(path):
    return path.with_name(f"{path.name}-wal")


@of_sqlite
def test_who_closes_a_connection_is_not_the_last_and_locks_nobody_out(kept, path):
    write(path)
    # The last one would have written it into the file, under a lock on the whole database, and removed it.
    assert log(path).stat().st_size > 0


@of_sqlite
def test_closed_at_the_end_it_leaves_all_changes_in_the_file(kept, path):
    write(path)
    kept.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@of_sqlite
def test_it_keeps_nobody_from_writing_the_log_into_the_file(kept, path):
    write(path)
    with contextlib.closing(sqlite3.connect(path, timeout=0)) as database:
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert log(path).stat().st_size == 0


@of_sqlite
def test_a_file_in_its_place_is_opened_instead(kept, path, tmp_path):
    path.rename(tmp_path / "former")
    log(path).rename(tmp_path / "former-wal")
    make_database(tmp_path / "other.sqlite3").rename(path)
    kept.keep()
    write(path)
    assert log(path).stat().st_size > 0


@of_sqlite
def test_a_file_that_is_away_is_not_made_anew(kept, path, tmp_path):
    path.rename(tmp_path / "away")
    kept.keep()
    assert not path.exists()


@of_sqlite
def test_one_that_is_busy_is_waited_for_by_nobody_and_opened_later(path):
    with connected_to(path), contextlib.closing(KeptDatabase()) as kept:
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.executescript("PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")
            kept.keep()
        assert not log(path).exists()
        kept.keep()
        write(path)
        assert log(path).exists()


def test_a_database_without_a_file_is_left_alone():
    kept = KeptDatabase()
    kept.keep()
    kept.close()
