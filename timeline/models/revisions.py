"""Revisions of entries, working copies included: what changed, by whom and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timeline.models.batches import ImportBatch
from timeline.models.entries import Entry
from timeline.models.kinds import Kind
from timeline.workflow import TRANSITIONS, Action, Status


class RevisionQuerySet(models.QuerySet["Revision"]):
    def get_by_natural_key(self, entry: int, number: int) -> "Revision":
        return self.get(entry_id=entry, number=number)

    def applied(self) -> Self:
        """Filter revisions that were applied to their entry, ordered by entry and number."""
        return self.filter(applied=True).order_by("entry_id", "number")

    def by_number(self) -> Self:
        """Order all revisions, former working copies included, by entry and number."""
        return self.order_by("entry_id", "number")

    def working_copies(self) -> Self:
        """Filter current working copies, at most one for each entry."""
        return self.filter(is_working_copy=True)

    def transitions(self) -> Self:
        """Filter revisions of workflow transitions, in the order of `applied`."""
        return self.applied().filter(action__in=[transition.action for transition in TRANSITIONS.values()])

    def sent_back(self) -> Self:
        """Filter revisions that returned an entry which is still an unsubmitted draft, newest first."""
        later = (
            type(self)(self.model)
            .transitions()
            .filter(entry=OuterRef("entry"), number__gt=OuterRef("number"))
        )
        returned = self.filter(action=Action.SENT_BACK, entry__in=Entry.objects.with_status(Status.DRAFT))
        return returned.exclude(Exists(later.order_by())).order_by("-created_at", "-pk")

    def for_entry(self, entry: models.Model | int) -> Self:
        return self.filter(entry_id=getattr(entry, "pk", entry))


class Revision(models.Model):
    """The state of an entry after an action, as a flat row with nested records.

    A revision that is not applied was a working copy. The current working copy has `is_working_copy`; its
    `based_on` is the number of the applied revision that it was started from. Revisions remain when the entry
    is deleted: a deleted draft is restored from its last one with its old key, so that its history continues.
    """

    entry = models.ForeignKey(
        Entry,
        verbose_name=_("entry"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="revisions",
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("Counts from 1."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    created_at = models.DateTimeField(_("at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(_("action"), max_length=12, choices=Action, default=Action.SAVED)
    comment = models.CharField(_("why"), max_length=300, blank=True)
    status = models.CharField(_("status then"), max_length=12, choices=Status)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True)
    content = models.JSONField(_("row"))
    applied = models.BooleanField(_("applied"), default=True)
    batch = models.ForeignKey(
        ImportBatch,
        verbose_name=_("import"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revisions",
    )
    is_working_copy = models.BooleanField(_("working copy"), default=False)
    based_on = models.PositiveIntegerField(_("rests on"), null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["entry_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="timeline_revision_numbered_once"),
            models.CheckConstraint(name="timeline_revision_counts_from_one", condition=Q(number__gte=1)),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(is_working_copy=True),
                name="timeline_revision_working_copy_once",
            ),
            models.CheckConstraint(
                name="timeline_revision_applied_or_resting",
                condition=Q(applied=True, is_working_copy=False, based_on__isnull=True)
                | Q(applied=False, based_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index("created_at", name="timeline_revision_at"),
            # For `by_last_public_change()`, without reading the rows, which are long.
            models.Index(
                fields=["entry", "status", "applied", "created_at"], name="timeline_revision_of_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @property
    def is_sent_back(self) -> bool:
        """Whether this revision returned the entry to its editor."""
        return self.action == Action.SENT_BACK

    def natural_key(self) -> tuple[int, int]:
        return (self.entry_id, self.number)
