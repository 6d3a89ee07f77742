"""Common methods of the admin's additional pages: URLs, finding the record, writing with a message."""

import re
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from timeline.admin.base import BaseAdmin
from timeline.admin.form_drafts import form_token, mark_saved
from timeline.rows.tables import Table, table_of


def actor(request: HttpRequest) -> AbstractUser:
    """The user of the request; the admin requires a login."""
    if not isinstance(request.user, AbstractUser):
        raise PermissionDenied
    return request.user


def expected_revision_number(request: HttpRequest) -> int:
    """The revision number that the user had read, from the form; 0, which no revision has, if it is missing."""
    text = request.POST.get("_read", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def is_popup_request(request: HttpRequest) -> bool:
    """Whether the page is in a pop-up that a form opened for a related record."""
    return IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET


class RecordViewsAdmin(BaseAdmin):
    """An admin with additional pages."""

    # URL below the list, name of the method, and URL name of each page.
    extra_urls: ClassVar[list[tuple[str, str, str]]] = []

    def get_urls(self) -> list[Any]:
        name = f"timeline_{self.model._meta.model_name}"
        own = [
            path(route, self.admin_site.admin_view(getattr(self, view)), name=f"{name}_{tag}")
            for admin_class in type(self).__mro__
            for route, view, tag in vars(admin_class).get("extra_urls", [])
        ]
        return [*own, *super().get_urls()]

    @property
    def table(self) -> Table:
        model: type[Model] = self.model
        return table_of(model)

    def admin_url(self, tag: str, *args: Any) -> str:
        return reverse(f"admin:timeline_{self.model._meta.model_name}_{tag}", args=args)

    def render_page(
        self, request: HttpRequest, name: str, record: Any = None, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Render an additional page in the layout of the admin."""
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "record": record,
            "change_url": self.admin_url("change", record.pk) if record is not None else "",
            "media": self.media,
            "is_popup": is_popup_request(request),
            "form_token": form_token(request) or uuid.uuid4(),
        }
        return TemplateResponse(request, f"admin/timeline/{name}.html", shared | context, status=status)

    def get_record_or_404(self, request: HttpRequest, key: Any) -> Any:
        """The record of that key. Raises Http404 or PermissionDenied."""
        record = self.get_object(request, str(key))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def perform(
        self,
        request: HttpRequest,
        write: Callable[[], Any],
        done: str | Callable[[Any], str],
        there: str,
        back: Callable[[], str],
    ) -> HttpResponse:
        """Call `write`, add a message and redirect; on ValidationError, add its messages and go back.

        The success message may depend on the result of `write`.
        """
        try:
            written = write()
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(back())
        except ProtectedError as refusal:
            self.message_user(request, str(refusal.args[0]), messages.ERROR)
            return HttpResponseRedirect(back())
        self.message_user(request, done if isinstance(done, str) else done(written))
        return mark_saved(request, HttpResponseRedirect(there))
