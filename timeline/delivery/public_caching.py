"""What HTTP says to caches: validators and lifetimes of public pages, one address for each, and no storing of the rest."""

import datetime
import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from timeline.delivery import due_copies, release
from timeline.filters.entries import query_string
from timeline.filters.parameters import canonical_pairs
from timeline.i18n import disambiguation
from timeline.models.content_version import ContentVersion
from timeline.public.urls import PUBLIC

# Seconds for which a cache may serve a page from before a failure of this server.
STALE_IF_ERROR = 24 * 60 * 60
# The key of the state of a public page in the WSGI environment, where the page cache finds it.
PAGE_STATE = "timeline.page_state"


@dataclass(frozen=True)
class Moment:
    """What all public pages are made from at one time: the content, the code, and the current day.

    Pages name the day on which they were read and depend on which goals are due, so that all change at midnight.
    """

    version: ContentVersion
    now: datetime.datetime

    @functools.cached_property
    def identifier(self) -> str:
        """The same for two moments between which no page changes."""
        return chr(0).join((self.version.identifier, release.running().identifier, str(self._today.date())))

    @property
    def _today(self) -> datetime.datetime:
        """The beginning of the day in local time."""
        return timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def changes_at(self) -> datetime.datetime:
        """The time when pages change without a write."""
        # In UTC, since days in local time may have 23 or 25 hours.
        midnight = (self._today + datetime.timedelta(days=1)).astimezone(datetime.UTC)
        return min(midnight, self.version.next_publication or midnight)

    @property
    def last_modified(self) -> str:
        """The time of the last change as the header has it; "" if it is not known."""
        if self.version.modified_at is None:
            return ""
        return http_date(
            int(max(self.version.modified_at, self._today, release.running().modified_at).timestamp())
        )

    @functools.cached_property
    def cache_control(self) -> str:
        """For browsers: ask each time. For shared caches: seconds that end with the day or at the next publication."""
        left = max(0, int((self.changes_at - self.now).total_seconds()))
        fresh = min(settings.SHARED_CACHE_SECONDS, left)
        stale = min(settings.SHARED_CACHE_SECONDS, left - fresh)
        return f"public, max-age=0, s-maxage={fresh}, stale-while-revalidate={stale}, stale-if-error={STALE_IF_ERROR}"


@dataclass(frozen=True)
class PageState:
    """What one public page is made from: its address and the moment."""

    address: str
    moment: Moment

    @property
    def etag(self) -> str:
        """A weak validator, since the bytes depend on the encoding."""
        digest = hashlib.sha256(chr(0).join((self.address, self.moment.identifier)).encode())
        return f'W/"{digest.hexdigest()[:32]}"'

    def write_headers(self, response: HttpResponseBase) -> None:
        response.headers["ETag"] = self.etag
        response.headers["Cache-Control"] = self.moment.cache_control
        if self.moment.last_modified:
            response.headers["Last-Modified"] = self.moment.last_modified
        else:
            del response.headers["Last-Modified"]
        patch_vary_headers(response, ["Accept-Encoding"])


def is_known(etag: str, last_modified: str, environ: Mapping[str, str]) -> bool:
    """Whether the client that sent these headers has what has this validator and this time ("" if not known).

    A time is compared for equality: another client's clock, or a change committed late, would be before it.
    """
    if tags := environ.get("HTTP_IF_NONE_MATCH"):
        # Most clients send one, which need not be parsed.
        return tags == etag or etag in parse_etags(tags)
    since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and since == parse_http_date_safe(last_modified)


class PublicCachingMiddleware:
    """Answer a public page that the client has with 304, before its view runs, and give each response its headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with disambiguation.ended_after():
            response = self.get_response(request)
        state: PageState | None = request.META.get(PAGE_STATE)
        if state is not None:
            if response.status_code in (200, 304):
                state.write_headers(response)
        elif request.resolver_match is not None and not _is_public(request):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not _is_public(request) or request.method not in ("GET", "HEAD"):
            return None
        names = getattr(getattr(view, "view_class", view), "parameters", ())
        pairs = canonical_pairs(request.GET, names)
        given = [(name, value) for name, values in request.GET.lists() for value in values]
        if pairs != given or not pairs and request.META.get("QUERY_STRING"):
            return HttpResponsePermanentRedirect(escape_uri_path(request.path) + query_string(pairs))
        # The version is read before the content, and so is the day.
        state = PageState(request.build_absolute_uri(), Moment(due_copies.current_version(), timezone.now()))
        request.META[PAGE_STATE] = state
        disambiguation.begin(state.moment.version.identifier)
        known = is_known(state.etag, state.moment.last_modified, request.META)
        return HttpResponseNotModified() if known else None


def _is_public(request: HttpRequest) -> bool:
    return request.resolver_match is not None and not PUBLIC.isdisjoint(request.resolver_match.app_names)
