"""Keeps the SQLite file of a worker open, so that no request closes the last connection to it."""

import threading

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from timeline.values.database_files import database_file_named


class KeptDatabase:
    """One connection that does nothing, and holds no lock that a reader, a writer or a checkpoint waits for.

    Who closes the last connection writes the log into the file, and waits for the disk twice. Nobody can open the database
    meanwhile: the requests that come just then, such as those of a page that is left and of the next one, would wait for the
    disk as well, and fail if it is slow. Requests have connections of their own, which find a file that was replaced.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[BaseDatabaseWrapper, tuple[int, int]] | None = None

    def keep(self) -> None:
        """Open the database unless this very file is open. If it is away or busy, the next call tries again."""
        file = database_file_named(str(connection.settings_dict["NAME"]))
        if connection.vendor != "sqlite" or file is None:
            return
        try:
            state = file.stat()
        except OSError:
            # It may come back as the same file.
            return
        identity = state.st_dev, state.st_ino
        # Another thread may be opening it.
        if (self._kept and self._kept[1] == identity) or not self._lock.acquire(blocking=False):
            return
        try:
            self._close()
            self._kept = _opened(), identity
        except Error:
            # Whoever needs the database reports that.
            pass
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the database, of which all changes are then in its file if nobody else has it open."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._kept is not None:
            self._kept[0].close()
            self._kept = None


def _opened() -> BaseDatabaseWrapper:
    opened = connection.copy()
    # The threads of a worker use it one at a time.
    opened.inc_thread_sharing()
    opened.settings_dict["OPTIONS"]["timeout"] = 0
    try:
        with opened.cursor() as cursor:
            # The log is opened by what reads.
            cursor.execute("SELECT COUNT(*) FROM sqlite_master")
            cursor.fetchall()
    except BaseException:
        opened.close()
        raise
    return opened
