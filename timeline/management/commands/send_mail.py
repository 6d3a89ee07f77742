"""manage.py send_mail: send the mails that wait, for a timer."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.accounts.mail import send_due_mail
from timeline.accounts.password_reset import answer_requests


class Command(BaseCommand):
    help = "Send the mails that are due, those that failed before included."

    def handle(self, **options: object) -> None:
        if not settings.HAS_MAIL:
            raise CommandError(_("EMAIL_URL is not set: there is no mail."))
        answer_requests()
        result = send_due_mail()
        self.stdout.write(
            _("Sent: %(sent)s. To be tried again: %(deferred)s. Given up: %(given_up)s.")
            % {"sent": result.sent, "deferred": result.deferred, "given_up": result.given_up}
        )
