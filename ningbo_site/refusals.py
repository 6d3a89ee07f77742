"""Pages for requests that failed or were refused, made without the database."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed on our side."""
    return failure_page(request, "500.html", status=500)


def failure_page(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that says what failed on our side, and by which id the log knows it."""
    return HttpResponse(
        loader.render_to_string(template, {"request_id": getattr(request, "id", "")}), status=status
    )


def refusal_page(
    request: HttpRequest, title: str, explanation: str, *, status: int, keeps_draft: bool = False
) -> HttpResponse:
    """A page that says why a request was refused, and where the form is that was kept in the browser."""
    context: dict[str, Any] = {
        "title": title,
        "explanation": explanation,
        "form_address": request.path if keeps_draft else "",
    }
    return HttpResponse(loader.render_to_string("refusal.html", context), status=status)


def method_not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    response = refusal_page(
        request,
        _("Nothing can be sent to this address"),
        _("This address can only be read. What was sent has not been read, and nothing was changed."),
        status=405,
    )
    response.headers["Allow"] = ", ".join(methods)
    return response
