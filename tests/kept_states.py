"""States of the models between the operations of migrations, rendered once for all tests of a process.

Django renders most models anew for each operation, forwards and twice as often backwards, which takes nine tenths of the
time of a migration. What an operation does to the database is what it does without this.
"""

import contextlib
import functools
from collections.abc import Iterator

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# By operation, which its module keeps: the state after it, which is always the same, since migrations have one order.
_STATES: dict[int, ProjectState] = {}


@contextlib.contextmanager
def kept_states() -> Iterator[None]:
    """Let the operations of the app render their states once, until the end of the block."""
    operations = [
        operation
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        if app == "timeline"
        for operation in migration.operations
    ]
    for operation in operations:
        vars(operation)["state_forwards"] = functools.partial(_state_forwards, operation)
    try:
        yield
    finally:
        for operation in operations:
            del vars(operation)["state_forwards"]


def _state_forwards(operation: Operation, app_label: str, state: ProjectState) -> None:
    """Change the state as the operation does, or to the one that was kept. One without models costs nothing."""
    is_rendered = "apps" in vars(state)
    if is_rendered and id(operation) in _STATES:
        vars(state).update(vars(_STATES[id(operation)].clone()))
        return
    type(operation).state_forwards(operation, app_label, state)
    if is_rendered:
        _STATES[id(operation)] = state.clone()
