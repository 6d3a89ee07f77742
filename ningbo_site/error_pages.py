"""Error pages, rendered without the database but for the name of the chronicle on those of a refusal."""

import sys

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template import loader
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from ningbo_site.database_failures import is_full, is_locked, is_unavailable
from timeline.exchange.jobs import progress
from timeline.models import Chronicle
from timeline.public.corrected_addresses import corrected_address

# The ends of the URL names of admin views whose forms the browser saves as drafts. The names are those of Django and
# of `extra_urls` in timeline/admin/; FIELD_VALIDATED_VIEWS in middleware.py has others of them.
DRAFT_VIEWS = ("_add", "_change", "_verb", "_restore", "_publish_copy", "_copy_verb")

# Seconds after which a client may retry; the second while a large import locks the database, which takes minutes.
RETRY_AFTER, IMPORT_RETRY_AFTER = 10, 60


def page_name(request: HttpRequest) -> str:
    """Return the name of the URL pattern, or "" if none matches."""
    try:
        return str(resolve(request.path_info).url_name)
    except Resolver404:
        return ""


def draft_form_url(request: HttpRequest) -> str:
    """Return the URL of the submitted form if the browser has a draft of it, or ""."""
    has_draft = request.method == "POST" and page_name(request).endswith(DRAFT_VIEWS)
    return request.get_full_path() if has_draft else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """The response to a server error: 503 if the database is unavailable, otherwise 500."""
    error = sys.exception()
    if is_unavailable(error):
        is_importing = is_locked(error) and progress.is_any_running()
        context = {
            "is_importing": is_importing,
            "is_undoing": is_importing and progress.is_any_running(undoes=True),
            "is_full": is_full(error),
            "is_login": page_name(request) == "login",
        }
        response = server_error_page(request, "503.html", status=503, **context)
        response.headers["Retry-After"] = str(IMPORT_RETRY_AFTER if is_importing else RETRY_AFTER)
        return response
    return server_error_page(request, "500.html", status=500)


# Django's views for 400 and 404 parse the form for a CSRF token, which these pages do not need. That is slow,
# and fails again if the form could not be parsed.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to an invalid request."""
    return HttpResponse(_page(request, "400.html"), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response for a missing page, or one that the visitor may not see; the way to the page that is meant, if there is one."""
    address = corrected_address(request) if request.method in ("GET", "HEAD") else ""
    if address:
        # Not cached: the address may get a page of its own.
        return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})
    return HttpResponse(loader.render_to_string("404.html", request=request), status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to a user without permission. What the exception says is told."""
    page = _page(request, "403.html", reason=str(exception), chronicle=_chronicle())
    return HttpResponse(page, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The response to a form without a valid CSRF token, or from another site."""
    return HttpResponse(_page(request, "403_csrf.html", chronicle=_chronicle()), status=403)


def server_error_page(request: HttpRequest, template: str, *, status: int, **context: object) -> HttpResponse:
    """A page that describes a server error, with the request id in the log."""
    page = _page(request, template, request_id=getattr(request, "id", ""), **context)
    return HttpResponse(page, status=status)


def client_error_page(request: HttpRequest, title: str, explanation: str, *, status: int) -> HttpResponse:
    """A page that explains why a request was refused."""
    return HttpResponse(
        _page(request, "client_error.html", title=title, explanation=explanation), status=status
    )


def _chronicle() -> Chronicle | None:
    """The chronicle whose name heads the page of a refusal, for which the database was asked before; None without one."""
    try:
        return Chronicle.objects.current()
    except Error:
        return None


def _page(request: HttpRequest, template: str, **context: object) -> str:
    shared = {
        "draft_form_url": draft_form_url(request),
        "is_post": request.method == "POST",
        "in_admin": request.path.startswith(reverse("admin:index")),
    }
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
