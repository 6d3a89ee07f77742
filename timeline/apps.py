"""Configuration of the application, and what is connected when it starts."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.db import connections
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from timeline.values.database_files import database_file_named


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Chronicle")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(close_database_file, sender=self)
        pre_migrate.connect(remove_content_triggers, sender=self)
        post_migrate.connect(create_content_triggers, sender=self)


def close_database_file(using: str, **kwargs: object) -> None:
    """Make an SQLite database private to its owner before the first migration."""
    connection = connections[using]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or (path := database_file_named(name)) is None:
        return
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        if file.is_file():
            file.chmod(0o600)


# Imported when they run: models cannot be imported before the app is configured.


def remove_content_triggers(using: str, plan: Sequence[tuple[Migration, bool]], **kwargs: object) -> None:
    """Remove the triggers of the content version from the tables that migrations may change."""
    from timeline.models import content_triggers

    if any(migration.app_label == TimelineConfig.name for migration, _backwards in plan):
        content_triggers.remove(connections[using])


def create_content_triggers(using: str, **kwargs: object) -> None:
    """Create the triggers of the content version after migrations, and raise it."""
    from timeline.models import content_triggers

    content_triggers.create(connections[using])
