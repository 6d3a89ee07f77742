"""Mails that wait to be sent, and requests for a new password."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After each failure, until the next attempt. After the last one the mail is given up.
RETRY_DELAYS = tuple(
    datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60)
)
# After so long, another process may send a mail that one has begun to send.
CLAIM_DURATION = datetime.timedelta(minutes=5)


class QueuedMailQuerySet(models.QuerySet["QueuedMail"]):
    def get_by_natural_key(self, key: int) -> "QueuedMail":
        return self.get(pk=key)

    def due(self) -> Self:
        """Filter the mails to send now, the oldest first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")


class QueuedMail(models.Model):
    """A mail to an account. It is deleted once it is sent, to the address that the account then has."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(_("subject"), max_length=400)
    body = models.TextField(_("text"))
    has_password_link = models.BooleanField(
        _("with a link to set the password"),
        default=False,
        help_text=_("The link is made when the mail is sent: no link is stored."),
    )
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    objects = QueuedMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("queued mail")
        verbose_name_plural = _("queued mails")

    def __str__(self) -> str:
        return self.subject

    def natural_key(self) -> tuple[int]:
        return (self.pk,)

    def claim(self) -> bool:
        """Reserve the mail for this process. Returns False if another process has it, or has sent it."""
        rows = type(self).objects.filter(pk=self.pk, due_at=self.due_at)
        self.due_at = timezone.now() + CLAIM_DURATION
        return rows.update(due_at=self.due_at) == 1

    def defer(self) -> bool:
        """Record a failed attempt. Returns False if it was the last one: the mail is then deleted."""
        if self.attempts >= len(RETRY_DELAYS):
            self.delete()
            return False
        self.due_at = timezone.now() + RETRY_DELAYS[self.attempts]
        self.attempts += 1
        self.save(update_fields=["due_at", "attempts"])
        return True


class PasswordResetRequestQuerySet(models.QuerySet["PasswordResetRequest"]):
    def get_by_natural_key(self, key: int) -> "PasswordResetRequest":
        return self.get(pk=key)

    def recent(self) -> Self:
        """Filter the requests that count for the limits."""
        return self.filter(created_at__gte=timezone.now() - settings.AXES_COOLOFF_TIME)

    def expired(self) -> Self:
        """Filter the requests that no longer count."""
        return self.filter(created_at__lt=timezone.now() - settings.AXES_COOLOFF_TIME)


class PasswordResetRequest(models.Model):
    """An address that somebody has entered to receive a link for a new password, whether an account has it or not."""

    email = models.CharField(_("e-mail address"), max_length=254, db_index=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, db_index=True)
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    answered = models.BooleanField(_("answered"), default=False)

    objects = PasswordResetRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")

    def __str__(self) -> str:
        return self.email

    def natural_key(self) -> tuple[int]:
        return (self.pk,)
