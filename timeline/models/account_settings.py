"""What an account has beside Django's user: the choice of notifications, and whether its password must be changed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailFrequency(models.TextChoices):
    """How often somebody receives notifications."""

    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("Once a day, as a list")
    NONE = "none", _("Never")


class AccountSettingsQuerySet(models.QuerySet["AccountSettings"]):
    def get_by_natural_key(self, username: str) -> "AccountSettings":
        return self.get(user__username=username)

    def must_change_password(self) -> Self:
        """Filter the settings of accounts whose password somebody else has set."""
        return self.filter(must_change_password=True)


class AccountSettings(models.Model):
    """The settings of an account. An account without a row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="account_settings",
    )
    delivery = models.CharField(
        _("notifications"), max_length=8, choices=MailFrequency, default=MailFrequency.AT_ONCE, db_index=True
    )
    language = models.CharField(
        _("language of mails"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    digest_sent_on = models.DateField(_("last list sent on"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(_("password must be changed"), default=False, editable=False)

    objects = AccountSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("account settings")
        verbose_name_plural = _("account settings")
        constraints = [
            models.CheckConstraint(
                name="timeline_accountsettings_delivery_known", condition=Q(delivery__in=MailFrequency.values)
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def natural_key(self) -> tuple[str]:
        return (self.user.get_username(),)
