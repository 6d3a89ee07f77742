"""How each database is written to a file while it is in use, and read back into an empty one: `ENGINES`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from timeline.operation import postgresql, sqlite
from timeline.operation.errors import OperationError
from timeline.operation.state import Rows

_Transfer = Callable[[Path, Callable[[Rows], None]], None]


@dataclass(frozen=True)
class Engine:
    """A database that can be backed up.

    `dump(path, inspect)` writes the database as it is at one moment, and has it inspected as of that moment.
    `restore(path, inspect)` reads such a file into the empty database in use, all of it or nothing, and has it inspected.
    Both raise OperationError.
    """

    file_name: str
    dump: _Transfer
    restore: _Transfer
    is_empty: Callable[[], bool]


ENGINES = {
    "sqlite": Engine("database.sqlite3", sqlite.dump, sqlite.restore, sqlite.is_empty),
    "postgresql": Engine("database.dump", postgresql.dump, postgresql.restore, postgresql.is_empty),
}


def present_engine() -> Engine:
    """Return the engine of the database in use. Raises OperationError if there are no backups of it."""
    if connection.vendor not in ENGINES:
        raise OperationError(
            _("Backups are of SQLite or PostgreSQL, not of %(engine)s.") % {"engine": connection.vendor}
        )
    return ENGINES[connection.vendor]
