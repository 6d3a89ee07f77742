"""What a database or a disk says when it fails or refuses, in the words of whoever imports, exports or takes back."""

import contextlib
import errno
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import CheckConstraint, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LOST: Any = gettext_lazy("The connection to the database was lost; nothing was changed. Please try again.")
FULL: Any = gettext_lazy(
    "The disk is full or cannot be written; nothing was changed. Make room, then try again."
)
BUSY: Any = gettext_lazy(
    "Somebody else is writing the same records at this moment; nothing was changed. Please try again."
)
UNKNOWN: Any = gettext_lazy(
    "The connection to the database was lost at the very end. Look at the list of imports, which says what was done, before you try again."
)

_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageError(Exception):
    """Something outside the files and the records failed; its text says so to whoever waits for an answer."""


@contextlib.contextmanager
def as_storage_errors() -> Iterator[None]:
    """Failures of the database and of the disk within this block become StorageError."""
    try:
        yield
    except (OperationalError, InterfaceError, IntegrityError, OSError) as error:
        # A page may still be made of this: a connection that is gone is not asked again, but made anew.
        connection.close_if_unusable_or_obsolete()
        raise StorageError(_in_words(error)) from error


@contextlib.contextmanager
def defer_interrupt() -> Iterator[None]:
    """Within this block Ctrl-C comes too late: what is nearly done is done to its end, and the interruption forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    former = signal.signal(signal.SIGINT, lambda *signalled: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


@contextlib.contextmanager
def atomic_with_commit_check(is_committed: Callable[[], bool]) -> Iterator[None]:
    """A transaction. Where the connection is lost at its very end, `is_committed` asks the database whether it was done.

    Whoever loses the connection between sending COMMIT and hearing the answer cannot know otherwise.
    """
    ending = False
    try:
        with contextlib.ExitStack() as to_the_end, transaction.atomic():
            yield
            # Whoever interrupts during COMMIT could not be told whether it was done.
            to_the_end.enter_context(defer_interrupt())
            ending = True
    except (OperationalError, InterfaceError) as error:
        # Within a transaction of the caller's nothing was done yet.
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
    """Whether the database cannot go on, whatever the row; after that nothing may be tried row by row.

    SQLite may then have rolled back all of the transaction by itself. A value too large for an index, which
    PostgreSQL counts among these, is the row's.
    """
    return isinstance(error, OperationalError) and not _state(error).startswith("54")


def row_error(error: DatabaseError, model: type[Model]) -> tuple[str, list[str]]:
    """Why the database refuses a record, and the names of the fields concerned, where that is known."""
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
        if error.errno in _IS_FULL:
            return str(FULL)
        return _failed(error.strerror or str(error))
    if isinstance(error, IntegrityError):
        # Every row was looked at; what is refused in the end, somebody else did meanwhile.
        return str(BUSY)
    if isinstance(error.__cause__, sqlite3.Error):
        # The lowest byte is the kind, the others say more precisely what.
        kind = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return str(FULL)
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return str(BUSY)
        return _failed(str(error))
    state = _state(error)
    if state == "53100":
        return str(FULL)
    if state.startswith("40") or state == "55P03":
        return str(BUSY)
    # An administrator ended it, the server goes down or comes up; where it went without a word there is no state.
    if state.startswith(("08", "57P")) or not state:
        return str(LOST)
    return _failed(str(error))


def _failed(reason: str) -> str:
    return _("The database or the disk failed; nothing was changed: %(reason)s.") % {"reason": reason.strip()}


def _state(error: Exception) -> str:
    """What PostgreSQL calls it, in five signs."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _check(error: Exception) -> str:
    """The name of the constraint that a row violates."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if named is None and (found := re.search(r"CHECK constraint failed: (\w+)", str(error))):
        named = found[1]
    return named or ""
