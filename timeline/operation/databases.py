"""How each database is written to a file while it is in use, and read back into an empty one: `ENGINES`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from timeline.operation import moving, postgresql, sqlite
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

# From one database to another: by the engine of the backup and the one in use, how its file is restored.
MOVES: dict[tuple[str, str], _Transfer] = {("sqlite", "postgresql"): moving.move}


def transfer_from(engine: str) -> _Transfer:
    """Return how a backup of this engine is restored into the database in use. Raises OperationError if it cannot be."""
    present = present_engine()
    if engine == connection.vendor:
        return present.restore
    if (engine, connection.vendor) in MOVES:
        return MOVES[engine, connection.vendor]
    raise OperationError(
        _(
            "The backup is of %(engine)s, but DATABASE_URL names %(present)s: name a new database of the same kind."
        )
        % {"engine": engine, "present": connection.vendor}
    )


def present_engine() -> Engine:
    """Return the engine of the database in use. Raises OperationError if there are no backups of it."""
    if connection.vendor not in ENGINES:
        raise OperationError(
            _("Backups are of SQLite or PostgreSQL, not of %(engine)s.") % {"engine": connection.vendor}
        )
    return ENGINES[connection.vendor]
