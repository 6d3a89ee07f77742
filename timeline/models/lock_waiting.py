"""Blocks that do not wait for whoever writes to an SQLite database: they fail at once with OperationalError."""

import contextlib
from collections.abc import Iterator

from django.db import connection


@contextlib.contextmanager
def without_waiting() -> Iterator[None]:
    """On SQLite, fail at once where another connection writes. PostgreSQL is told so in the transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (timeout,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {timeout}")
