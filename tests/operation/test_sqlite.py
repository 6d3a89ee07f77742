"""An SQLite database is copied while it is in use, and moved only to where there is none."""

import contextlib
import sqlite3

import pytest
from django.db import connection

from tests.sqlite_files import connected_to, somebody_writing
from timeline.operation import sqlite
from timeline.operation.errors import OperationError

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only"),
]


def create(path, rows=3):
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE numbers (number)")
        database.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in range(rows)])
        database.commit()


def count(rows):
    return rows("SELECT COUNT(*) FROM numbers")[0][0]


@pytest.fixture
def site(tmp_path):
    create(tmp_path / "site.sqlite3")
    with connected_to(tmp_path / "site.sqlite3"):
        yield tmp_path


@pytest.fixture
def copy(site):
    sqlite.dump(site / "copy.sqlite3", count)
    return site / "copy.sqlite3"


def test_a_copy_has_what_is_committed_and_waits_for_nobody(site):
    with somebody_writing(site / "site.sqlite3"):
        seen = []
        sqlite.dump(site / "copy.sqlite3", lambda rows: seen.append(count(rows)))
    assert seen == [3]
    # One file, without a write-ahead log.
    assert not (site / "copy.sqlite3-wal").exists()


def test_a_copy_is_moved_to_where_no_database_is(copy, tmp_path):
    with connected_to(tmp_path / "new.sqlite3"):
        assert sqlite.is_empty()
        sqlite.restore(copy, count)
        assert not sqlite.is_empty()
    assert (tmp_path / "new.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_database_without_tables_counts_as_none(copy, tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "new.sqlite3")) as database:
        database.execute("PRAGMA journal_mode = WAL")
    with connected_to(tmp_path / "new.sqlite3"):
        assert sqlite.is_empty()
        sqlite.restore(copy, count)
        assert not sqlite.is_empty()


@pytest.mark.usefixtures("english")
def test_a_database_that_appeared_meanwhile_is_not_replaced(copy, tmp_path):
    with connected_to(tmp_path / "new.sqlite3"), pytest.raises(OperationError, match="in the meantime"):
        sqlite.restore(copy, lambda rows: create(tmp_path / "new.sqlite3", rows=1))
    with contextlib.closing(sqlite3.connect(tmp_path / "new.sqlite3")) as database:
        assert database.execute("SELECT COUNT(*) FROM numbers").fetchone() == (1,)


def test_what_the_inspection_refuses_is_not_restored(copy, tmp_path):
    def refuse(rows):
        raise OperationError("refused")

    with connected_to(tmp_path / "new.sqlite3"):
        with pytest.raises(OperationError, match="refused"):
            sqlite.restore(copy, refuse)
        assert sqlite.is_empty()


@pytest.mark.usefixtures("english")
def test_a_damaged_file_is_not_restored(copy, tmp_path):
    data = bytearray(copy.read_bytes())
    data[4096:4200] = bytes(104)
    copy.write_bytes(data)
    with connected_to(tmp_path / "new.sqlite3"):
        with pytest.raises(OperationError, match="damaged"):
            sqlite.restore(copy, count)
        assert sqlite.is_empty()
