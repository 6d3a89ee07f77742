"""Locks on a database: who prepares it, and at which addresses its site is served. A process that ends leaves none."""

import fcntl
import os
import socket
from abc import ABC, abstractmethod
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from timeline.values.database_files import database_file_named

PREPARING, SERVING = "preparing", "serving"


class SiteLock(ABC):
    """A lock on the database for one purpose, with a text for those who find it taken."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose

    @abstractmethod
    def take(self, text: str = "") -> bool:
        """Take the lock, until it is released or the process ends. Returns whether it is this one's, or cannot be taken by anybody.

        Raises django.db.Error if the database does not answer.
        """

    @abstractmethod
    def keep_in_server(self) -> None:
        """Keep the lock in the program that replaces this process, and in those that it forks."""

    @abstractmethod
    def release(self) -> None: ...

    @abstractmethod
    def holders(self) -> list[str]:
        """The texts of those who have the lock. Raises django.db.Error if the database does not answer."""


class FileLock(SiteLock):
    """A lock on a file beside an SQLite database, with one holder.

    The file stays, the lock does not. Where the database is no file, nothing is locked.
    """

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose)
        self._path: Path | None = None
        if file := database_file_named(str(settings.DATABASES["default"]["NAME"])):
            self._path = file.with_name(f".{file.name}.{purpose}")
        self._file: int | None = None

    def take(self, text: str = "") -> bool:
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
        if self._file is not None:
            os.set_inheritable(self._file, True)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holders(self) -> list[str]:
        if self._path is None or not self._path.exists():
            return []
        if self.take():
            self.release()
            return []
        return [self._path.read_text("utf-8")]


class SessionLock(SiteLock):
    """An advisory lock of PostgreSQL, in a session of its own whose name is the text. Several may serve one database, one prepares it.

    The session ends with the last process that has its socket, and with PostgreSQL.
    """

    # The first of the two numbers of each lock, “chro” in ASCII: other programs in the database have others.
    _LOCKS = 0x6368726F
    _NUMBERS = {PREPARING: 1, SERVING: 2}
    # PostgreSQL keeps this much of the name of a session.
    _NAME_BYTES = 63

    _session: BaseDatabaseWrapper | None = None

    def take(self, text: str = "") -> bool:
        session = self._open(text)
        try:
            is_taken = self._lock(session)
        except BaseException:
            session.close()
            raise
        if is_taken:
            self._session = session
            return True
        session.close()
        return is_taken is None

    def keep_in_server(self) -> None:
        # Nothing is read from or written to this socket again: it is open, and that is what PostgreSQL sees.
        if self._session is not None:
            os.set_inheritable(self._session.connection.fileno(), True)

    def release(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def holders(self) -> list[str]:
        # Not in the connection of the caller: within a transaction, the list of sessions stays as it was first read.
        session = self._open("")
        try:
            with session.cursor() as cursor:
                cursor.execute(
                    "SELECT DISTINCT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
                    "WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s AND objsubid = 2 "
                    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
                    "ORDER BY application_name",
                    self._key,
                )
                return [self._text(name) for (name,) in cursor.fetchall()]
        finally:
            session.close()

    @property
    def _key(self) -> tuple[int, int]:
        return self._LOCKS, self._NUMBERS[self._purpose]

    def _open(self, text: str) -> BaseDatabaseWrapper:
        session = connection.copy()
        session.settings_dict["OPTIONS"]["application_name"] = self._name(text)
        session.ensure_connection()
        return session

    def _lock(self, session: BaseDatabaseWrapper) -> bool | None:
        """Returns None if nothing can be locked for long."""
        function = "pg_try_advisory_lock_shared" if self._purpose == SERVING else "pg_try_advisory_lock"
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            if cursor.fetchone() != (session.connection.info.backend_pid,):
                # PgBouncer and its like lend a session to one client after the other, and would keep the lock.
                return None
            # An idle session stays. One whose machine has gone ends in a minute and a half, not in two hours.
            cursor.execute(
                "SELECT set_config('idle_session_timeout', '0', false), set_config('tcp_keepalives_idle', '60', false), "
                "set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)"
            )
            cursor.execute(f"SELECT {function}(%s, %s)", self._key)
            return bool(cursor.fetchone()[0])

    def _name(self, text: str) -> str:
        """The name of a session: a text and the machine, since 127.0.0.1 is another one on each."""
        return f"{text} {socket.gethostname()}"[: self._NAME_BYTES]

    def _text(self, name: str) -> str:
        """The text of a session, with the machine if it is another one."""
        text, _space, machine = name.partition(" ")
        return text if name == self._name(text) else f"{text} ({machine})"


_LOCKS: dict[str, type[SiteLock]] = {"sqlite3": FileLock, "postgresql": SessionLock}


def site_lock(purpose: str) -> SiteLock:
    """Return the lock of the database in use for this purpose, PREPARING or SERVING."""
    return _LOCKS[settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]](purpose)
