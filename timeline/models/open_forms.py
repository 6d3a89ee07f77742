"""The forms of records that somebody has open, for the others who edit the same."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A form that was not heard of for so long is closed, if it did not say so itself: longer than the interval in open_form.js.
TIME_TO_LEAVE = datetime.timedelta(seconds=40)
# After so long its row is deleted.
RETENTION = datetime.timedelta(hours=1)


class OpenFormQuerySet(models.QuerySet["OpenForm"]):
    def get_by_natural_key(self, table: str, record: int, username: str) -> "OpenForm":
        return self.get(table=table, record=record, user__username=username)

    def current(self) -> Self:
        """Filter the forms that are open, those that were opened first before others."""
        return self.filter(seen_at__gt=timezone.now() - TIME_TO_LEAVE).order_by("opened_at", "pk")

    def expired(self) -> Self:
        return self.filter(seen_at__lt=timezone.now() - RETENTION)


class OpenForm(models.Model):
    """A form of a record that a user has open since `opened_at`; their other forms of the same record count as it."""

    # No foreign key, as in revisions.
    table = models.CharField(_("table"), max_length=40)
    record = models.BigIntegerField(_("record"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen at"), default=timezone.now, db_index=True)

    objects = OpenFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        constraints = [
            models.UniqueConstraint(fields=["table", "record", "user"], name="timeline_openform_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table}/{self.record}"

    def natural_key(self) -> tuple[str, int, str]:
        return (self.table, self.record, self.user.get_username())
