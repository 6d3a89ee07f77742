"""What HTTP says to caches: validators and lifetimes of public pages, one address for each, and no storing of the rest."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from timeline.delivery import release
from timeline.filters.entries import query_string
from timeline.filters.parameters import canonical_pairs
from timeline.models import content_version
from timeline.models.content_version import ContentVersion
from timeline.public.urls import app_name

# Seconds for which a cache may serve a page from before a failure of this server.
STALE_IF_ERROR = 24 * 60 * 60


@dataclass(frozen=True)
class PageState:
    """What a public page is made from: its address, the content, the code, and the current day.

    Pages name the day on which they were read and depend on which goals are due, so that all change at midnight.
    """

    address: str
    version: ContentVersion
    now: datetime.datetime

    @property
    def _today(self) -> datetime.datetime:
        """The beginning of the day in local time."""
        return timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def etag(self) -> str:
        """A weak validator, since the bytes depend on the encoding."""
        parts = (self.address, self.version.identifier, release.running().identifier, str(self._today.date()))
        return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'

    @property
    def modified_at(self) -> int | None:
        """The time of the last change as a Unix timestamp; None if it is not known."""
        if self.version.modified_at is None:
            return None
        return int(max(self.version.modified_at, self._today, release.running().modified_at).timestamp())

    @property
    def cache_control(self) -> str:
        """For browsers: ask each time. For shared caches: seconds that end with the day or at the next publication."""
        # In UTC, since days in local time may have 23 or 25 hours.
        changes_at = [(self._today + datetime.timedelta(days=1)).astimezone(datetime.UTC)]
        if self.version.next_publication is not None:
            changes_at.append(self.version.next_publication)
        left = max(0, int((min(changes_at) - self.now).total_seconds()))
        fresh = min(settings.SHARED_CACHE_SECONDS, left)
        stale = min(settings.SHARED_CACHE_SECONDS, left - fresh)
        return f"public, max-age=0, s-maxage={fresh}, stale-while-revalidate={stale}, stale-if-error={STALE_IF_ERROR}"

    def is_known_to(self, request: HttpRequest) -> bool:
        """Whether the client has the page in this state.

        A time is compared for equality: another client's clock, or a change committed late, would be before it.
        """
        if tags := request.headers.get("If-None-Match"):
            return self.etag in parse_etags(tags)
        since = request.headers.get("If-Modified-Since")
        return since is not None and parse_http_date_safe(since) == self.modified_at is not None

    def write_headers(self, response: HttpResponseBase) -> None:
        response.headers["ETag"] = self.etag
        response.headers["Cache-Control"] = self.cache_control
        if self.modified_at is None:
            del response.headers["Last-Modified"]
        else:
            response.headers["Last-Modified"] = http_date(self.modified_at)
        patch_vary_headers(response, ["Accept-Encoding"])


class PublicCachingMiddleware:
    """Answer a public page that the client has with 304, before its view runs, and give each response its headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        state: PageState | None = getattr(request, "page_state", None)
        if state is not None:
            if response.status_code in (200, 304):
                state.write_headers(response)
        elif request.resolver_match is not None and not _is_public(request):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not _is_public(request) or request.method not in ("GET", "HEAD"):
            return None
        names = getattr(getattr(view, "view_class", view), "parameters", ())
        pairs = canonical_pairs(request.GET, names)
        given = [(name, value) for name, values in request.GET.lists() for value in values]
        if pairs != given or not pairs and request.META.get("QUERY_STRING"):
            return HttpResponsePermanentRedirect(escape_uri_path(request.path) + query_string(pairs))
        # The version is read before the content, and so is the day.
        state = PageState(request.build_absolute_uri(), content_version.current(), timezone.now())
        request.page_state = state  # type: ignore[attr-defined]
        return HttpResponseNotModified() if state.is_known_to(request) else None


def _is_public(request: HttpRequest) -> bool:
    return request.resolver_match is not None and app_name in request.resolver_match.app_names
