"""Pages for requests that failed or were refused, made without the database."""

import sqlite3
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

# The admin's pages with forms that the browser keeps until they are saved.
DRAFT_VIEWS = ("_add", "_change", "_verb", "_restore", "_publish_copy")

# Seconds after which a client may ask again.
RETRY_AFTER = 10
SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_PROTOCOL,
}


def page_name(request: HttpRequest) -> str:
    """The name of the address; "" where there is none."""
    try:
        return str(resolve(request.path_info).url_name)
    except Resolver404:
        return ""


def draft_form_url(request: HttpRequest) -> str:
    """The address of the form that was sent, where the browser has kept it; "" otherwise."""
    is_kept = request.method == "POST" and page_name(request).endswith(DRAFT_VIEWS)
    return request.get_full_path() if is_kept else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed on our side: 503 where the database is away or busy, and 500 otherwise."""
    if is_unavailable(sys.exception()):
        response = server_error_page(request, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    return server_error_page(request, "500.html", status=500)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database is away, busy, full or read-only, so that the same request may succeed later."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # The lowest byte is the kind. A missing table or column is not among them: it is a fault of ours.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_UNAVAILABLE
    # The state has five signs; there is none where PostgreSQL cannot be reached or went without a word.
    state = getattr(cause, "sqlstate", None) or ""
    return not state or state.startswith(("08", "40", "53", "55P03", "57"))


# Django's own pages for 400 and 404 read the form, for the sake of a token that ours do not have: slowly, and again where it
# was the form that could not be read.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to what no page of this site expects."""
    return HttpResponse(_page(request, "400.html"), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer where no page is, or none for this visitor."""
    return HttpResponse(loader.render_to_string("404.html", request=request), status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to whoever may not do this, or no longer."""
    return HttpResponse(_page(request, "403.html"), status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without the token of this log-in, or from another site."""
    return HttpResponse(_page(request, "403_csrf.html"), status=403)


def server_error_page(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that says what failed on our side, and by which id the log knows it."""
    return HttpResponse(_page(request, template, request_id=getattr(request, "id", "")), status=status)


def client_error_page(request: HttpRequest, title: str, explanation: str, *, status: int) -> HttpResponse:
    """A page that says why a request was refused."""
    return HttpResponse(
        _page(request, "client_error.html", title=title, explanation=explanation), status=status
    )


def _page(request: HttpRequest, template: str, **context: Any) -> str:
    shared = {"draft_form_url": draft_form_url(request), "is_post": request.method == "POST"}
    return loader.render_to_string(template, {**context, **shared})


def method_not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    response = client_error_page(
        request,
        _("Nothing can be sent to this address"),
        _("This address can only be read. What was sent has not been read, and nothing was changed."),
        status=405,
    )
    response.headers["Allow"] = ", ".join(methods)
    return response
