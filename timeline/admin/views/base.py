"""The base classes of the admin's own pages: which record, who may see it, and a question before something is done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views import View

from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import RecordViewsAdmin, actor


class AdminView(View):
    """A page of an admin, for those who may view its records.

    `admin` and `name`, the last part of the URL name, come from the list `extra_urls` of the admin.
    """

    admin: RecordViewsAdmin = None
    name = ""
    # A permission that the page requires besides.
    permission = ""
    record: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_permission():
            raise PermissionDenied
        return self.unavailable() or super().dispatch(request, *args, **kwargs)

    def has_permission(self) -> bool:
        may_view = self.admin.has_view_permission(self.request, self.record)
        return may_view and (not self.permission or self.request.user.has_perm(self.permission))

    def unavailable(self) -> HttpResponseBase | None:
        """The response instead of the page if it does not apply now; None if it does."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A page that only displays something answers any method, as those of Django's admin do."""
        return self.get(request, *args, **kwargs)

    def render(self, template: str, **context: Any) -> HttpResponse:
        return self.admin.render_page(self.request, template, self.record, **context)

    def refuse(self, message: str, url: str) -> HttpResponse:
        """Redirect with an error message."""
        self.admin.message_user(self.request, message, messages.ERROR)
        return HttpResponseRedirect(url)


class RecordView(AdminView):
    """A page about the record whose key is in the URL."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.record = self.admin.get_object(request, str(kwargs["object_id"]))
        if self.record is None:
            raise Http404


class ActionView(AdminView):
    """Does something to the record whose key is in the URL, and returns to its form with a message.

    What the service refuses leads back, with its sentences.
    """

    def perform(self, by: AbstractUser) -> str:
        """Do it, and return the message. Raises ValidationError or ProtectedError if it is refused."""
        raise NotImplementedError

    def back_url(self) -> str:
        """Where a refusal leads, and the button to cancel."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            message = self.perform(actor(request))
        except ValidationError as refusal:
            return self.refuse(" ".join(refusal.messages), self.back_url())
        except ProtectedError as refusal:
            return self.refuse(str(refusal.args[0]), self.back_url())
        self.admin.message_user(request, message)
        return mark_saved(request, HttpResponseRedirect(self.admin.admin_url("change", kwargs["object_id"])))


class ConfirmView(ActionView, RecordView):
    """An action with a page that says what will happen before a button does it.

    The form has the number of the revision that was read, so that nothing is done to what somebody changed since.
    """

    button: Any = ""
    asks_why = False
    is_loss = False

    def get_context(self) -> dict[str, Any]:
        """The title, the message, the differences with their headings, and the number of the revision."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render(
            "confirmation",
            button=self.button,
            asks_why=self.asks_why,
            is_loss=self.is_loss,
            back_url=self.back_url(),
            **self.get_context(),
        )
