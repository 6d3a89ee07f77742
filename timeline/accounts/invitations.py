"""Invitations: an account without a password, and the link by which its owner sets one."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group, User
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.accounts.mail import PASSWORD_LINK, queue_mail
from timeline.accounts.names import display_name
from timeline.accounts.texts import mail_language, paragraphs, signature, site_title


def invite(
    *, username: str, email: str, last_name: str, first_name: str, groups: Iterable[Group], by: AbstractUser
) -> User:
    """Create an account of the admin that cannot log in before its owner has set a password, and mail the link."""
    with transaction.atomic():
        user = get_user_model().objects.create_user(
            username, email, last_name=last_name, first_name=first_name, is_staff=True
        )
        user.groups.set(groups)
        if settings.HAS_MAIL:
            mail_invitation(user, by=by)
    return user


def mail_invitation(user: User, *, by: AbstractUser) -> None:
    """Queue the mail with the link. It also helps somebody who has lost the password."""
    with translation.override(mail_language(user)):
        site = site_title()
        body = paragraphs(
            _("%(name)s, hello.") % {"name": display_name(user)},
            _("%(who)s has an account for you in the admin of %(site)s. Your user name: %(username)s")
            % {"who": display_name(by), "site": site, "username": user.get_username()},
            _("Set your password here:"),
            PASSWORD_LINK,
            _("The link can be used once, within %(hours)s hours. After that, ask for another one.")
            % {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
            signature(),
        )
        subject = _("Your account for %(site)s") % {"site": site}
        queue_mail(user, subject, body, has_password_link=True)
