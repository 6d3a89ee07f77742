"""Failures of the database and of the disk, as commands tell them: a sentence and exit status 1."""

import contextlib
from collections.abc import Iterator

from django.core.management.base import CommandError

from timeline.exchange.faults import Failure, said_in_words


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What is printed when all is done stays outside of this block: its failure would be told as if nothing had been."""
    try:
        with said_in_words():
            yield
    except Failure as failure:
        raise CommandError(str(failure)) from None
