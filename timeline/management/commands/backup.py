"""manage.py backup: write database, uploads and settings of the running site to one file."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.management.commands.serve import positive
from timeline.management.errors import as_command_errors
from timeline.operation import encryption
from timeline.operation.backup import backup
from timeline.operation.backup_files import remove_old
from timeline.operation.errors import OperationError


class Command(BaseCommand):
    help = (
        "Write database, uploads and settings (without secrets) to one file, while the site is in use. Whole or not at "
        "all; restore reads it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "to",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="a new file, or a folder, in which the name has the time; default: BACKUP_FOLDER",
        )
        parser.add_argument(
            "--recipient",
            default=settings.BACKUP_RECIPIENT,
            metavar="KEY",
            help="encrypt for this public key of age (age1…); default: BACKUP_RECIPIENT",
        )
        parser.add_argument(
            "--keep",
            type=positive,
            metavar="N",
            help="afterwards remove all but the newest N backups of the folder",
        )
        parser.add_argument(
            "--new-key",
            type=Path,
            metavar="FILE",
            help="only write a new key pair to FILE, and print its public key",
        )

    def handle(
        self, *, to: Path | None, recipient: str, keep: int | None, new_key: Path | None, **options: object
    ) -> None:
        if new_key is not None:
            with as_command_errors():
                public = encryption.write_new_identity(new_key)
            self.stdout.write(public)
            return
        if to is None and not settings.BACKUP_FOLDER:
            raise CommandError(_("Name a file or a folder, or set BACKUP_FOLDER."))
        to = to or Path(settings.BACKUP_FOLDER)
        if keep is not None and not to.is_dir():
            raise CommandError(_("--keep needs a folder, in which each backup has its own name."))
        removed = []
        try:
            with as_command_errors():
                made = backup(to, encryption.recipients(recipient))
                if keep is not None:
                    removed = remove_old(to, keep, timezone.now())
        except OperationError as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            self.stdout.write(
                _("%(file)s: %(rows)s rows, %(size)s.")
                % {"file": made.path, "rows": made.rows, "size": filesizeformat(made.size)}
            )
            for path in removed:
                self.stdout.write(_("Removed: %(file)s") % {"file": path})
