"""Failures of the database that are none of this software: unreachable, busy, full. Imports no models, as logging needs."""

import sqlite3

from django.db import InterfaceError, OperationalError

SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_PROTOCOL,
}


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database is unreachable, busy, full or read-only, so that a retry may succeed."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # The lowest byte is the primary result code. A missing table or column is excluded: it is
        # an error of this software.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_UNAVAILABLE
    state = _state(cause)
    return not state or state.startswith(("08", "40", "53", "55P03", "57"))


def is_locked(error: BaseException | None) -> bool:
    """Whether another connection has locked the SQLite database for longer than a request waits."""
    cause = error.__cause__ if error else None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return isinstance(cause, sqlite3.Error) and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_full(error: BaseException | None) -> bool:
    """Whether the disk of the database is full."""
    cause = error.__cause__ if error else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return _state(cause) == "53100"


def _state(cause: BaseException | None) -> str:
    """The SQLSTATE, five characters; empty if PostgreSQL is unreachable or closed the connection."""
    return getattr(cause, "sqlstate", None) or ""
