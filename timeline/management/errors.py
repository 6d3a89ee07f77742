"""Database errors, disk errors and interruptions as command errors with a message and an exit status."""

import contextlib
import signal
import sqlite3
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from timeline.exchange.database_errors import UNKNOWN, StorageError, as_storage_errors
from timeline.operation.working_folders import database_file

# How psycopg begins the errors of connecting.
_NOT_CONNECTED = (
    "connection failed",
    "connection is bad",
    "connection timeout",
    "failed to resolve",
    "[Errno",
)
# The convention of shells for a process that a signal ended.
INTERRUPTED = 128 + signal.SIGINT


def connection_failure(error: BaseException | None) -> str:
    """Why the database does not answer, and what to do; "" if the error is another one."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    # What reached PostgreSQL has an SQLSTATE, and what reached SQLite another code than this.
    is_unopened = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_CANTOPEN
    if (
        cause is None
        or getattr(cause, "sqlstate", None)
        or (isinstance(cause, sqlite3.Error) and not is_unopened)
    ):
        return ""
    # A connection that breaks later is told by as_storage_errors().
    if not is_unopened and not str(error).startswith(_NOT_CONNECTED):
        return ""
    return _(
        "The database does not answer: %(reason)s. Look at DATABASE_URL; manage.py doctor tells more."
    ) % {"reason": f"{database_file()}: " * is_unopened + " ".join(str(error).split()).rstrip(".")}


@contextlib.contextmanager
def as_command_errors() -> Iterator[None]:
    """Convert failures to CommandError.

    Print results outside this block: a failure to print them would be reported as if nothing had been done.
    """
    try:
        with as_storage_errors():
            yield
    except StorageError as error:
        # What may have been committed is told as such.
        is_unknown = str(error) == str(UNKNOWN)
        raise CommandError(
            str(error) if is_unknown else connection_failure(error.__cause__) or str(error)
        ) from None
    except KeyboardInterrupt:
        raise CommandError(_("Interrupted; nothing was changed."), returncode=INTERRUPTED) from None
