"""The current moment of a process, for which one thread reads the content version once a second."""

import datetime
import logging
import math
import threading
import time
from collections.abc import Callable

from django import db
from django.utils import timezone

from timeline.delivery import due_copies
from timeline.delivery.public_caching import Moment
from timeline.models import content_version
from timeline.models.content_version import ContentVersion

# Seconds for which a thread waits for the one that reads the version.
PATIENCE = 0.25
# Seconds between two lines in the log about a failure.
LOG_INTERVAL = 60

logger = logging.getLogger(__name__)


class CurrentMoment:
    """The current moment, at most `content_version.MAX_AGE` seconds old."""

    def __init__(
        self,
        read_version: Callable[[], ContentVersion] = due_copies.read_version,
        clock: Callable[[], datetime.datetime] = timezone.now,
    ) -> None:
        self._read_version, self._clock = read_version, clock
        self._lock = threading.Lock()
        # With the monotonic time until which it is the current one.
        self._known: tuple[Moment | None, float] = None, 0.0
        self._logged_at = -math.inf
        # The last one that the database told, or None.
        self.last_known: Moment | None = None

    def get(self) -> Moment | None:
        """Return the moment, or None if the database does not say which one it is."""
        moment, until = self._known
        if time.monotonic() < until:
            return moment
        if not self._lock.acquire(timeout=PATIENCE):
            # The database does not answer. So that others need not wait as well:
            self._known = None, time.monotonic() + content_version.MAX_AGE
            return None
        try:
            moment, until = self._known
            if time.monotonic() >= until:
                moment, until = self._known = self._read()
            return moment
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Read the version anew when the moment is asked for next."""
        content_version.forget()
        self._known = self._known[0], 0.0

    def _read(self) -> tuple[Moment | None, float]:
        asked_at = time.monotonic()
        now = self._clock()
        # As at the beginning and the end of a request, since this one may never reach Django.
        db.close_old_connections()
        try:
            moment = self.last_known = Moment(self._read_version(), now)
        except db.Error as error:
            if asked_at - self._logged_at >= LOG_INTERVAL:
                self._logged_at = asked_at
                logger.warning("The database does not answer, pages are those from before: %s", error)
            return None, asked_at + content_version.MAX_AGE
        finally:
            db.close_old_connections()
        left = (moment.changes_at - now).total_seconds()
        return moment, asked_at + min(content_version.MAX_AGE, left)
