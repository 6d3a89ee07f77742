"""manage.py send_digest: the daily list of what waits, for a timer."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.accounts.digests import send_digests


class Command(BaseCommand):
    help = "Mail what waits to those who have chosen a daily list. Nobody receives two on one day."

    def handle(self, **options: object) -> None:
        if not settings.HAS_MAIL:
            raise CommandError(_("EMAIL_URL is not set: there is no mail."))
        self.stdout.write(_("Lists: %(count)s.") % {"count": send_digests()})
