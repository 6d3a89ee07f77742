"""The SQLite database of a test as a file, whose write lock is that of all who write."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import connections


@contextlib.contextmanager
def in_a_file(path: Path) -> Iterator[None]:
    """Use a copy of the database in a file, with the settings of a site and a short lock timeout."""
    memory = connections["default"]
    memory.ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as file:
        memory.connection.backup(file)
    with connected_to(path):
        yield


@contextlib.contextmanager
def connected_to(path: Path) -> Iterator[None]:
    """Use the database in this file, which need not exist."""
    memory = connections["default"]
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
    """Hold the write lock of the database on another connection.

    The first connection of the test makes the journal that of a site, in which this prevents nobody from reading.
    """
    connections["default"].ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
