"""manage.py upgrade: bring database, static files and server to the installed code."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.management.errors import as_command_errors
from timeline.operation import encryption
from timeline.operation.errors import OperationError
from timeline.operation.upgrade import STEPS, Plan


class Command(BaseCommand):
    help = (
        "After new code is installed: check, back up, migrate, collect static files, mend search documents, check the "
        "content, restart the server's workers."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--backup",
            type=Path,
            metavar="FILE",
            help="the file or the folder of the backup; default: BACKUP_FOLDER",
        )
        choice.add_argument(
            "--no-backup", action="store_true", help="where another backup has just been made"
        )
        parser.add_argument(
            "--recipient",
            default=settings.BACKUP_RECIPIENT,
            metavar="KEY",
            help="as for backup; default: BACKUP_RECIPIENT",
        )
        parser.add_argument(
            "--pid",
            type=int,
            metavar="PID",
            help="the process of manage.py serve whose workers are replaced: systemctl show -P MainPID chronicle. 0, as of a stopped unit: none",
        )

    def handle(
        self, *, backup: Path | None, no_backup: bool, recipient: str, pid: int | None, **options: object
    ) -> None:
        if backup is None and not no_backup:
            if not settings.BACKUP_FOLDER:
                raise CommandError(
                    _("Name a file with --backup, or set BACKUP_FOLDER. --no-backup goes without one.")
                )
            backup = Path(settings.BACKUP_FOLDER)
        label = ""
        try:
            with as_command_errors():
                plan = Plan(backup, encryption.recipients(recipient), pid or None)
                for number, step in enumerate(STEPS, start=1):
                    label = str(step.label)
                    self.stdout.write(f"{number}/{len(STEPS)} {label}")
                    for sentence in step.run(plan):
                        self.stdout.write(f"    {sentence}")
        except (OperationError, CommandError) as error:
            raise CommandError(
                _("The upgrade stopped at “%(step)s”: %(reason)s Run it again when this is mended.")
                % {"step": label, "reason": error}
            ) from None
        self.stdout.write(_("Upgraded."))
