"""manage.py serve: start the server, in development and production."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from timeline.delivery.server import AddressError, serve
from timeline.operation.checks.installation import check_hosts


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Command(BaseCommand):
    help = "Serve the site. SIGHUP replaces the workers without losing a request, as after an upgrade; SIGTERM ends."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="an IP address; in public, that of the proxy's side"
        )
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=positive, default=1, help="processes, one for each core at most"
        )
        parser.add_argument(
            "--threads",
            type=positive,
            default=4,
            help="threads of each, and so its database connections at most",
        )

    def handle(self, *, host: str, port: int, workers: int, threads: int, **options: object) -> None:
        # A server on the own machine may name no host.
        for finding in check_hosts() if settings.ALLOWED_HOSTS and not settings.DEBUG else ():
            self.stderr.write(f"{finding.problem} {finding.remedy}")
        try:
            serve(host, port, workers=workers, threads=threads)
        except AddressError as error:
            raise CommandError(str(error)) from None
