"""Uploaded files between preview and import, with the result of the preview; how files of a shape are read."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After this time an upload is not imported any more; the next one deletes it.
RETENTION = datetime.timedelta(days=1)


class LackedRecords(TypedDict, total=False):
    """The records that a file lacks and a former one had: how many, the table and slug of the first, and where they stood.

    `asked` is the number of rows of which it is still asked which records they are.
    """

    count: int
    named: Sequence[tuple[str, str]]
    places: Mapping[str, Sequence[str]]
    file: str
    source: str
    asked: int


class PreviewOutcome(TypedDict, total=False):
    """What the preview of an upload says of all its rows together."""

    totals: Mapping[str, int]
    # Table, title and slug.
    created: Sequence[tuple[str, str, str]]
    missing: LackedRecords
    published: int
    changed_public: int


class PreparedImportQuerySet(models.QuerySet["PreparedImport"]):
    def get_by_natural_key(self, token: str) -> "PreparedImport":
        return self.get(token=token)

    def expired(self) -> models.QuerySet:
        return self.filter(created_at__lt=timezone.now() - RETENTION)

    def open(self) -> models.QuerySet:
        """Filter the uploads that wait for a person: for answers, confirmation or another try."""
        left_alone = Q(job=None) | Q(job__is_seen=True) | Q(job__state="cancelled")
        kept = self.filter(left_alone, created_at__gte=timezone.now() - RETENTION)
        return kept.exclude(job__step="import", job__state="done")


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
    # How a table of another program or office is read; empty for a file of the chronicle.
    mapping = models.JSONField(_("mapping"), default=dict)
    answers = models.JSONField(_("answers"), default=dict)
    # Of bounded size: the rows of the preview are in `PreviewedRow`.
    outcome = models.JSONField(_("outcome"), default=dict)
    # All of them; the outcome has their number and the first.
    problems = models.JSONField(_("problems"), default=list)
    # What a mapped file leaves open, with the answers that are given or proposed.
    questions = models.JSONField(_("questions"), default=list)

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


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    def get_by_natural_key(self, shape: str) -> "ImportMapping":
        return self.get(shape=shape)

    def remember(self, shape: str, name: str, mapping: dict[str, object], by: AbstractBaseUser) -> None:
        """Remember how the file of that name was read, in place of an earlier one of its shape."""
        values = {"name": name, "mapping": mapping, "created_by": by, "created_at": timezone.now()}
        self.update_or_create(shape=shape, defaults=values)


class ImportMapping(models.Model):
    """How files of one shape are read, as in the newest import of one."""

    # A hash of `Mapping.shape`, which has no limit.
    shape = models.CharField(_("shape"), max_length=64, unique=True)
    name = models.CharField(_("file"), max_length=300)
    mapping = models.JSONField(_("mapping"))
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mapping of imports")
        verbose_name_plural = _("mappings of imports")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.shape,)
