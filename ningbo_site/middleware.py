"""The language of responses, and the refusal of invalid input.

Input that no page can use gets a 400 with an explanation, never a 500: before it reaches a view, or when the
database refuses it.
"""

import re
import traceback
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.core.exceptions import BadRequest
from django.db import DataError, Error
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation

from timeline.i18n.languages import (
    ENGLISH,
    language_of_path,
    language_tag,
    offered_languages,
)
from timeline.models import Chronicle, content_version

GetResponse = Callable[[HttpRequest], HttpResponse]

# The ends of the URL names of views whose forms validate all text with form fields, which report NUL next to the
# input and preserve the rest. The names are those of Django and of `extra_urls` in timeline/admin/; DRAFT_VIEWS in
# error_pages.py has others of them.
FIELD_VALIDATED_VIEWS = ("_add", "_change", "_verb", "login")
EXPECTED_NUMBER = re.compile(r"Field '.*' expected a number but got ")


def url_language(get_response: GetResponse) -> GetResponse:
    """Activate the language of the URL, whatever the browser prefers, also for error pages.

    It is the default one below the address of a language in which the chronicle has no pages: no page is found there, and
    no error is told in that language, whichever it is.

    Django's LocaleMiddleware runs after middleware that refuses requests, leaves its language active in the
    thread, and adds `Vary: Accept-Language` to pages that do not vary.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = language_of_path(request.path_info)
        if language == ENGLISH != settings.LANGUAGE_CODE and not _has_english():
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            response = get_response(request)
            response.headers.setdefault("Content-Language", language_tag(language))
        return response

    return middleware


def _has_english() -> bool:
    """Whether the chronicle has pages in English, read once for each content version; yes if the database does not say."""
    try:
        version = content_version.current().identifier
        key = make_template_fragment_key("has-english", [version])
        return bool(
            caches["template_fragments"].get_or_set(
                key, lambda: ENGLISH in offered_languages(Chronicle.objects.current())
            )
        )
    except Error:
        return True


# Statuses that caches may store without an explicit lifetime (RFC 9111, section
# 4.2.2; RFC 9110, section 15.1).
HEURISTICALLY_CACHEABLE = {301, 308, 404, 405, 410, 414, 501}


def no_cache_for_errors_and_redirects(get_response: GetResponse) -> GetResponse:
    """Prevent browsers and caches from reusing an error or a redirect that is no longer valid.

    Errors that no cache stores by default are stored by none at all.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in HEURISTICALLY_CACHEABLE:
            response.headers.setdefault("Cache-Control", "no-cache")
        elif response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class RejectNulMiddleware:
    """Respond with 400 to NUL characters, which PostgreSQL cannot store and SQLite would store.

    In a URL or a cookie, NUL is never text of a user. In a form it is refused as well, unless a form field
    reports it (in the admin's own forms, the transitions and the login). No long text is lost by that: other
    pages of the admin ask for a single line at most, which the browser still has when the user goes back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul([request.path_info, *request.COOKIES.values(), *_texts(request.GET)]):
            raise BadRequest("NUL in the address or a cookie")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
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
    """Respond with 400 if the database refuses a value as impossible for its column, and log the location.

    These are text in place of a numeric key, numbers and dates out of range, and what PostgreSQL calls data
    errors. Any other error remains a 500.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if is_invalid_column_value(exception):
            # Django logs it as a warning, with both tracebacks.
            raise BadRequest("A value that its column cannot hold") from exception


def is_invalid_column_value(exception: Exception) -> bool:
    """Whether the database, or the field, refused the value itself."""
    if isinstance(exception, OverflowError):
        frames = traceback.walk_tb(exception.__traceback__)
        return any(
            frame.f_globals.get("__name__", "").startswith("django.db.backends.") for frame, _line in frames
        )
    if isinstance(exception, ValueError):
        return bool(EXPECTED_NUMBER.match(str(exception)))
    return isinstance(exception, DataError)
