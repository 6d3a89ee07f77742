"""Import batches: the user, the files and the counts."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def get_by_natural_key(self, number: int) -> "ImportBatch":
        return self.get(pk=number)

    def in_force(self) -> Self:
        """Filter batches that are at least partly in effect: not undone, or not completely."""
        return self.filter(Q(undone_at=None) | Q(skipped_count__gt=0))


class ImportBatch(models.Model):
    """A completed import. Revisions that refer to it record its changes."""

    created_at = models.DateTimeField(_("at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("why"), max_length=300, blank=True)
    files = models.JSONField(_("files"), default=list, help_text=_("Name, size and SHA-256 of each file."))
    counts = models.JSONField(_("counts"), default=dict)
    published = models.BooleanField(_("published"), default=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    skipped_count = models.PositiveIntegerField(
        _("left alone"), default=0, help_text=_("How many records undoing it could not put back.")
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        permissions = [
            ("import_files", _("Can import files")),
            ("export_files", _("Can export files")),
            ("undo_import", _("Can undo imports")),
        ]
        constraints = [
            models.CheckConstraint(
                name="timeline_importbatch_undone_by_somebody",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return _("Import %(number)s") % {"number": self.pk}

    def natural_key(self) -> tuple[int]:
        return (self.pk,)

    @property
    def is_in_force(self) -> bool:
        """Whether the batch is at least partly in effect, as `in_force()` filters."""
        return self.undone_at is None or self.skipped_count > 0
