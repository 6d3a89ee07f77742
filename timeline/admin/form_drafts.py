"""Drafts of changed forms, which the browser keeps: what a form belongs to, and that it was saved."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# The hidden field that tells two openings of the same form apart, and the one that the script adds (see drafts.js).
TOKEN_FIELD, DRAFT_FIELD = "_token", "_draft"
# A draft of a form whose cookie no page has seen by then is offered once more, and holds what was saved.
COOKIE_AGE = 24 * 60 * 60


def form_token(request: HttpRequest) -> uuid.UUID | None:
    """The token of the form that was sent, or None."""
    try:
        return uuid.UUID(request.POST.get(TOKEN_FIELD, ""))
    except ValueError:
        return None


def mark_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response, with a cookie by which the script removes the draft of the form that was sent."""
    token = form_token(request)
    if token and DRAFT_FIELD in request.POST:
        response.set_cookie(
            f"saved-form-{token}",
            "1",
            max_age=COOKIE_AGE,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class FormDraftsMixin:
    """A screen whose changed forms the browser keeps until they are saved."""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["form_token"] = form_token(request) or uuid.uuid4()
        response = super().render_change_form(request, context, *args, **kwargs)
        # Sent as multipart, where a Chinese character takes three bytes of what a form may hold, and not nine.
        response.context_data["has_file_field"] = True
        return response

    def response_add(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return mark_saved(request, super().response_add(request, *args, **kwargs))

    def response_change(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return mark_saved(request, super().response_change(request, *args, **kwargs))
