"""The server's part of form drafts in the browser: the form's token, and the cookie after a save."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

# The hidden field with the token of this form, and the field that the script adds (see drafts.js).
TOKEN_FIELD, DRAFT_FIELD = "_token", "_draft"
# In seconds. If no page reads the cookie by then, the draft is offered once more although it was saved.
COOKIE_AGE = 24 * 60 * 60


def form_token(request: HttpRequest) -> uuid.UUID | None:
    """The token of the submitted form, or None."""
    try:
        return uuid.UUID(request.POST.get(TOKEN_FIELD, ""))
    except ValueError:
        return None


def mark_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Set the cookie by which the script deletes the draft of the submitted form, and return the response."""
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


def with_token(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the form on a page of the admin by its token, and return the response."""
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data["form_token"] = form_token(request) or uuid.uuid4()
        # Makes the form multipart, in which a Chinese character takes three bytes of the request limit and not nine.
        response.context_data["has_file_field"] = True
    return response


class FormDraftsMixin:
    """An admin of Django whose changed forms the browser stores until they are saved."""

    def render_change_form(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return with_token(request, super().render_change_form(request, *args, **kwargs))

    def response_add(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return mark_saved(request, super().response_add(request, *args, **kwargs))

    def response_change(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return mark_saved(request, super().response_change(request, *args, **kwargs))
