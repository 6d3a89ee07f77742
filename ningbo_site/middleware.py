"""In which language a request is answered, and what is compressed; what no page can use is refused.

In words, never 500: before it reaches a page, or by the database that cannot hold it.
"""

import re
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import brotli
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from timeline.i18n.languages import language_of_path, language_tag

GetResponse = Callable[[HttpRequest], HttpResponse]

# Pages whose forms read all that people type through fields, which name NUL beside the text and keep the rest.
FIELD_VALIDATED_VIEWS = ("_add", "_change", "_verb", "login")
ACCEPTS_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
EXPECTED_NUMBER = re.compile(r"Field '.*' expected a number but got ")


def url_language(get_response: GetResponse) -> GetResponse:
    """GetResponse in the language of the address, whatever the browser prefers, error pages too.

    Django's LocaleMiddleware stands below what refuses a request, leaves its language behind in the thread, and says
    `Vary: Accept-Language` of pages that do not vary.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = language_of_path(request.path_info)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language_tag(language))
        return response

    return middleware


# What a cache may keep without being told for how long (RFC 9111, section 4.2.2; RFC 9110, section 15.1).
HEURISTICALLY_CACHEABLE = {301, 308, 404, 405, 410, 414, 501}


def no_cache_for_errors_and_redirects(get_response: GetResponse) -> GetResponse:
    """No browser and no cache says of an address that nothing is there, or that it has moved, after that has changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in HEURISTICALLY_CACHEABLE:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


class PublicCompressionMiddleware(GZipMiddleware):
    """Compress pages for visitors of whom we know nothing, who all get the same: by Brotli, which browsers take over https.

    How long a compressed page is tells a little of what is in it, and a page repeats what its address says (BREACH). Where
    nobody is known and no cookie is set there is nothing to be told of, no draft and no token of a form.
    """

    # 8.6 ms for 339 kB, where gzip takes 6.7 ms, and a fifth shorter.
    QUALITY = 5

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        ours = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
        if response.cookies or ours & request.COOKIES.keys():
            return response
        if response.status_code == 304:
            # It says what the page itself would have said (RFC 9110, section 15.4.5).
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        takes_brotli = ACCEPTS_BROTLI.search(request.headers.get("Accept-Encoding", ""))
        if (
            not takes_brotli
            or not isinstance(response, HttpResponse)
            or response.has_header("Content-Encoding")
        ):
            return super().process_response(request, response)
        if not response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        response.content = brotli.compress(response.content, quality=self.QUALITY)
        response.headers["Content-Encoding"] = "br"
        response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


class RejectNulMiddleware:
    """GetResponse 400 to a NUL character, which PostgreSQL cannot hold and SQLite would keep.

    In an address or a cookie it is nobody's text. In a form it is refused as well, except where a form field itself says
    so above the text (the admin's own forms, the verbs, the login): nothing long can be lost by the 400, as the desk's other
    pages ask for a line at most, and the browser's way back still has it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul([request.path_info, *request.COOKIES.values(), *_texts(request.GET)]):
            raise BadRequest("NUL in the address or a cookie")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = str(request.resolver_match.url_name) if request.resolver_match else ""
        if request.method != "POST" or name.endswith(FIELD_VALIDATED_VIEWS):
            return None
        if _has_nul(_texts(request.POST)):
            raise BadRequest("NUL in the form")
        return None


def _texts(given: QueryDict) -> Iterable[str]:
    return (text for name, values in given.lists() for text in (name, *values))


def _has_nul(texts: Iterable[str]) -> bool:
    return any("\0" in text for text in texts)


class DataErrorMiddleware:
    """GetResponse 400 where the database refuses a value as none that its column could have, and log where that was.

    These are: text where a key is a number; a number or a time beyond what the database counts to; what PostgreSQL calls
    a data error. Any other error stays one of ours, and a 500.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if is_invalid_column_value(exception):
            # Logged by Django as a warning, with the traceback of both.
            raise BadRequest("A value that its column cannot hold") from exception


def is_invalid_column_value(exception: Exception) -> bool:
    """Whether a database, or the field on the way to it, refused a value by itself."""
    if isinstance(exception, OverflowError):
        frames = traceback.walk_tb(exception.__traceback__)
        return any(
            frame.f_globals.get("__name__", "").startswith("django.db.backends.") for frame, _line in frames
        )
    if isinstance(exception, ValueError):
        return bool(EXPECTED_NUMBER.match(str(exception)))
    return isinstance(exception, DataError)
