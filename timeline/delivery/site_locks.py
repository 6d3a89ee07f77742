"""Locks beside an SQLite database: who prepares it, and at which address its site is served. A process that ends leaves none."""

import fcntl
import os
from pathlib import Path

from django.conf import settings

PREPARING, SERVING = "preparing", "serving"


class SiteLock:
    """A lock on the database for one purpose, with a text for those who find it taken.

    The file stays, the lock does not. Where the database is no file, nothing is locked.
    """

    def __init__(self, purpose: str) -> None:
        database = settings.DATABASES["default"]
        self._path: Path | None = None
        name = str(database["NAME"])
        if database["ENGINE"].endswith("sqlite3") and not name.startswith((":", "file:")):
            self._path = Path(name).parent / f".{Path(name).name}.{purpose}"
        self._file: int | None = None

    def take(self, text: str = "") -> bool:
        """Take the lock, until it is released or the process ends. Returns whether nobody else has it."""
        if self._path is None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            # A folder that cannot be written is no reason against reading the site.
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.write(file, text.encode())
        self._file = file
        return True

    def keep_in_server(self) -> None:
        """Keep the lock in the program that replaces this process."""
        if self._file is not None:
            os.set_inheritable(self._file, True)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holder(self) -> str | None:
        """The text of the process that has the lock; None if nobody has it."""
        if self._path is None or not self._path.exists():
            return None
        if self.take():
            self.release()
            return None
        return self._path.read_text("utf-8")
