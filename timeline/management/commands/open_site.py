"""manage.py open_site: the steps of `make run` before the server starts, on every start."""

import argparse
import re
import secrets
import shlex
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from timeline.delivery.server import AddressError, address_text, check_address
from timeline.delivery.site_locks import PREPARING, SERVING, site_lock
from timeline.exchange.importing.changed_folder import preview_changes
from timeline.exchange.importing.report import later_checks
from timeline.management.chronicles import has_chronicle, missing_chronicle
from timeline.management.errors import as_command_errors
from timeline.models import Chronicle, Entry
from timeline.operation.content_database import content_database, databases_of_moved_namesakes, note_folder
from timeline.operation.migrations import unapplied_migrations

# How many problems of a changed folder are printed; the import prints all.
MAX_PROBLEMS = 5
MAX_PORT = 65535


class Command(BaseCommand):
    help = "Migrate, set up the groups, gather static files, import the content into an empty database, make an administrator."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "content",
            nargs="*",
            type=Path,
            help="folders to import where the database is empty, each over the ones before",
        )
        parser.add_argument("--host", default="127.0.0.1")
        # Checked below: the answer to a wrong one is in the language of the site.
        parser.add_argument("--port", default="8000")

    def handle(self, *, content: list[Path], host: str, port: str | int, **options: object) -> None:
        port = _number_of_port(str(port))
        with as_command_errors():
            running = site_lock(SERVING).holders()
        is_running = address_text(host, port) in running
        try:
            if not is_running:
                check_address(host, port)
        except AddressError as error:
            raise CommandError(str(error)) from None
        # The folder that the settings name has a database of its own, into which no other belongs.
        own = settings.CONTENT_FOLDER
        content = [own] if own else [folder.expanduser().resolve() for folder in content]
        _check_folders(content)
        if running and connection.introspection.table_names() and unapplied_migrations():
            # Its code would find tables that it does not know, and neither could read the changes of the folder.
            raise CommandError(
                _(
                    "The database has migrations to apply, and the site is running with the code from before: %(address)s. Stop it (Ctrl+C, where it was started), then run this again."
                )
                % {"address": ", ".join(running)}
            )
        if is_running:
            self._refuse_running(address_text(host, port))
        lock = site_lock(PREPARING)
        with as_command_errors():
            is_alone = lock.take()
        if not is_alone:
            raise CommandError(
                _(
                    "This site is being prepared by another “make run”. Wait until that one prints its address."
                )
            )
        try:
            self._open(content, host, port)
        finally:
            lock.release()

    def _refuse_running(self, address: str) -> None:
        """Say what changed in the folder, and that its site is running."""
        folder = settings.CONTENT_FOLDER
        account = get_user_model()._default_manager.filter(is_superuser=True).order_by("pk").first()
        if folder is not None and account is not None:
            with as_command_errors():
                self._print_changes(folder, account.get_username())
        raise CommandError(
            _("This site is running already: %(address)s. Ctrl+C stops it, where it was started.")
            % {"address": address}
        )

    def _say(self, text: str) -> None:
        """Print at once: what follows may take a minute."""
        self.stdout.write(text)
        self.stdout.flush()

    def _open(self, content: list[Path], host: str, port: int) -> None:
        with as_command_errors():
            if not connection.introspection.table_names():
                # Before the minute that follows.
                if not has_chronicle(content):
                    raise CommandError(missing_chronicle(content[-1]))
                self._say(_("Preparing the database. The first time, this takes up to a minute…"))
            call_command("migrate", interactive=False, verbosity=0)
            call_command("setup_groups", verbosity=0)
            if settings.CONTENT_FOLDER is not None:
                note_folder(settings.CONTENT_FOLDER, settings.BASE_DIR / "var")
        call_command("collectstatic", interactive=False, verbosity=0)
        account = get_user_model()._default_manager
        if not account.filter(is_superuser=True).exists():
            password = secrets.token_urlsafe(12)
            account.create_superuser("admin", password=password)
            # Printed at once: the password would be lost if the import failed.
            self.stdout.write(
                _("Administrator:   %(name)s   Password: %(password)s   (shown this once)")
                % {"name": "admin", "password": password}
            )
        who = account.filter(is_superuser=True).order_by("pk")[0].get_username()
        if not Entry.objects.exists() and not Chronicle.objects.exists():
            self._print_namesakes()
            # All folders or none: after a partial import the next start would find content and skip the rest.
            with as_command_errors(), transaction.atomic():
                for folder in content:
                    self._say(_("Importing %(folder)s…") % {"folder": folder})
                    call_command("import_content", folder, publish=True, user=who, verbosity=0)
                if not Chronicle.objects.exists():
                    raise CommandError(missing_chronicle(content[-1]))
        elif settings.CONTENT_FOLDER is not None:
            with as_command_errors():
                self._print_changes(settings.CONTENT_FOLDER, who)
        address = {"host": f"[{host}]" if ":" in host else host, "port": port}
        self.stdout.write(_("The chronicle:   http://%(host)s:%(port)s/") % address)
        self.stdout.write(_("Admin:           http://%(host)s:%(port)s/admin/") % address)
        if settings.CONTENT_FOLDER is not None:
            self.stdout.write(_("Content:         %(folder)s") % {"folder": settings.CONTENT_FOLDER})
            self.stdout.write(
                _("Database:        %(file)s") % {"file": settings.DATABASES["default"]["NAME"]}
            )
        self.stdout.write(_("Ctrl+C stops the server."))

    def _print_namesakes(self) -> None:
        """Say where the database of a moved folder may be, before a new one is filled."""
        if (folder := settings.CONTENT_FOLDER) is None:
            return
        database = content_database(folder, settings.BASE_DIR / "var")
        for other in databases_of_moved_namesakes(folder, settings.BASE_DIR / "var"):
            self.stdout.write(
                _(
                    "%(other)s belongs to a folder named %(name)s that was elsewhere. If that is this one and was moved, stop here and type:  %(command)s"
                )
                % {
                    "other": other,
                    "name": folder.name,
                    "command": f"mv {shlex.quote(str(other))} {shlex.quote(str(database))}",
                }
            )

    def _print_changes(self, folder: Path, who: str) -> None:
        """Say what the folder would change since it was imported, and how. Nothing is imported."""
        if (found := preview_changes(folder)) is None:
            return
        report, outcomes = found
        publishing = ("--publish", "--user", who)
        self.stdout.write("")
        for problem in report.problems[:MAX_PROBLEMS]:
            self.stdout.write(str(problem))
        for notice in (*report.edits, *report.missing, *report.without_phase)[:MAX_PROBLEMS]:
            self.stdout.write(str(notice))
        if report.problems:
            if report.has_later_checks:
                self.stdout.write(later_checks())
            self.stdout.write(
                _(
                    "%(folder)s was changed, and %(count)s things in it are wrong. The site shows what was there."
                )
                % {"folder": folder, "count": len(report.problems)}
            )
            self.stdout.write(
                _("To see everything that is wrong:  %(command)s")
                % {"command": _command(folder, *publishing, "--dry-run")}
            )
            if report.edit_conflicts:
                self.stdout.write(
                    _(
                        "%(count)s of them were changed in the admin too. To take what the files say all the same:  %(command)s"
                    )
                    % {
                        "count": report.edit_conflicts,
                        "command": _command(folder, *publishing, "--overwrite-edits"),
                    }
                )
        elif outcomes.total():
            self.stdout.write(
                _(
                    "%(folder)s was changed: %(new)s new rows, %(changed)s changed, %(deleted)s deleted. The site shows what was there."
                )
                % {
                    "folder": folder,
                    **{name: outcomes[name] for name in ("new", "changed", "deleted")},
                }
            )
            self.stdout.write(
                _("To see each change, also of what editors wrote since:  %(command)s")
                % {"command": _command(folder, *publishing, "--dry-run")}
            )
            self.stdout.write(_("To bring it in:  %(command)s") % {"command": _command(folder, *publishing)})
        self.stdout.write("")


def _number_of_port(text: str) -> int:
    if re.fullmatch("[0-9]{1,5}", text, re.ASCII) and 1 <= int(text) <= MAX_PORT:
        return int(text)
    raise CommandError(_("PORT is a number from 1 to 65535, and not “%(text)s”.") % {"text": text})


def _check_folders(content: list[Path]) -> None:
    if not content:
        raise CommandError(
            _(
                "There is no content. Name its folder: make run CONTENT=DIR; manage.py start_chronicle DIR begins one."
            )
        )
    for folder in content:
        if folder.is_file():
            raise CommandError(_("%(file)s is a file. Name the folder that it is in.") % {"file": folder})
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": folder})


def _command(folder: Path, *options: str) -> str:
    """The command that imports the folder into its database, to be typed in the folder of the software."""
    words = [".venv/bin/python", "manage.py", "import_content", str(folder), *options]
    return f"CONTENT={shlex.quote(str(folder))} {shlex.join(words)}"
