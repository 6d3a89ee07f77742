"""The application's name and how its fields are made."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Chronicle")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from timeline import history, publishing

        if history.keep_verb not in publishing.keepers:
            publishing.keepers.append(history.keep_verb)
