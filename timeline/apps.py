"""Configuration of the application, and what is connected when it starts."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Chronicle")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(close_database_file, sender=self)


def close_database_file(using: str, **kwargs: Any) -> None:
    """Make an SQLite database private to its owner before the first migration."""
    connection = connections[using]
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return
    path = Path(connection.settings_dict["NAME"])
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        if file.is_file():
            file.chmod(0o600)
