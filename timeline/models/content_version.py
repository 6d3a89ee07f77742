"""The content version, which differs after every change that a visitor could see."""

import contextlib
import contextvars
import datetime
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from timeline.models import content_triggers
from timeline.models.records import models_with_status
from timeline.models.revisions import Revision

# Seconds until a process reads the version again.
MAX_AGE = 1
CACHE_KEY = "timeline.content_version"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ContentVersion:
    """A state of the public content. Equal versions have equal content.

    `number` counts the committed changes, `changed_at` is the time of the latest. After a backup is restored, the same
    number has another time. The time of a change alone identifies no version unless `is_settled`: otherwise
    another transaction was changing the content as well, and may be committed under an earlier time.
    """

    number: int
    changed_at: datetime.datetime
    is_settled: bool
    # The publications nearest to now, one on either side: a scheduled one changes the content without a write. The next one
    # may be that of a working copy.
    last_publication: datetime.datetime | None
    next_publication: datetime.datetime | None
    # Whether there is a scheduled working copy whose time has come, which a process has to publish.
    has_due_copy: bool = False

    @property
    def identifier(self) -> str:
        """The version as text."""
        return f"{self.number} {self.changed_at.isoformat()} {self.last_publication}"

    @property
    def modified_at(self) -> datetime.datetime | None:
        """The time since when the content has been as it is; None if that is not known."""
        if not self.is_settled:
            return None
        return self.latest_change

    @property
    def latest_change(self) -> datetime.datetime:
        """The time of the latest change or publication, which may identify no version."""
        return max(self.changed_at, self.last_publication or self.changed_at)

    def is_past(self) -> bool:
        """Whether the time of a scheduled publication has come since."""
        return self.next_publication is not None and self.next_publication <= timezone.now()


def current() -> ContentVersion:
    """Return the current version, at most MAX_AGE seconds old, or the one that is pinned. Within a transaction, it is
    that of the transaction.

    To be read before the content: a page made from content that is newer than its version is replaced one change
    too early, the opposite would never be noticed.
    """
    global _known
    if connection.in_atomic_block:
        return read()
    if (pinned := _pinned.get()) is not None:
        return pinned
    known, read_at = _known
    asked_at = time.monotonic()
    if known is not None and asked_at - read_at < MAX_AGE and not known.is_past():
        return known
    if settings.HAS_SHARED_CACHE and (shared := _of_shared_cache()) is not None:
        return shared
    version = read()
    _known = version, asked_at
    return version


def _of_shared_cache() -> ContentVersion | None:
    """The version that all servers share; None if the cache does not answer. Errors of the database are raised."""
    try:
        shared: ContentVersion | None = cache.get(CACHE_KEY)
    except Exception as error:  # Each cache has exceptions of its own.
        logger.warning("The shared cache does not answer: %s", error)
        return None
    if shared is not None and not shared.is_past():
        return shared
    version = read()
    if shared is None:
        with contextlib.suppress(Exception):
            cache.add(CACHE_KEY, version, MAX_AGE)
    return version


def forget() -> None:
    """Make this process read the version anew."""
    global _known
    _known = None, 0.0


# The version that this process has read, and the monotonic time. Not that of the shared cache, which would be older.
_known: tuple[ContentVersion | None, float] = None, 0.0


def is_pinned() -> bool:
    """Whether `current()` returns a version that was read before."""
    return _pinned.get() is not None


@contextlib.contextmanager
def pinned(version: ContentVersion) -> Iterator[None]:
    """Within the block, `current()` returns this version, so that no part of a page is from before it."""
    token = _pinned.set(version)
    try:
        yield
    finally:
        _pinned.reset(token)


_pinned: contextvars.ContextVar[ContentVersion | None] = contextvars.ContextVar(
    "content_version", default=None
)


def read() -> ContentVersion:
    """Read the version from the database, in one query."""
    # Without the status, which only makes the index less useful: what was withdrawn has a past time as well.
    now = timezone.now()
    times = [model._default_manager.ever_public().values("published_at") for model in models_with_status()]
    queries = [
        *(rows.filter(published_at__lte=now).order_by("-published_at")[:1] for rows in times),
        *(rows.filter(published_at__gt=now).order_by("published_at")[:1] for rows in times),
        Revision.objects.scheduled().order_by("public_from").values("public_from")[:1],
    ]
    statements, values = zip(*(rows.query.sql_with_params() for rows in queries), strict=True)
    selected = ", ".join(f"({statement})" for statement in statements)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {selected}, version.* FROM ({content_triggers.READ[connection.vendor]}) AS version",
            [value for some in values for value in some],
        )
        *stored, number, changed_at, rows = cursor.fetchone()[: len(queries) + 3]
    moments = [_as_datetime(one) if one else None for one in stored]
    past, ahead = moments[: len(times)], [moment for moment in moments[len(times) :] if moment]
    return ContentVersion(
        number=int(number),
        changed_at=_as_datetime(changed_at),
        is_settled=rows == 1,
        last_publication=max((moment for moment in past if moment), default=None),
        next_publication=min((moment for moment in ahead if moment > now), default=None),
        has_due_copy=any(moment <= now for moment in ahead),
    )


def _as_datetime(stored: datetime.datetime | str) -> datetime.datetime:
    """Convert a time from the database. That of SQLite is in UTC, and text where no column declares its type."""
    moment = datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)
