"""The database of a test as a file of SQLite, in which one who writes keeps out all others who would."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import connections


@contextlib.contextmanager
def in_a_file(path: Path) -> Iterator[None]:
    """Within this block the database is a copy in a file, with the settings of a site; who waits there gives up soon."""
    memory = connections["default"]
    memory.ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as file:
        memory.connection.backup(file)
    there = connections.create_connection("default")
    there.settings_dict = {
        **memory.settings_dict,
        "NAME": str(path),
        "OPTIONS": {**memory.settings_dict["OPTIONS"], "timeout": 0.05},
    }
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = memory


@contextlib.contextmanager
def somebody_writing(path: Path) -> Iterator[None]:
    """Within this block somebody else holds what only one who writes can hold."""
    with contextlib.closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
