"""The page cache, outside Django: public pages for anonymous visitors from ready bytes, while their content is current."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol
from wsgiref.types import WSGIEnvironment

from django.conf import settings

from timeline.delivery.compression import accepted_encodings
from timeline.delivery.current_moment import CurrentMoment
from timeline.delivery.kept_pages import Headers, KeptPages, Key, Page
from timeline.delivery.public_caching import PAGE_STATE, STALE_IF_ERROR, Moment, PageState, is_known
from timeline.delivery.request_metrics import KEPT, VIEW
from timeline.models import content_version

StartResponse = Callable[..., Any]

OK, NOT_MODIFIED, UNAVAILABLE = "200 OK", "304 Not Modified", "503 Service Unavailable"
# Seconds for which a request waits for another one that makes its page, before it makes the page itself.
PATIENCE = 5
# What is different in each response. Nothing is logged of an answer from the cache, so that it needs no request id.
OF_A_REQUEST = {"x-request-id", "date"}
# What describes the body, which an answer without one does not have.
OF_A_BODY = {"content-type", "content-length", "content-encoding", "content-disposition"}
# Requests with these go to Django: they have a body, or ask for something other than a whole public page.
SPECIAL = ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_AUTHORIZATION", "HTTP_RANGE")
STALE = [("Cache-Control", "no-cache"), ("Warning", '110 - "Response is Stale"')]


class Application(Protocol):
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]: ...


class Flight(threading.Event):
    """A page in the making, for which other requests wait; set when it is there or will not be."""

    # Whether the maker was told that its client has the page, and so made none.
    was_known = False


class PageCache:
    """A WSGI application that answers from kept pages what it can, and by another application the rest.

    A page is kept if Django marks it public, under exactly the scheme, host and address for which Django made it: Django
    refuses unknown hosts and leads to the canonical address. It is used as long as the moment from which it was made is
    the current one. If the database does not answer, it is used all the same.
    """

    def __init__(self, application: Application, max_bytes: int, moment: CurrentMoment | None = None) -> None:
        self.pages = KeptPages(max_bytes)
        self._application = application
        self._moment = moment or CurrentMoment()
        self._private_cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        self._behind_proxy = settings.BEHIND_PROXY
        self._flights: dict[tuple[Key, str], Flight] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            try:
                return self._application(environ, start_response)
            finally:
                # What an editor has changed is visible at once, at least in this process.
                if settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
                    self._moment.forget()
        if not self._is_anonymous(environ):
            return self._application(environ, start_response)
        key = self._key(environ)
        moment = self._moment.get()
        page = self.pages.get(key)
        if page is not None and page.is_current(moment):
            return _answer(page, moment, environ, start_response)
        if moment is None:
            stale = self._stale_answer(key, environ, start_response)
            return self._application(environ, start_response) if stale is None else stale
        if environ["REQUEST_METHOD"] == "HEAD":
            return self._application(environ, start_response)
        return self._make_once(key, moment, environ, start_response)

    def _is_anonymous(self, environ: WSGIEnvironment) -> bool:
        """Whether the request is one of a visitor without an account for a whole page."""
        cookies = environ.get("HTTP_COOKIE")
        if cookies and any(name in cookies for name in self._private_cookies):
            return False
        return not any(map(environ.get, SPECIAL))

    def _key(self, environ: WSGIEnvironment) -> Key:
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO") if self._behind_proxy else None
        return (
            forwarded or environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST"),
            environ["PATH_INFO"],
            environ["QUERY_STRING"],
            accepted_encodings(environ.get("HTTP_ACCEPT_ENCODING", "")),
        )

    def _make_once(
        self, key: Key, moment: Moment, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer by Django, or with the page that another request is making."""
        deadline = time.monotonic() + PATIENCE
        own, name = Flight(), (key, moment.identifier)
        while (flight := self._flights.setdefault(name, own)) is not own:
            in_time = flight.wait(deadline - time.monotonic())
            page = self.pages.get(key)
            if page is not None and page.is_current(moment):
                return _answer(page, moment, environ, start_response)
            if not in_time or not flight.was_known:
                return self._make(key, moment, environ, start_response, Flight())
        try:
            # The request before may have ended just now.
            page = self.pages.get(key)
            if page is not None and page.is_current(moment):
                return _answer(page, moment, environ, start_response)
            return self._make(key, moment, environ, start_response, own)
        finally:
            del self._flights[name]
            own.set()

    def _make(
        self,
        key: Key,
        moment: Moment,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        flight: Flight,
    ) -> Iterable[bytes]:
        """Answer by Django, and keep the answer if it is a public page."""
        environ["HTTP_ACCEPT_ENCODING"] = key[-1]
        started: list[tuple[str, Headers]] = []
        with content_version.pinned(moment.version):
            chunks = self._application(
                environ, lambda status, headers, *_error: started.append((status, headers))
            )
            status, headers = started[0]
            if status == OK and _is_public(headers) and _length(headers) <= self.pages.max_page_bytes:
                body = _read(chunks)
                self.pages.put(key, _page(body, headers, environ.get(PAGE_STATE), environ.get(VIEW, "")))
                chunks = [body]
        flight.was_known = status == NOT_MODIFIED
        if status == UNAVAILABLE and (stale := self._stale_answer(key, environ, start_response)) is not None:
            _read(chunks)
            return stale
        if status not in (OK, NOT_MODIFIED) and not status.startswith("5"):
            self._forget(key)
        start_response(status, headers)
        return chunks

    def _forget(self, key: Key) -> None:
        """Drop the page, which is no longer at this address, in every encoding."""
        for encodings in ("", "gzip", "br", "br, gzip"):
            self.pages.drop((*key[:-1], encodings))

    def _stale_answer(
        self, key: Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes] | None:
        """Answer with the page from before the database failed, if there is one.

        Not if the content was known to have changed since it was made: what it shows may have been withdrawn.
        """
        page = self.pages.get(key)
        if page is None or page.is_outdated(self._moment.last_known):
            return None
        if time.monotonic() - page.made_at > STALE_IF_ERROR:
            return None
        return _answer(page, None, environ, start_response)


def _answer(
    page: Page, moment: Moment | None, environ: WSGIEnvironment, start_response: StartResponse
) -> list[bytes]:
    """Answer with the page, or that the client has it."""
    environ[KEPT], environ[VIEW] = True, page.view
    lifetime: Headers = []
    if page.moment is not None:
        lifetime = STALE if moment is None else [("Cache-Control", moment.cache_control)]
    asks = "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ
    if asks and is_known(page.etag, page.last_modified, environ):
        start_response(NOT_MODIFIED, page.headers_if_known + lifetime)
        return []
    start_response(OK, page.headers + lifetime)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def _is_public(headers: Headers) -> bool:
    """Whether a response is the same for everybody with these encodings."""
    found = {name.lower(): value for name, value in headers}
    return (
        "public" in found.get("cache-control", "")
        and found.get("vary", "Accept-Encoding") == "Accept-Encoding"
        and "set-cookie" not in found
    )


def _length(headers: Headers) -> float:
    """The bytes of the body; infinite if they are not known, as of a download that is being compressed."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), math.inf)


def _read(chunks: Iterable[bytes]) -> bytes:
    """Read a response to its end and close it."""
    try:
        return b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()


def _page(body: bytes, headers: Headers, state: PageState | None, view: str) -> Page:
    """The page of a response; without a state, it is a file that is the same at every moment."""
    differing = OF_A_REQUEST | ({"cache-control"} if state else set())
    kept = [(name, value) for name, value in headers if name.lower() not in differing]
    found = {name.lower(): value for name, value in kept}
    return Page(
        body=body,
        headers=kept,
        headers_if_known=[(name, value) for name, value in kept if name.lower() not in OF_A_BODY],
        etag=found.get("etag", ""),
        last_modified=found.get("last-modified", ""),
        moment=state.moment.identifier if state else None,
        version=state.moment.version.identifier if state else None,
        made_at=time.monotonic(),
        view=view,
    )
