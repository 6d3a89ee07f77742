"""The models of an earlier state of the database, for tests of migrations."""

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def former_models(name: str) -> Any:
    """Return the apps with the models as they are after a migration of this name."""
    return MigrationExecutor(connection).loader.project_state(("timeline", name)).apps
