"""Database errors, disk errors and interruptions as command errors with a message and an exit status."""

import contextlib
import signal
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from timeline.exchange.database_errors import StorageError, as_storage_errors

# The convention of shells for a process that a signal ended.
INTERRUPTED = 128 + signal.SIGINT


@contextlib.contextmanager
def as_command_errors() -> Iterator[None]:
    """Convert failures to CommandError.

    Print results outside this block: a failure to print them would be reported as if nothing had been done.
    """
    try:
        with as_storage_errors():
            yield
    except StorageError as error:
        raise CommandError(str(error)) from None
    except KeyboardInterrupt:
        raise CommandError(_("Interrupted; nothing was changed."), returncode=INTERRUPTED) from None
