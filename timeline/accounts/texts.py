"""What the texts of all mails have in common: language, paragraphs, signature."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _

from timeline.accounts.mail import absolute_url
from timeline.i18n.languages import offered_languages
from timeline.models import Chronicle


def mail_language(user: User) -> str:
    """Return the language in which this user reads mails, the default one where the site is not offered in the chosen one.

    `account_settings` should be joined.
    """
    try:
        chosen = user.account_settings.language
    except ObjectDoesNotExist:
        return settings.LANGUAGE_CODE
    return chosen if chosen in offered_languages(Chronicle.objects.current()) else settings.LANGUAGE_CODE


def paragraphs(*parts: str) -> str:
    """Join the parts that are not empty, with empty lines between them."""
    return "\n\n".join(part for part in parts if part) + "\n"


def site_title() -> str:
    """Return the title of the chronicle, or the address of the site."""
    return Chronicle.objects.values_list("title", flat=True).first() or settings.SITE_URL


def signature(*, with_choice: bool = False) -> str:
    """Return the end of a mail: the site, and for notifications where to change them."""
    lines = ["—", f"{site_title()} · {absolute_url(reverse('admin:index'))}"]
    if with_choice:
        address = absolute_url(reverse("account"))
        lines.append(_("When you receive such mails is your choice: %(address)s") % {"address": address})
    return "\n".join(lines)
