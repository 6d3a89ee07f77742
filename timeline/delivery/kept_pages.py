"""Ready pages in memory, limited in bytes; what is asked for again is not displaced by what is asked for once."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from timeline.delivery.public_caching import Moment

# Bytes of a page besides its body, roughly.
OVERHEAD = 3_000
# Of all bytes: those of pages that were asked for again, and the largest page.
SHARE_ASKED_AGAIN = 0.8
SHARE_OF_A_PAGE = 1 / 16

# Scheme, host, path, query and accepted encodings.
Key = tuple[str, str | None, str, str, str]
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a request in its encoding, and what is compared with later requests."""

    body: bytes
    # Of a page that changes with the moment, without Cache-Control.
    headers: Headers
    headers_if_known: Headers
    etag: str
    last_modified: str
    # The identifiers of the moment and of the content version from which it was made; None if it is the same at every moment.
    moment: str | None
    version: str | None
    # A monotonic time.
    made_at: float
    # The name of the view that made it, for the counts of requests.
    view: str = ""

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD

    def is_current(self, moment: Moment | None) -> bool:
        return self.moment is None or (moment is not None and self.moment == moment.identifier)

    def is_outdated(self, moment: Moment | None) -> bool:
        """Whether the content has changed since, as far as this moment, the last known one, tells."""
        return self.version is not None and moment is not None and self.version != moment.version.identifier


class KeptPages:
    """Pages by key, at most this many bytes.

    A page is on trial until it is asked for again. Pages on trial are displaced first, the longest unused one before
    others; of the rest, a page is displaced only by others that were asked for again. All methods may be called by
    several threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.max_page_bytes = int(max_bytes * SHARE_OF_A_PAGE)
        self.bytes = 0
        self._bytes_asked_again = 0
        self._on_trial = OrderedDict[Key, Page]()
        self._asked_again = OrderedDict[Key, Page]()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        try:
            # Without the lock: each of the two operations is atomic.
            self._asked_again.move_to_end(key)
            return self._asked_again[key]
        except KeyError:
            with self._lock:
                return self._promoted(key)

    def put(self, key: Key, page: Page) -> None:
        """Keep the page in place of the former one with this key, if it is not too large."""
        with self._lock:
            again = key in self._asked_again
            self._drop(key)
            if page.size > self.max_page_bytes:
                return
            self._insert(key, page, again=again)
            self._shrink()

    def drop(self, key: Key) -> None:
        with self._lock:
            self._drop(key)

    def _promoted(self, key: Key) -> Page | None:
        """Move a page that was on trial, if it still is there."""
        page = self._on_trial.get(key)
        if page is None:
            return self._asked_again.get(key)
        self._drop(key)
        self._insert(key, page, again=True)
        self._shrink()
        return page

    def _insert(self, key: Key, page: Page, *, again: bool) -> None:
        self.bytes += page.size
        if again:
            self._bytes_asked_again += page.size
            self._asked_again[key] = page
        else:
            self._on_trial[key] = page

    def _drop(self, key: Key) -> None:
        if (page := self._asked_again.pop(key, None)) is not None:
            self._bytes_asked_again -= page.size
        else:
            page = self._on_trial.pop(key, None)
        if page is not None:
            self.bytes -= page.size

    def _shrink(self) -> None:
        while self._bytes_asked_again > self.max_bytes * SHARE_ASKED_AGAIN:
            key, page = next(iter(self._asked_again.items()))
            self._drop(key)
            self._insert(key, page, again=False)
        while self.bytes > self.max_bytes:
            self._drop(next(iter(self._on_trial)))
