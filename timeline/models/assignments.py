"""Assignments: who is to review what was submitted."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def get_by_natural_key(self, table: str, record: int) -> "Assignment":
        return self.get(table=table, record=record)

    def for_keys(self, table: str, keys: object) -> Self:
        return self.filter(table=table, record__in=keys)


class Assignment(models.Model):
    """The person to whom a submission is assigned: that of the record, or of its working copy."""

    # No foreign key, as in revisions.
    table = models.CharField(_("table"), max_length=40)
    record = models.BigIntegerField(_("record"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assigned to"), on_delete=models.CASCADE, related_name="+"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="+"
    )
    assigned_at = models.DateTimeField(_("at"), default=timezone.now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["table", "record"], name="timeline_assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table}/{self.record}"

    def natural_key(self) -> tuple[str, int]:
        return (self.table, self.record)
