"""What a backup says of the database in it: its engine, the code that wrote it, its migrations and the rows of its tables."""

import datetime
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.delivery import release
from timeline.operation.errors import OperationError
from timeline.operation.migrations import known_migrations

FORMAT = 1
# A row of names and numbers.
Row = tuple[str | int, ...]
# Takes a statement without parameters, returns its rows.
Rows = Callable[[str], list[Row]]


@dataclass(frozen=True)
class State:
    """A database at one moment. `migrations` are pairs of app and name, `rows` the number of rows by table."""

    engine: str
    created_at: str
    version: str
    release: str
    migrations: list[list[str]]
    rows: dict[str, int]
    format: int = FORMAT

    @classmethod
    def read(cls, rows: Rows) -> Self:
        """Read the state of the database in use. `rows` reads at the moment of the backup."""
        migrations = rows("SELECT app, name FROM django_migrations ORDER BY app, name")
        return cls(
            engine=connection.vendor,
            created_at=timezone.now().astimezone(datetime.UTC).isoformat(timespec="seconds"),
            version=software_version(),
            release=release.running().identifier,
            migrations=[[str(name) for name in row] for row in migrations],
            rows={table: _count(rows, table) for table in _tables()},
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a state from its file. Raises OperationError if it is none, or from later versions of this software."""
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
            if given["format"] > FORMAT:
                raise OperationError(
                    _(
                        "The backup is from version %(version)s of the software: restore it with that version or a later one."
                    )
                    % {"version": given["version"]}
                )
            return cls(**given)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperationError(_("This is no backup: %(reason)s.") % {"reason": error}) from None

    def write(self, path: Path) -> None:
        path.write_text(f"{json.dumps(asdict(self), indent=2)}\n", encoding="utf-8")

    def check_known(self) -> None:
        """Raise OperationError unless the present code knows all migrations of the database."""
        if unknown := [".".join(one) for one in self.migrations if tuple(one) not in known_migrations()]:
            raise OperationError(
                _(
                    "The database is from a later version of the software (%(version)s), which has the migration %(migration)s: "
                    "install that version first."
                )
                % {"version": self.version, "migration": unknown[0]}
            )

    def check_rows(self, rows: Rows) -> None:
        """Raise OperationError unless each table has as many rows as in the backup."""
        for table, expected in self.rows.items():
            if (found := _count(rows, table)) != expected:
                raise OperationError(
                    _("The table %(table)s has %(found)s rows and not %(expected)s.")
                    % {"table": table, "found": found, "expected": expected}
                )


def software_version() -> str:
    """Return the version of the software."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _tables() -> Iterator[str]:
    present = set(connection.introspection.table_names())
    models = apps.get_models(include_auto_created=True)
    for table in sorted({model._meta.db_table for model in models if model._meta.managed}):
        if table in present:
            yield table


def _count(rows: Rows, table: str) -> int:
    return int(rows(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")[0][0])
