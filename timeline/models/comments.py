"""Comments of editors on records, on one of their fields or on the whole, and whom they address. No reader sees them."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.records import RecordKey, visible_tables

MAX_COMMENT_LENGTH = 2_000


class CommentQuerySet(models.QuerySet["Comment"]):
    def get_by_natural_key(self, key: int) -> "Comment":
        return self.get(pk=key)

    def for_key(self, table: str, key: int) -> Self:
        return self.filter(table=table, record=key)

    def threads(self) -> Self:
        """Filter the comments that begin a thread."""
        return self.filter(parent=None)

    def unresolved(self) -> Self:
        """Filter the comments that begin a thread which nobody has resolved."""
        return self.filter(parent=None, resolved_at=None)


class Comment(models.Model):
    """A comment on a record: it begins a thread, or answers the comment that begins one, its `parent`.

    `field` is the name of a column or of a list of parts, "" for the whole record. Comments concern the record and its
    working copy alike. They remain when the record is deleted: a deleted draft has them again once it is recovered.
    """

    # No foreign key, as in revisions.
    table = models.CharField(_("table"), max_length=40)
    record = models.BigIntegerField(_("record"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("answers"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replies",
    )
    text = models.TextField(_("comment"), max_length=MAX_COMMENT_LENGTH)
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("resolved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["table", "record", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="timeline_comment_resolved_by_somebody",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, parent=None),
            ),
        ]
        indexes = [
            models.Index(fields=["table", "record", "created_at"], name="timeline_comment_of_record"),
            models.Index(
                fields=["table", "record"],
                name="timeline_comment_unresolved",
                condition=Q(parent=None, resolved_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def record_key(self) -> RecordKey:
        return self.table, self.record

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    def natural_key(self) -> tuple[int]:
        return (self.pk,)


class MentionQuerySet(models.QuerySet["Mention"]):
    def get_by_natural_key(self, comment: int, username: str) -> "Mention":
        return self.get(comment=comment, user__username=username)

    def unanswered(self) -> Self:
        """Filter the mentions that wait for whom they address."""
        return self.filter(answered_at=None)

    def for_user(self, user: AbstractUser) -> Self:
        """Filter the mentions that address the user, on records that they may view."""
        return self.filter(user=user, comment__table__in=visible_tables(user))

    def of_thread(self, thread: Comment) -> Self:
        return self.filter(Q(comment=thread) | Q(comment__parent=thread))


class Mention(models.Model):
    """Somebody whom a comment addresses. It is answered when they write in its thread, or somebody resolves that."""

    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="timeline_mention_once")]
        indexes = [
            models.Index(fields=["user"], name="timeline_mention_unanswered", condition=Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return f"@{self.user}"

    def natural_key(self) -> tuple[int, str]:
        return (self.comment_id, self.user.get_username())
