"""manage.py export_site: write the public site as files for any web server."""

import argparse
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.delivery.snapshot.export import export, valid_site_url
from timeline.delivery.snapshot.rendering import SnapshotError
from timeline.management.commands.serve import positive
from timeline.management.errors import as_command_errors

# Seconds between two lines of progress.
INTERVAL = 5


@contextlib.contextmanager
def public_file_modes() -> Iterator[None]:
    """Let accounts of other programs read what this block writes, whatever the umask of the caller."""
    former = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(former)


class Command(BaseCommand):
    help = (
        "Write the public site as files, in every language, for any web server. The web server serves DIR/current/public; "
        "an export replaces it when it is complete."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("to", type=Path, metavar="DIR", help="the folder; it holds nothing else")
        parser.add_argument(
            "--url",
            default="",
            metavar="URL",
            help="the address of the site, as its pages name it; default: the first of ALLOWED_HOSTS",
        )
        parser.add_argument("--processes", type=positive, default=2, help="one for each core at most")

    def handle(self, *, to: Path, url: str, processes: int, verbosity: int, **options: object) -> None:
        self.is_verbose = verbosity > 0
        self.started = self.reported = time.monotonic()
        try:
            with as_command_errors(), public_file_modes():
                snapshot = export(to, valid_site_url(url), processes=processes, progress=self._report)
        except SnapshotError as error:
            raise CommandError(str(error)) from None
        if snapshot is None:
            if self.is_verbose:
                self.stdout.write(_("Nothing has changed since the last export."))
            return
        for address, status in snapshot.broken.items():
            self.stderr.write(
                _("Pages link to %(address)s, which answers with status %(status)s.")
                % {"address": address, "status": status}
            )
        if self.is_verbose:
            self.stdout.write(
                _(
                    "%(files)s files, %(changed)s of them new or changed; %(redirects)s redirects, %(gone)s addresses gone; "
                    "%(seconds)s s."
                )
                % {**vars(snapshot), "seconds": round(time.monotonic() - self.started)}
            )

    def _report(self, done: int, known: int) -> None:
        now = time.monotonic()
        if not self.is_verbose or now - self.reported < INTERVAL:
            return
        self.reported = now
        speed = done / (now - self.started)
        self.stdout.write(
            _("%(done)s of %(known)s, %(speed)s a second")
            % {"done": done, "known": known, "speed": f"{speed:.1f}"}
        )
        self.stdout.flush()
