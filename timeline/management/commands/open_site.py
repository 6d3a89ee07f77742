"""manage.py open_site: the steps of `make run` before the server starts, on every start."""

import argparse
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from timeline.delivery.server import AddressError, check_address
from timeline.management.errors import as_command_errors
from timeline.models import Chronicle, Entry


class Command(BaseCommand):
    help = "Migrate, set up the groups, gather static files, import the content into an empty database, make an administrator."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "content",
            nargs="+",
            type=Path,
            help="folders to import where the database is empty, each over the ones before",
        )
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, content: list[Path], host: str, port: int, **options: object) -> None:
        try:
            check_address(host, port)
        except AddressError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", interactive=False, verbosity=0)
        call_command("setup_groups", verbosity=0)
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
        if not Entry.objects.exists() and not Chronicle.objects.exists():
            who = account.filter(is_superuser=True).order_by("pk")[0].get_username()
            # All folders or none: after a partial import the next start would find content and skip the rest.
            with as_command_errors(), transaction.atomic():
                for folder in content:
                    call_command("import_content", folder, publish=True, user=who, verbosity=0)
        address = {"host": f"[{host}]" if ":" in host else host, "port": port}
        self.stdout.write(_("The chronicle:   http://%(host)s:%(port)s/") % address)
        self.stdout.write(_("Admin:           http://%(host)s:%(port)s/admin/") % address)
        self.stdout.write(_("Ctrl+C stops the server."))
