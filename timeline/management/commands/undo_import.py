"""manage.py undo_import: undo an import."""

import argparse

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.exchange.importing.undo import undo
from timeline.management.errors import as_command_errors
from timeline.models import ImportBatch


class Command(BaseCommand):
    help = "Undo an import: what it made goes, what it changed is as before, what was edited since is left alone."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="of the import, as import_content and the admin show it")
        parser.add_argument("--user", metavar="NAME", required=True, help="who undoes it")

    def handle(self, *, number: int, user: str, **options: object) -> None:
        with as_command_errors():
            by = get_user_model().objects.filter(username=user).first()
            if by is None:
                raise CommandError(_("There is no user “%(name)s”.") % {"name": user})
            if not by.has_perm("timeline.undo_import"):
                raise CommandError(_("“%(name)s” may not undo imports.") % {"name": user})
            batch = ImportBatch.objects.filter(pk=number).first()
            if batch is None:
                raise CommandError(_("There is no import %(number)s.") % {"number": number})
            try:
                done = undo(batch, by=by)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
        if done.did_nothing:
            raise CommandError("\n".join(done.messages()))
        for message in done.messages():
            self.stdout.write(message)
