"""Database errors, disk errors and interruptions as command errors with a message and an exit status."""

import contextlib
import shlex
import signal
import sqlite3
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from timeline.exchange.database_errors import UNKNOWN, StorageError, as_storage_errors
from timeline.operation import sqlite
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
    """Why the database does not answer, or that it was never begun, and what to do; "" if the error is another one."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    # What reached PostgreSQL has an SQLSTATE.
    if cause is None or getattr(cause, "sqlstate", None):
        return ""
    code = getattr(cause, "sqlite_errorcode", None)
    is_unopened = code == sqlite3.SQLITE_CANTOPEN
    command = _opening_command()
    # Of a table that is not there, SQLite says no more than that something is wrong.
    if command and (is_unopened or code == sqlite3.SQLITE_ERROR) and _is_missing():
        return _missing_database(command)
    if not is_unopened and (isinstance(cause, sqlite3.Error) or not str(error).startswith(_NOT_CONNECTED)):
        # A connection that breaks later is told by as_storage_errors().
        return ""
    reason = f"{database_file()}: " * is_unopened + " ".join(str(error).split()).rstrip(".")
    if command:
        return _("The database does not answer: %(reason)s. manage.py doctor tells more.") % {
            "reason": reason
        }
    return _(
        "The database does not answer: %(reason)s. Look at DATABASE_URL; manage.py doctor tells more."
    ) % {"reason": reason}


def _opening_command() -> str:
    """The command that begins the database; "" where DATABASE_URL names one."""
    if folder := settings.CONTENT_FOLDER:
        return f"make run CONTENT={shlex.quote(str(folder))}"
    return "make run" if database_file() == settings.BASE_DIR / "var" / "chronicle.sqlite3" else ""


def _is_missing() -> bool:
    """Whether there is no file, or one without a table, as a first start leaves that was interrupted."""
    try:
        return sqlite.is_empty()
    except sqlite3.Error:
        return False


def _missing_database(command: str) -> str:
    folder = settings.CONTENT_FOLDER
    if folder and not folder.is_dir():
        return _("There is no folder %(folder)s.") % {"folder": folder}
    if folder:
        return _(
            "%(folder)s was not opened yet and has no database. It is made by the first start:  %(command)s"
        ) % {"folder": folder, "command": command}
    return _("There is no database yet. It is made by the first start:  %(command)s") % {"command": command}


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
