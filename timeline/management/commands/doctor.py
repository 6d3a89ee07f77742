"""manage.py doctor: say what is wrong with the installation, and how to mend it."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.management.errors import as_command_errors
from timeline.operation.checks.findings import Level
from timeline.operation.doctor import CHECKS, Result, examine

MARKS = {0: "✓", Level.NOTICE: "·", Level.WARNING: "!", Level.ERROR: "✗"}


class Command(BaseCommand):
    help = (
        "Check settings, files, disk, clock, database, mail, search, integrity and backups, and say how to mend what is "
        "wrong. Exit status: 0, 1 with an error, with --strict also with a warning."
    )
    # What Django would check beforehand is one of the checks.
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        names = [check.name for check in CHECKS]
        parser.add_argument(
            "checks", nargs="*", choices=[*names, []], metavar="CHECK", help=f"only these: {', '.join(names)}"
        )
        parser.add_argument("--strict", action="store_true", help="fail with a warning too")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="default: %(default)s",
        )

    def handle(self, *, checks: list[str], strict: bool, language: str, **options: object) -> None:
        with translation.override(language):
            worst = 0
            with as_command_errors():
                for result in examine(checks):
                    worst = max(worst, result.level)
                    self._print(result, is_brief=not options["verbosity"])
            if worst >= (Level.WARNING if strict else Level.ERROR):
                raise CommandError(_("Something is to be mended."))

    def _print(self, result: Result, *, is_brief: bool) -> None:
        if not result.was_made:
            why = _("not checked, since what it needs is not there")
            self.stdout.write(f"? {result.check.label}: {why}")
            return
        if not is_brief or result.level >= Level.WARNING:
            self.stdout.write(f"{MARKS[result.level]} {result.check.label}")
        for finding in sorted(result.findings, key=lambda finding: -finding.level):
            if not is_brief or finding.level >= Level.WARNING:
                self.stdout.write(f"    {MARKS[finding.level]} {finding.problem}")
                self.stdout.write(f"      → {finding.remedy}")
