"""Private folders for work on large files, which do not outlive their process for long."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from timeline.values.database_files import database_file_named

PREFIX = ".chronicle-work-"
# In seconds: until then, the process that creates a folder may not have locked it yet.
MIN_AGE = 60


def database_folder() -> Path | None:
    """Return the folder of the SQLite file; None for PostgreSQL or a database in memory."""
    name = str(connection.settings_dict["NAME"])
    file = database_file_named(name) if connection.vendor == "sqlite" else None
    return file.parent if file else None


def database_file() -> Path:
    """Return the path of the SQLite file, which may not exist."""
    name = str(connection.settings_dict["NAME"])
    return database_file_named(name) or Path(name)


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """Create a folder that only this account can read, and remove it afterwards.

    It is beside an SQLite database, so that files can be moved to there, and otherwise where the system has its temporary
    files (TMPDIR). What a killed process left is removed by the next one.
    """
    parent = database_folder() or Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    with _locked(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        # A living process has the lock. Folders of other accounts cannot be opened.
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime < MIN_AGE:
                continue
            with _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder until the end of the block or the process. Raises OSError if another process has it locked."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
