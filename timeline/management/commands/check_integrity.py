"""manage.py check_integrity: check all records for rules that no database constraint can check."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.editing.integrity import repair, violations
from timeline.management.errors import as_command_errors


class Command(BaseCommand):
    help = "Compare derived columns with what they derive from, and check truths across tables. Exit status 1 on any."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--mend",
            action="store_true",
            help="first clean stored text, derive anew what is stale, as after loaddata, and the search index if it is",
        )

    def handle(self, **options: object) -> None:
        with as_command_errors():
            mended = repair() if options["mend"] else 0
            found = list(violations())
        if options["mend"]:
            self.stdout.write(_("%(count)s records mended.") % {"count": mended})
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(_("%(count)s violations.") % {"count": len(found)})
        if options["verbosity"]:
            self.stdout.write(_("The record is sound."))
