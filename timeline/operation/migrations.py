"""The migrations that the code has and the database does not, and the reverse."""

import functools

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@functools.cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the running code, as pairs of app and name."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


def unapplied_migrations() -> list[str]:
    """Return the names of the migrations that the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """Return the names of the applied migrations that the code does not have: the database is from later code."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(".".join(one) for one in applied - known_migrations())
