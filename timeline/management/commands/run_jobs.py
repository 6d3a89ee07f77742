"""manage.py run_jobs: preview and import the large files that wait."""

import argparse
import contextlib
import os

from django.core.management.base import BaseCommand

from timeline.exchange.jobs.worker import run_jobs

# Requests come first.
NICENESS = 5


class Command(BaseCommand):
    help = (
        "Preview and import the large files that wait, one after the other. The server does so itself, "
        "unless JOB_RUNNER is command."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="end once no file waits")

    def handle(self, *, until_empty: bool, **options: object) -> None:
        os.nice(NICENESS)
        with contextlib.suppress(KeyboardInterrupt):
            run_jobs(until_empty=until_empty)
