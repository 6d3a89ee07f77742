"""An SQLite database moved into an empty PostgreSQL database: every row, with its key, all of them or none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from timeline.models import content_triggers
from timeline.operation.errors import OperationError
from timeline.operation.migrations import known_migrations
from timeline.operation.state import Row, Rows

# The name of the connection to the SQLite file.
ALIAS = "moved"
# How many rows are written by one statement.
CHUNK = 500


def move(source: Path, inspect: Callable[[Rows], None]) -> None:
    """Write all rows of the file into the empty database in use, in one transaction, and have it inspected.

    Raises OperationError if the tables of the file are those of another version: rows are not changed on the way.
    """
    with _opened(source), transaction.atomic():
        if set(MigrationRecorder(connections[ALIAS]).applied_migrations()) != known_migrations():
            raise OperationError(
                _(
                    "The backup is from another version of the software. Restore it on SQLite first, with this version; then back "
                    "up, and restore that backup on PostgreSQL."
                )
            )
        with connection.cursor() as cursor:
            # PostgreSQL changes no table whose rows still wait for their references to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            call_command("migrate", interactive=False, verbosity=0)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _copy()
        inspect(_rows)
    with connection.cursor() as cursor:
        # The planner knows nothing of the rows yet.
        cursor.execute("ANALYZE")
    ContentType.objects.clear_cache()


def _copy() -> None:
    moved = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and _is_own(model)
    ]
    content_triggers.remove(connection)
    with connection.cursor() as cursor:
        # What the migrations have written. References are checked at the end of the transaction.
        for model in moved:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    for model in moved:
        _copy_rows(model)
    with connection.cursor() as cursor:
        # New rows get keys after those that were moved.
        for statement in connection.ops.sequence_reset_sql(no_style(), moved):
            cursor.execute(statement)
        cursor.execute(
            f"UPDATE {content_triggers.TABLE} SET number = number + %s", [_number_of_content_version()]
        )
    # It also raises the version, so that no cache takes the content of this database for that of the file.
    content_triggers.create(connection)


def _copy_rows(model: type[models.Model]) -> None:
    """Write the rows of one table as they are: no method of the model is called, no column is derived anew."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    stored = model._base_manager.using(ALIAS).order_by("pk").iterator(chunk_size=CHUNK)
    while rows := list(islice(stored, CHUNK)):
        model._base_manager.using(connection.alias)._insert(  # type: ignore[attr-defined]
            rows, fields=fields, using=connection.alias, raw=True
        )


def _is_own(model: type[models.Model]) -> bool:
    """Whether a model has a table of its own."""
    return not model._meta.proxy and not model._meta.swapped


def _number_of_content_version() -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT sum(number) FROM {content_triggers.TABLE}")
        return int(cursor.fetchone()[0] or 0)


def _rows(statement: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@contextmanager
def _opened(path: Path) -> Iterator[None]:
    """Open an SQLite file as a connection of Django until the end of the block."""
    connections.settings[ALIAS] = connections.settings[connection.alias] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
