"""The entry point for WSGI servers."""

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Iterable
from multiprocessing.util import Finalize
from wsgiref.types import InputStream, StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ningbo_site.settings")

# Seconds until a thread that makes a page lets the others go on, which answer from the page cache. With Python's 5 ms, each
# of their answers would wait that long.
SWITCH_INTERVAL = 0.001
sys.setswitchinterval(SWITCH_INTERVAL)


class RequestBody:
    """The body of a request, which raises ConnectionAbortedError if the client disconnects.

    Granian ends such a body as if it were complete, and half a form would be saved. Django reads no more than
    the declared length.
    """

    def __init__(self, stream: InputStream, length: str) -> None:
        self.stream = stream
        self.left = int(length) if length.isascii() and length.isdigit() else 0

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            data = self._whole(self.stream.read(size))
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def readline(self, size: int) -> bytes:
        return self._whole(self.stream.readline(size))

    def drain(self) -> None:
        """Read and discard the rest of the body."""
        with contextlib.suppress(ConnectionAbortedError):
            while self.left > 0:
                self._whole(self.stream.read(min(self.left, 65536)))

    def _whole(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionAbortedError("The client broke off")
        self.left -= len(data)
        return data


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8.

    Django would use the declared charset, and fail before any middleware if that is a Python codec that is
    not for text. `request_limits` refuses all other charsets.
    """

    def _set_content_type_params(self, environ: WSGIEnvironment) -> None:
        self.content_type, self.content_params = parse_header_parameters(environ.get("CONTENT_TYPE", ""))


# Seconds that a request waits for the lock to drain its body.
DRAIN_LOCK_TIMEOUT = 0.05

# One at a time, so that stalled clients occupy a single thread only.
_drain_lock = threading.Lock()
_django = get_wsgi_application()
_django.request_class = Utf8Request

# They need the models, which can be imported only now.
from ningbo_site.preloading import load_everything  # noqa: E402
from timeline.delivery.kept_database import KeptDatabase  # noqa: E402
from timeline.delivery.page_cache import PageCache  # noqa: E402
from timeline.delivery.request_metrics import CountedRequests  # noqa: E402
from timeline.exchange.jobs.starting import resume_jobs  # noqa: E402
from timeline.operation.health import HealthPages  # noqa: E402
from timeline.operation.metrics import MetricsPage  # noqa: E402

_database = KeptDatabase()


def _read_bounded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer by Django, which reads the body of a request as RequestBody."""
    body = RequestBody(environ["wsgi.input"], environ.get("CONTENT_LENGTH", ""))
    environ["wsgi.input"] = body
    _database.keep()
    response = _django(environ, start_response)
    # A proxy is still sending the body it has received. If the connection closed before the end, it would
    # report a bad gateway instead of the response. Without a proxy, a slow client would occupy the thread.
    if settings.BEHIND_PROXY and body.left and _drain_lock.acquire(timeout=DRAIN_LOCK_TIMEOUT):
        try:
            body.drain()
        finally:
            _drain_lock.release()
    return response


_visitors = (
    PageCache(_read_bounded, settings.PAGE_CACHE_BYTES) if settings.PAGE_CACHE_BYTES else _read_bounded
)
application = HealthPages(MetricsPage(CountedRequests(_visitors)))

load_everything()

# The collector of cyclic garbage looks no more through what is loaded, and only after so many new objects: a rendered
# page makes thousands, and hardly any are garbage.
GC_THRESHOLD = 10_000
gc.collect()
gc.freeze()
gc.set_threshold(GC_THRESHOLD)

# The first request opens it, in the worker: a process that forks must have no SQLite database open. It ends without `atexit`.
Finalize(None, _database.close, exitpriority=0)

resume_jobs()
