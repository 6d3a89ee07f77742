"""Failures of the database and of the disk, and interruptions, as commands tell them: a sentence and an exit status."""

import contextlib
import signal
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from timeline.exchange.database_errors import StorageError, as_storage_errors

# As shells count it: a process that a signal ended.
INTERRUPTED = 128 + signal.SIGINT


@contextlib.contextmanager
def as_command_errors() -> Iterator[None]:
    """What is printed when all is done stays outside of this block: its failure would be told as if nothing had been."""
    try:
        with as_storage_errors():
            yield
    except StorageError as failure:
        raise CommandError(str(failure)) from None
    except KeyboardInterrupt:
        raise CommandError(_("Interrupted; nothing was changed."), returncode=INTERRUPTED) from None
