"""Turns database and disk errors into messages for people who import, export or undo."""

import contextlib
import errno
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import CheckConstraint, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.editing.answers import BUSY
from timeline.exchange.jobs import progress

LOST = gettext_lazy("The connection to the database was lost; nothing was changed. Please try again.")
FULL = gettext_lazy("The disk is full or cannot be written; nothing was changed. Make room, then try again.")
# On SQLite, which one at a time may write to.
WRITING = gettext_lazy("Somebody else is writing at this moment; nothing was changed. Please try again.")
IMPORTING = gettext_lazy(
    "A large import is being written at this moment; nothing was changed. Please try again in a minute."
)
UNDOING = gettext_lazy(
    "A large import is being undone at this moment; nothing was changed. Please try again in a minute."
)
UNKNOWN = gettext_lazy(
    "The connection to the database was lost at the very end. Look at the list of imports, which says what was done, before you try again."
)

_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageError(Exception):
    """The database or the disk failed. The text of the exception is the message for the user."""


@contextlib.contextmanager
def as_storage_errors() -> Iterator[None]:
    """Convert database and disk errors raised in this block to StorageError."""
    try:
        yield
    except (OperationalError, InterfaceError, IntegrityError, OSError) as error:
        # The error page may still query the database: a broken connection is closed, so that Django opens a
        # new one.
        connection.close_if_unusable_or_obsolete()
        raise StorageError(_in_words(error)) from error


@contextlib.contextmanager
def defer_interrupt() -> Iterator[None]:
    """Ignore Ctrl-C within this block, so that work that is nearly finished is finished."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals
        return
    former = signal.signal(signal.SIGINT, lambda *signalled: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


@contextlib.contextmanager
def atomic_with_commit_check(is_committed: Callable[[], bool]) -> Iterator[None]:
    """Run the block in a transaction whose outcome is known even if the connection is lost during COMMIT.

    A client that gets no reply to COMMIT cannot know the outcome, so `is_committed` queries it.
    """
    ending = False
    try:
        with contextlib.ExitStack() as to_the_end, transaction.atomic():
            yield
            # An interruption during COMMIT would leave the outcome unknown.
            to_the_end.enter_context(defer_interrupt())
            ending = True
    except (OperationalError, InterfaceError) as error:
        # Within an outer transaction nothing is committed yet.
        if not ending or connection.in_atomic_block:
            raise
        connection.close()
        try:
            is_done = is_committed()
        except (OperationalError, InterfaceError):
            raise StorageError(str(UNKNOWN)) from error
        if not is_done:
            raise


def is_fatal(error: DatabaseError) -> bool:
    """Whether the error ends the transaction whatever the row, so that a retry row by row is impossible.

    SQLite may have rolled back the whole transaction by itself. A value too large for an index (SQLSTATE
    class 54) is an error of the row, although PostgreSQL reports it as an OperationalError.
    """
    return isinstance(error, OperationalError) and not _state(error).startswith("54")


def row_error(error: DatabaseError, model: type[Model]) -> tuple[str, list[str]]:
    """The message for a row that the database rejects, and the names of the fields concerned if known."""
    name = _check(error)
    for table in (model, *model._meta.all_parents):
        for constraint in table._meta.constraints:
            if isinstance(constraint, CheckConstraint) and constraint.name == name:
                names = {field.name for field in table._meta.get_fields()}
                fields = sorted(constraint.condition.referenced_base_fields & names)  # type: ignore[union-attr]
                if constraint.violation_error_message != constraint.default_violation_error_message:
                    return str(constraint.violation_error_message), fields
                return _("These values may not stand here, or not together."), fields
    if isinstance(error, IntegrityError):
        return _("Somebody else has just written the same record; import again."), []
    return _("The database refuses this row: %(error)s.") % {"error": error}, []


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError):
        return str(FULL) if error.errno in _IS_FULL else _failed(error.strerror or str(error))
    if isinstance(error, IntegrityError):
        # Every row was validated before: a constraint can only fail because of a concurrent write.
        return str(BUSY)
    if isinstance(error.__cause__, sqlite3.Error):
        # The lowest byte is the primary result code; the others extend it.
        kind = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        is_full = kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return _locked_in_words()
        is_busy = is_lost = False
    else:
        state = _state(error)
        is_full = state == "53100"
        is_busy = state.startswith("40") or state == "55P03"
        # Class 08 and 57P: connection lost, server shutting down or starting. Without a state the connection
        # just ended.
        is_lost = state.startswith(("08", "57P")) or not state
    return str(FULL if is_full else BUSY if is_busy else LOST if is_lost else _failed(str(error)))


def _locked_in_words() -> str:
    """Who holds the lock of an SQLite database, whichever records are written."""
    if progress.is_any_running(undoes=True):
        return str(UNDOING)
    return str(IMPORTING if progress.is_any_running() else WRITING)


def _failed(reason: str) -> str:
    return _("The database or the disk failed; nothing was changed: %(reason)s.") % {"reason": reason.strip()}


def _state(error: Exception) -> str:
    """The SQLSTATE of PostgreSQL, five characters; empty for other databases."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _check(error: Exception) -> str:
    """The name of the constraint that a row violates."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    found = re.search(r"CHECK constraint failed: (\w+)", str(error))
    return name or (found[1] if found else "")
