"""Requests to the application in this process or in several, and the files of its responses."""

import contextlib
import io
import logging
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.pool import IMapIterator
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.utils.translation import gettext as _

from timeline.delivery.snapshot.addresses import (
    NOT_FOUND,
    addresses_in_asset,
    file_name,
    page_in_snapshot,
    path_in_snapshot,
)
from timeline.delivery.snapshot.storage import store
from timeline.models import content_version

# Seconds for the slowest page. A worker that the system killed would be waited for forever.
TIMEOUT = 600
# The folders of a state: what is public, and the pages of what no longer is.
PUBLIC, GONE = "public", "gone"
# The headers of a response that are remembered.
OF_ONE_FILE = {"Cache-Control", "Content-Disposition", "Content-Type", "Link", "Location"}


class SnapshotError(Exception):
    """The snapshot was not written; the former one, if any, is as it was."""


@dataclass(frozen=True)
class Rendered:
    """The response to one address, without the headers of every page.

    Its file has been written if the status is 200 or 410, or if it is the page for what does not exist. `links` are addresses of the site that were not found by the same process before.
    """

    address: str
    path: str
    status: int
    headers: dict[str, str]
    links: set[str] = field(default_factory=set)
    is_new: bool = False

    @property
    def is_written(self) -> bool:
        """Whether it is a page or file that visitors are to find, or the page for what does not exist."""
        return self.status == 200 or self.path.endswith(NOT_FOUND)

    @property
    def is_broken(self) -> bool:
        """Whether a link leads to it and nothing is there, neither now nor formerly."""
        return not self.is_written and self.status not in (301, 410)

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]


class Renderer:
    """The application, with a folder for its responses and one with those of a former snapshot."""

    def __init__(self, site_url: str, state: Path, former: Path | None) -> None:
        self.site_url, self.state, self.former = site_url, state, former
        self.handler = WSGIHandler()
        self.known: set[str] = set()

    def render(self, address: str) -> Rendered:
        """Request an address and write its file. Raises SnapshotError if the server fails."""
        path = path_in_snapshot(address) or address
        with self._response(address) as (status, headers, chunks):
            headers = {name: value for name, value in headers.items() if name in OF_ONE_FILE}
            rendered = Rendered(address, path, status, headers)
            if status >= 500:
                raise SnapshotError(
                    _("%(address)s failed with status %(status)s; nothing was changed.")
                    % {"address": address, "status": status}
                )
            if status == 404 and not path.endswith(NOT_FOUND) or status not in (200, 404, 410):
                return rendered
            links: set[str] = set()
            if rendered.media_type == "text/html":
                page = page_in_snapshot(b"".join(chunks).decode(), address, self.site_url)
                links, chunks = page.addresses, [page.html.encode()]
            elif rendered.media_type in ("text/css", "text/javascript"):
                body = b"".join(chunks)
                links, chunks = addresses_in_asset(rendered.media_type, body.decode(), address), [body]
            folder = GONE if status == 410 else PUBLIC
            former = self.former and self.former / folder / file_name(path)
            is_new = store(chunks, self.state / folder / file_name(path), former)
        unknown = links - self.known
        self.known |= unknown
        return replace(rendered, links=unknown, is_new=is_new)

    def headers(self, address: str) -> tuple[int, dict[str, str]]:
        """Request an address and return the status and headers of the response."""
        with self._response(address) as (status, headers, _chunks):
            return status, headers

    @contextlib.contextmanager
    def _response(self, address: str) -> Iterator[tuple[int, dict[str, str], Iterable[bytes]]]:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        response = self.handler(
            _environ(self.site_url, address),
            lambda status, headers, *_error: started.append((status, headers)),  # type: ignore[arg-type]
        )
        try:
            [(status, headers)] = started
            yield int(status.split()[0]), dict(headers), response
        finally:
            response.close()


def _environ(site_url: str, address: str) -> WSGIEnvironment:
    """The request of a visitor without cookies, as a WSGI server passes it on (PEP 3333)."""
    site, parts = urlsplit(site_url), urlsplit(address)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": site.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


# Renders many addresses, in any order.
RenderAll = Callable[[Iterable[str]], Iterator[Rendered]]


@contextlib.contextmanager
def rendering(renderer: Renderer, processes: int) -> Iterator[RenderAll]:
    """A function that renders addresses in this process, or in several."""
    with _no_warnings():
        if processes == 1:
            yield lambda addresses: map(renderer.render, addresses)
            return
        # No connection may be shared with a child.
        connections.close_all()
        context = multiprocessing.get_context("fork")
        with context.Pool(processes, _start_worker, [renderer]) as pool:
            yield lambda addresses: _until_all(pool.imap_unordered(_render, addresses))


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """No record for each page that is missing or gone, as it should be."""
    logger = logging.getLogger("django.request")
    former = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(former)


def _until_all(results: "IMapIterator[Rendered]") -> Iterator[Rendered]:
    while True:
        try:
            yield results.next(TIMEOUT)
        except StopIteration:
            return
        except multiprocessing.TimeoutError:
            raise SnapshotError(
                _("No page was finished within %(seconds)s seconds; nothing was changed.")
                % {"seconds": TIMEOUT}
            ) from None


# That of a worker process.
_renderer: Renderer


def _start_worker(renderer: Renderer) -> None:
    global _renderer
    _renderer = renderer
    content_version.forget()
    # Opening a connection for each address takes as long as rendering a short one.
    for connection in connections.all():
        connection.settings_dict["CONN_MAX_AGE"] = None
    # Ctrl-C is a matter of the parent, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _render(address: str) -> Rendered:
    return _renderer.render(address)
