"""A PostgreSQL database as a file, by pg_dump, and back by pg_restore."""

import glob
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from timeline.operation.errors import OperationError
from timeline.operation.state import Row, Rows

# The length of what is quoted of a failed program.
MAX_OUTPUT = 2000
# No owners and privileges: those of the new database belong to its own account.
_OWN = ("--no-owner", "--no-privileges")


def dump(to: Path, inspect: Callable[[Rows], None]) -> None:
    """Write all of the database, as it is at one moment, in the custom format of pg_dump. Others go on writing."""
    with transaction.atomic():
        rows = _rows()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # pg_dump sees exactly what this transaction sees.
        snapshot = rows("SELECT pg_export_snapshot()")[0][0]
        inspect(rows)
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={to}", *_OWN)


def restore(source: Path, inspect: Callable[[Rows], None]) -> None:
    """Read the file into the empty database in one transaction, and check it afterwards."""
    _run("pg_restore", "--single-transaction", "--exit-on-error", *_OWN, str(source))
    inspect(_rows())
    with connection.cursor() as cursor:
        # A dump has no statistics for the planner.
        cursor.execute("ANALYZE")


def is_empty() -> bool:
    """Whether there is no table."""
    return not connection.introspection.table_names()


def tool(name: str) -> str:
    """Return the path of a program of PostgreSQL: from the PATH, or the newest where Debian has them.

    Raises OperationError if there is none.
    """
    if found := shutil.which(name):
        return found
    installed = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    if not installed:
        raise OperationError(
            _(
                "%(program)s is missing. Install the client programs of PostgreSQL, of the version of the server or a later one "
                "(Debian: apt install postgresql-client)."
            )
            % {"program": name}
        )
    return max(installed, key=lambda path: float(Path(path).parts[-3]))


def _run(name: str, *arguments: str) -> None:
    """Run a program on the database in use. Raises OperationError with what it says if it fails."""
    target, environment = _target()
    done = subprocess.run(
        [tool(name), f"--dbname={target}", *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        reason = done.stderr.strip()[-MAX_OUTPUT:] or str(done.returncode)
        raise OperationError(_("%(program)s has failed: %(reason)s") % {"program": name, "reason": reason})


def _target() -> tuple[str, dict[str, str]]:
    """The database as a connection string with all its parameters, and the password as a variable of the environment:
    the command of a process is seen by every account."""
    # The driver is there only where the database is this one.
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import Conninfo

    given = connection.get_connection_params()
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    parameters = {name: value for name, value in given.items() if name in known and value is not None}
    password = parameters.pop("password", None)
    return make_conninfo(**parameters), {"PGPASSWORD": str(password)} if password else {}


def _rows() -> Rows:
    def rows(statement: str) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    return rows
