"""Checks of the services that the site needs: database, cache, mail."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import QueuedMail
from timeline.operation.checks.findings import Finding, Level
from timeline.operation.migrations import unapplied_migrations, unknown_migrations
from timeline.operation.working_folders import database_file, database_folder

# After so long, a timer should have sent a mail that a process left behind.
MAIL_PATIENCE = datetime.timedelta(hours=1)


def check_database() -> Iterator[Finding]:
    if database_folder() is not None and not database_file().exists():
        problem = _("There is no database %(file)s.") % {"file": database_file()}
        yield Finding(Level.ERROR, problem, _begin_or_restore())
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _begin_or_restore() -> str:
    return _(
        "A new site: manage.py migrate, as docs/operate/install.md goes on. Otherwise correct DATABASE_URL, or restore a backup."
    )


def check_migrations() -> Iterator[Finding]:
    pending = unapplied_migrations()
    if pending and not MigrationRecorder(connection).applied_migrations():
        yield Finding(
            Level.ERROR,
            _("The database is empty."),
            _begin_or_restore(),
        )
    elif pending:
        yield Finding(
            Level.ERROR,
            _(
                "%(count)s migrations have not been applied, the first is %(name)s: the database is from an earlier version."
            )
            % {"count": len(pending), "name": pending[0]},
            "manage.py upgrade",
        )
    if unknown := unknown_migrations():
        yield Finding(
            Level.ERROR,
            _("The database is from a later version of the software, which has %(name)s.")
            % {"name": unknown[-1]},
            _("Install that version again, or restore a backup from before into a new database."),
        )


def check_cache() -> Iterator[Finding]:
    if not settings.HAS_SHARED_CACHE:
        return
    try:
        cache.set("timeline.doctor", "1", 10)
        answers = cache.get("timeline.doctor") == "1"
    except Exception:  # Each cache has exceptions of its own.
        answers = False
    if not answers:
        yield Finding(
            Level.WARNING,
            _("The shared cache of CACHE_URL does not answer: every process asks the database itself."),
            _("Start it, or correct or remove CACHE_URL."),
        )


def check_mail() -> Iterator[Finding]:
    if not settings.HAS_MAIL:
        yield Finding(
            Level.NOTICE,
            _("There is no mail: nobody is told of submissions, and links for passwords are handed over."),
            _("Set EMAIL_URL and DEFAULT_FROM_EMAIL."),
        )
        return
    try:
        with get_connection():
            pass
    except OSError as error:  # smtplib's exceptions too.
        yield Finding(
            Level.ERROR,
            _("The mail server does not accept mails: %(reason)s.") % {"reason": error},
            _("Look at EMAIL_URL, the mail server and its log. Mails wait in the database for three days."),
        )
    late = QueuedMail.objects.filter(due_at__lt=timezone.now() - MAIL_PATIENCE).count()
    if late:
        yield Finding(
            Level.WARNING,
            _("%(count)s mails have waited for more than an hour to be sent.") % {"count": late},
            _("Run manage.py send_mail, by a timer every ten minutes."),
        )
