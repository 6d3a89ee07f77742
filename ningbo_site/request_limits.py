"""Limits on requests: no body for the public site, and none larger than its forms need for the admin.

Granian passes a request on before its body has arrived, and a thread that reads a body waits for the
client. Requests are therefore refused without reading them if possible: by method, declared length and,
in the admin, by account.
"""

import logging
import re
import threading
from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from ningbo_site.error_pages import client_error_page, method_not_allowed, page_name, server_error_page

logger = logging.getLogger("django.request")

SAFE_METHODS = ["GET", "HEAD", "OPTIONS"]
UPLOAD = "timeline_importbatch_upload"
# The charset, if browsers declare one.
CHARSETS = ("utf-8", "utf8")
# Pages of the admin for users who are not logged in.
PUBLIC_ADMIN_VIEWS = ("login", "logout", "jsi18n")
COUNTS = ("-TOTAL_FORMS", "-INITIAL_FORMS")
# Fields with comma-separated keys of records.
KEY_LISTS = ("ids", "_read")


class RequestLimitsMiddleware:
    """Refuse requests beyond a limit with a message that states it, and parse the forms of the admin.

    Small forms, which anybody may send, are parsed and answered a few at a time. Clients that send them
    slowly, or make the server hash many passwords, occupy no more threads than that. Other forms are parsed
    once the account is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.slots = threading.BoundedSemaphore(settings.SMALL_FORMS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if refusal := self._reject(request):
            return refusal
        if request.method == "POST" and body_limit(page_name(request)) == settings.SMALL_FORM_MAX_BYTES:
            return self._answer_small_form(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.method != "POST":
            return None
        if _needs_login(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return _read_form(request)

    def _reject(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response to a request that is refused without reading its body, or None."""
        if request.META.get("QUERY_STRING", "").count("&") >= settings.QUERY_MAX_PARAMETERS:
            return too_many_parameters(request)
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in CHARSETS:
            return unsupported_charset(request)
        if request.method in SAFE_METHODS:
            return None
        in_admin = request.path.startswith(reverse("admin:index"))
        methods = [*SAFE_METHODS, "POST"] if in_admin else SAFE_METHODS
        if request.method not in methods:
            return method_not_allowed(request, methods)
        length = request.META.get("CONTENT_LENGTH") or ""
        if "HTTP_TRANSFER_ENCODING" in request.META or not length:
            return length_required(request)
        if not re.fullmatch(r"[0-9]{1,15}", length):
            raise BadRequest("Content-Length is no number")
        page = page_name(request)
        limit = body_limit(page)
        if int(length) > limit:
            return too_large_file(request) if page == UPLOAD else too_large(request, limit)
        return None

    def _answer_small_form(self, request: HttpRequest) -> HttpResponse:
        if not self.slots.acquire(blocking=False):
            return too_busy(request)
        try:
            return _read_form(request) or self.get_response(request)
        finally:
            self.slots.release()


def _read_form(request: HttpRequest) -> HttpResponse | None:
    """Parse the form. Returns the response if it exceeds a limit or cannot be read, or None."""
    try:
        form = request.POST
    except RequestDataTooBig:
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    except TooManyFieldsSent:
        return too_many_fields(request)
    except TooManyFilesSent:
        return too_many_files(request)
    except UnreadablePostError as broken:
        raise BadRequest("The form broke off") from broken
    except OSError as full:
        # Uploaded files are stored on disk while the form is parsed, and the disk is full.
        logger.error("%s: %s", request.path, full, extra={"request": request, "status_code": 507})
        return server_error_page(request, "507.html", status=507)
    return too_many_rows(request, form) or too_many_keys(request, form)


def body_limit(page: str) -> int:
    """Return the maximum size in bytes of a form of the admin, by the name of its URL pattern."""
    if page == UPLOAD:
        return settings.CONTENT_FILE_MAX_BYTES + settings.UPLOAD_MARGIN_BYTES
    # Records of the chronicle have long texts. Accounts and login do not.
    return settings.FORM_MAX_BYTES if page.startswith("timeline_") else settings.SMALL_FORM_MAX_BYTES


def _needs_login(request: HttpRequest) -> bool:
    """Whether the admin would redirect this request to its login, whatever it contains."""
    match = request.resolver_match
    if match is None or match.namespaces != ["admin"] or match.url_name in PUBLIC_ADMIN_VIEWS:
        return False
    return not admin.site.has_permission(request)


# Responses


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    return client_error_page(
        request,
        _("The form is too large"),
        _("This form may have at most %(limit)s. Nothing was saved.") % {"limit": filesizeformat(limit)},
        status=413,
    )


def too_large_file(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("The file is too large"),
        _("A file may have at most %(limit)s. Nothing was imported.")
        % {"limit": filesizeformat(settings.CONTENT_FILE_MAX_BYTES)},
        status=413,
    )


def too_many_fields(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("The form has too many fields"),
        _("A form may have at most %(limit)s fields. Nothing was saved.")
        % {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS},
        status=413,
    )


def too_many_files(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("Too many files"),
        _("A form may have at most %(limit)s files. Nothing was saved.")
        % {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FILES},
        status=413,
    )


def too_many_rows(request: HttpRequest, form: QueryDict) -> HttpResponse | None:
    """Return a response if a formset declares more rows than the limit, or None."""
    for name in form:
        if not name.endswith(COUNTS):
            continue
        for count in form.getlist(name):
            if not re.fullmatch(r"[0-9]{1,9}", count):
                return client_error_page(
                    request,
                    _("The form cannot be read"),
                    _("The form does not say how many rows its lists have. Nothing was saved."),
                    status=400,
                )
            if int(count) > settings.FORM_MAX_ROWS:
                return client_error_page(
                    request,
                    _("The form has too many rows"),
                    _(
                        "A list in a form, such as the citations, may have at most %(limit)s rows. Nothing was saved."
                    )
                    % {"limit": settings.FORM_MAX_ROWS},
                    status=400,
                )
    return None


def too_many_keys(request: HttpRequest, form: QueryDict) -> HttpResponse | None:
    """Return a response if a field names more records than the limit, or None."""
    for name, values in form.lists():
        commas = sum(value.count(",") for value in values) if name in KEY_LISTS else 0
        if len(values) + commas > settings.FORM_MAX_KEYS:
            return client_error_page(
                request,
                _("Too many records at once"),
                _("At most %(limit)s records can be chosen at once. Nothing was changed.")
                % {"limit": settings.FORM_MAX_KEYS},
                status=400,
            )
    return None


def too_many_parameters(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("The address is too long"),
        _("An address may have at most %(limit)s parameters.") % {"limit": settings.QUERY_MAX_PARAMETERS},
        status=400,
    )


def too_busy(request: HttpRequest) -> HttpResponse:
    response = client_error_page(
        request,
        _("Too many forms at once"),
        _(
            "Other forms are being received at this moment. Nothing was changed; please send yours again in a moment."
        ),
        status=429,
    )
    response.headers["Retry-After"] = "5"
    return response


def unsupported_charset(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("The form cannot be read"),
        _("This site takes forms in UTF-8 only. Nothing was saved."),
        status=400,
    )


def length_required(request: HttpRequest) -> HttpResponse:
    return client_error_page(
        request,
        _("The form does not say its length"),
        _("This site takes only forms that say how long they are. Nothing was saved."),
        status=411,
    )
