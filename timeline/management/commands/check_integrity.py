"""manage.py check_integrity: the whole record against what no constraint of the database can say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.integrity import violations


class Command(BaseCommand):
    help = "Compare derived columns with what they derive from, and check truths across tables. Exit status 1 on any."

    def handle(self, **options: Any) -> None:
        found = list(violations())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(_("%(count)s violations.") % {"count": len(found)})
        if options["verbosity"]:
            self.stdout.write(_("The record is sound."))
