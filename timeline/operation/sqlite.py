"""An SQLite database as a file, by the backup API of SQLite, and back."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from timeline.operation.errors import OperationError
from timeline.operation.state import Row, Rows
from timeline.operation.working_folders import database_file


def dump(to: Path, inspect: Callable[[Rows], None]) -> None:
    """Copy the database to a new file, in one step: readers and writers go on meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(to)) as copy:
        connection.connection.backup(copy)
        # The file alone is the database, without a write-ahead log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    with _checked(to) as rows:
        inspect(rows)


def restore(source: Path, inspect: Callable[[Rows], None]) -> None:
    """Move the file to where the database is to be, once it has been checked.

    The file is on the same file system. It is linked there, which fails if there is a database by now.
    """
    with _checked(source) as rows:
        inspect(rows)
    source.chmod(0o600)
    connection.close()
    target = database_file()
    if not is_empty():
        raise OperationError(_("A database has been created in the meantime; it was not replaced."))
    # An empty database, as any command creates it.
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    os.link(source, target)
    _sync(target.parent)


def is_empty() -> bool:
    """Whether there is no file, or one without a table."""
    path = database_file()
    if not path.exists() or path.stat().st_size == 0:
        return True
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT 1 FROM sqlite_master").fetchone() is None


@contextmanager
def _checked(path: Path) -> Iterator[Rows]:
    """Open a file for reading. Raises OperationError if SQLite finds it damaged."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:

        def rows(statement: str) -> list[Row]:
            return database.execute(statement).fetchall()

        try:
            found = rows("PRAGMA integrity_check")
        except sqlite3.DatabaseError as error:
            found = [(str(error),)]
        if found != [("ok",)]:
            raise OperationError(_("The database is damaged: %(reason)s.") % {"reason": found[0][0]})
        yield rows


def _sync(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
