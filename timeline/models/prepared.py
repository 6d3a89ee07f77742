"""Uploaded files between preview and import, with the result of the preview."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After this time an upload is not imported any more; the next one deletes it.
RETENTION = datetime.timedelta(days=1)


class PreparedImportQuerySet(models.QuerySet["PreparedImport"]):
    def get_by_natural_key(self, token: str) -> "PreparedImport":
        return self.get(token=token)

    def expired(self) -> models.QuerySet:
        return self.filter(created_at__lt=timezone.now() - RETENTION)


class PreparedImport(models.Model):
    """An upload with its options and the result of its preview.

    Stored in the database, so that every server can continue the import.
    """

    token = models.UUIDField(_("form"), primary_key=True, default=uuid.uuid4)
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("file"), max_length=300)
    content = models.BinaryField(_("content"))
    options = models.JSONField(_("options"), default=dict)
    # Of bounded size: the rows of the preview are in `PreviewedRow`.
    outcome = models.JSONField(_("outcome"), default=dict)
    # All of them; the outcome has their number and the first.
    problems = models.JSONField(_("problems"), default=list)

    objects = PreparedImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("prepared import")
        verbose_name_plural = _("prepared imports")

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.created_at < timezone.now() - RETENTION

    def natural_key(self) -> tuple[str]:
        return (str(self.token),)
