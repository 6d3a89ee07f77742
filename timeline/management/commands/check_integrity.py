"""manage.py check_integrity: the whole record against what no constraint of the database can say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.integrity import violations


class Command(BaseCommand):
    help = "Compare derived columns with what they derive from, and check truths across tables. Exit status 1 on any."

    def handle(self, **options: Any) -> None:
        count = 0
        for count, sentence in enumerate(violations(), 1):
            self.stderr.write(sentence)
        if count:
            raise CommandError(_("%(count)s violations.") % {"count": count})
        if options["verbosity"]:
            self.stdout.write(_("The record is sound."))
