"""Submitted forms, so that a form submitted twice creates one record."""

import datetime
import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A form that was open for longer counts as new.
RETENTION = datetime.timedelta(days=7)


class SentFormQuerySet(models.QuerySet["SentForm"]):
    def get_by_natural_key(self, token: str) -> "SentForm":
        return self.get(token=token)

    def expired(self) -> models.QuerySet:
        return self.filter(created_at__lt=timezone.now() - RETENTION)


class SentForm(models.Model):
    """A form that created a record or a comment: its token, what it created, and what it submitted."""

    token = models.UUIDField(_("form"), primary_key=True, default=uuid.uuid4)
    table = models.CharField(_("table"), max_length=40)
    record = models.BigIntegerField(_("record"))
    content = models.JSONField(_("row"))
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return f"{self.table}/{self.record}"

    def natural_key(self) -> tuple[str]:
        return (str(self.token),)
