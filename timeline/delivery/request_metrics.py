"""Requests by view and class of status, and how long they took, counted for Prometheus by all workers of a server together."""

import glob
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector

# In the environment of a request: the name of the view that answers, and whether the page was kept ready.
VIEW, KEPT = "timeline.view", "timeline.kept"
# Where prometheus_client has the files of all workers; without it, each process counts for itself.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# Of what no view has answered: static files, and unknown addresses and refused requests.
STATIC, NO_VIEW = "static", "none"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

logger = logging.getLogger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
# Views are named in urls.py, and statuses have five classes: no request can add a label.
REQUESTS = Counter(
    "chronicle_requests", "Requests by view and class of status.", ["view", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "chronicle_request_seconds",
    "Seconds until an answer began: kept pages, pages that Django made, static files.",
    ["answered"],
    buckets=BUCKETS,
    registry=REGISTRY,
)


class CountedRequests:
    """A WSGI application that has another one answer, and counts."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        # What ends without an answer is a server error.
        statuses = ["500"]

        def start(status: str, *arguments: Any) -> Callable[[bytes], object]:
            statuses[0] = status
            return start_response(status, *arguments)

        try:
            return self._application(environ, start)
        finally:
            _count(environ, statuses[0], time.perf_counter() - began)


def name_view(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell the counting, which is outside Django, the name of the view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.resolver_match is not None:
            request.META[VIEW] = request.resolver_match.view_name
        return response

    return middleware


def registry() -> CollectorRegistry:
    """Return what all workers of this server have counted, or this process alone."""
    if FOLDER_VARIABLE not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def new_folder(name: str) -> Path:
    """Return an empty folder for the files of the workers, in memory where there is such a disk. Raises OSError.

    It is that of this process, whose number the server keeps: a second one that starts at the same address before the
    first listens there takes nothing from it. Folders of servers that have ended are removed.

    The files are mapped into memory: on a full disk, a process that writes to them would be killed.
    """
    if given := os.environ.get("RUNTIME_DIRECTORY"):
        parent = Path(given.partition(":")[0])
    elif os.access("/dev/shm", os.W_OK):
        parent = Path("/dev/shm")
    else:
        parent = Path(tempfile.gettempdir())
    beginning = f"chronicle-metrics-{os.geteuid()}-{name}-"
    folder = parent / f"{beginning}{os.getpid()}"
    for former in parent.glob(f"{glob.escape(beginning)}*"):
        number = former.name.removeprefix(beginning)
        if former == folder or (number.isdecimal() and not _is_running(int(number))):
            _remove(former)
    folder.mkdir(mode=0o700)
    return folder


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _remove(folder: Path) -> None:
    """Remove a folder, but not one that somebody else has prepared under this name."""
    if folder.exists() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
        shutil.rmtree(folder)


def _count(environ: WSGIEnvironment, status: str, seconds: float) -> None:
    view = environ.get(VIEW)
    is_static = not view and environ["PATH_INFO"].startswith(settings.WHITENOISE_STATIC_PREFIX)
    answered = "kept" if KEPT in environ else STATIC if is_static else "made"
    try:
        REQUESTS.labels(view or (STATIC if is_static else NO_VIEW), f"{status[:1]}xx").inc()
        SECONDS.labels(answered).observe(seconds)
    except (OSError, ValueError):
        # An answer is worth more than its count.
        logger.exception("A request cannot be counted")
