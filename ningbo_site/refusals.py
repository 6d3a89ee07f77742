"""Pages for requests that failed or were refused, made without the database."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

# The admin's pages with forms that the browser keeps until they are saved.
DRAFTED = ("_add", "_change", "_verb", "_restore", "_publish_copy")


def page_name(request: HttpRequest) -> str:
    """The name of the address; "" where there is none."""
    try:
        return str(resolve(request.path_info).url_name)
    except Resolver404:
        return ""


def kept_form(request: HttpRequest) -> str:
    """The address of the form that was sent, where the browser has kept it; "" otherwise."""
    is_kept = request.method == "POST" and page_name(request).endswith(DRAFTED)
    return request.get_full_path() if is_kept else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed on our side."""
    return failure_page(request, "500.html", status=500)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to whoever may not do this, or no longer."""
    return HttpResponse(_page(request, "403.html"), status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without the token of this log-in, or from another site."""
    return HttpResponse(_page(request, "403_csrf.html"), status=403)


def failure_page(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that says what failed on our side, and by which id the log knows it."""
    return HttpResponse(_page(request, template, request_id=getattr(request, "id", "")), status=status)


def refusal_page(request: HttpRequest, title: str, explanation: str, *, status: int) -> HttpResponse:
    """A page that says why a request was refused."""
    return HttpResponse(_page(request, "refusal.html", title=title, explanation=explanation), status=status)


def _page(request: HttpRequest, template: str, **context: Any) -> str:
    return loader.render_to_string(template, {**context, "kept_form": kept_form(request)})


def method_not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    response = refusal_page(
        request,
        _("Nothing can be sent to this address"),
        _("This address can only be read. What was sent has not been read, and nothing was changed."),
        status=405,
    )
    response.headers["Allow"] = ", ".join(methods)
    return response
