"""The check of the backups: whether there are any, and how old the newest one is."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.operation.backup_files import ENCRYPTED_SUFFIX, backups_in, unfinished_in
from timeline.operation.checks.findings import Finding, Level
from timeline.operation.encryption import recipients
from timeline.operation.errors import OperationError

# A backup each night, of which one may be late.
MAX_AGE = datetime.timedelta(hours=36)


def check_backups() -> Iterator[Finding]:
    remedy = _("Set BACKUP_FOLDER and run manage.py backup each night, by a timer: docs/operate/backup.md.")
    if not settings.BACKUP_FOLDER:
        yield Finding(Level.WARNING, _("BACKUP_FOLDER is not set: nothing is known of backups."), remedy)
        return
    try:
        recipients(settings.BACKUP_RECIPIENT)
    except OperationError as refusal:
        yield Finding(Level.ERROR, str(refusal), _("Correct BACKUP_RECIPIENT: docs/operate/backup.md."))
    folder, now = Path(settings.BACKUP_FOLDER), timezone.now()
    try:
        found, unfinished = backups_in(folder), unfinished_in(folder, now)
    except OSError as error:
        yield Finding(
            Level.ERROR,
            _("The folder of backups %(folder)s cannot be read: %(reason)s.")
            % {"folder": folder, "reason": error.strerror},
            _("Create it, for the account that makes the backups, or correct BACKUP_FOLDER."),
        )
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            Level.ERROR,
            _("This account cannot write in the folder of backups %(folder)s.") % {"folder": folder},
            _("Create it, for the account that makes the backups, or correct BACKUP_FOLDER."),
        )
    remedy = _("Run manage.py backup each night, by a timer: docs/operate/backup.md.")
    if not found:
        yield Finding(Level.ERROR, _("There is no backup in %(folder)s.") % {"folder": folder}, remedy)
    elif (age := now - found[0][0]) > MAX_AGE:
        hours = int(age.total_seconds() // 3600)
        sentence = _("The newest backup, %(file)s, is %(hours)s hours old.")
        yield Finding(Level.ERROR, sentence % {"file": found[0][1].name, "hours": hours}, remedy)
    elif not found[0][1].name.endswith(ENCRYPTED_SUFFIX):
        yield Finding(
            Level.NOTICE,
            _("The newest backup is not encrypted. It has accounts, drafts and mails."),
            _("Name a key in BACKUP_RECIPIENT: docs/operate/backup.md."),
        )
    if unfinished:
        yield Finding(
            Level.NOTICE,
            _("Interrupted backups have left %(count)s files in %(folder)s.")
            % {"count": len(unfinished), "folder": folder},
            _("The next manage.py backup --keep removes them."),
        )
