"""manage.py restore: restore a backup into an empty installation, or only check it."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.management.errors import as_command_errors
from timeline.operation import encryption
from timeline.operation import restore as restoring
from timeline.operation.errors import OperationError
from timeline.operation.state import State


class Command(BaseCommand):
    help = (
        "Restore a backup into an installation whose database is empty. It is checked before and afterwards."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a file that backup has written")
        parser.add_argument(
            "--identity",
            type=Path,
            metavar="FILE",
            help="the secret key of an encrypted backup, as backup --new-key writes it",
        )
        parser.add_argument("--check", action="store_true", help="only check the backup, restore nothing")

    def handle(self, *, file: Path, identity: Path | None, check: bool, **options: object) -> None:
        try:
            with as_command_errors():
                keys = encryption.identities(identity) if identity else []
                if check:
                    self._print_checked(restoring.check(file, keys))
                    return
                restored = restoring.restore(file, keys)
        except OperationError as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            self._print(restored)

    def _print_checked(self, state: State) -> None:
        self.stdout.write(
            _("The backup is whole: %(engine)s, version %(version)s, of %(time)s, %(rows)s rows.")
            % {
                "engine": state.engine,
                "version": state.version,
                "time": state.created_at,
                "rows": sum(state.rows.values()),
            }
        )

    def _print(self, restored: restoring.Restored) -> None:
        self.stdout.write(
            _("Restored: %(rows)s rows as of %(time)s.")
            % {"rows": sum(restored.state.rows.values()), "time": restored.state.created_at}
        )
        if restored.has_migrated:
            self.stdout.write(
                _("The database was migrated from version %(version)s.") % {"version": restored.state.version}
            )
        for sentence in restored.violations:
            self.stderr.write(sentence)
        if restored.settings:
            self.stdout.write(_("Settings of the backup that differ from those here:"))
        for name, value in restored.settings.items():
            self.stdout.write(f"    {name}={value}")
        if restored.secrets:
            self.stdout.write(
                _("Not in the backup, or without their passwords: %(names)s.")
                % {"names": ", ".join(restored.secrets)}
            )
