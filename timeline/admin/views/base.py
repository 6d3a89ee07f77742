"""The base classes of the admin's own pages: finding the record, permissions, confirmation."""

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from timeline.admin.conflict_page import render_conflict
from timeline.admin.form_drafts import mark_saved
from timeline.admin.permission_names import denial
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.editing.answers import Conflict, Refused, Saved
from timeline.editing.last_steps import describe_step
from timeline.models import Revision
from timeline.models.records import Record
from timeline.workflow import Transition


class AdminView(View):
    """A page of an admin, for users who may view its records and have `permission`, if it is set."""

    admin: RecordViewsAdmin = None
    permission = ""
    record: Record = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not self.has_permission():
            raise denial(request.user, self.permission)
        if objection := self.objection():
            raise PermissionDenied(objection)
        return self.unavailable() or super().dispatch(request, *args, **kwargs)

    def has_permission(self) -> bool:
        may_view = self.admin.has_view_permission(self.request, self.record)
        return may_view and (not self.permission or self.request.user.has_perm(self.permission))

    def objection(self) -> str:
        """Why the page is not for a user who has the permission, "" if it is."""
        return ""

    def unavailable(self) -> HttpResponse | None:
        """The response instead of the page if the page does not apply now, else None."""
        return None

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """A page that only displays something answers any method, as those of Django's admin do."""
        return self.get(request, *args, **kwargs)

    def render(self, template: str, status: int = 200, /, **context: object) -> HttpResponse:
        return self.admin.render_page(self.request, template, self.record, status, **context)

    def refuse(self, message: str, url: str) -> HttpResponse:
        self.admin.message_user(self.request, message, messages.ERROR)
        return HttpResponseRedirect(url)

    def tell_state(
        self, refusal: ValidationError, transition: Transition, step: Revision | None, url: str
    ) -> HttpResponse:
        """Lead away from a page whose transition does not apply.

        Who only opens it, as by the browser's Back, has asked for nothing, and who sends it again has done it already: what was
        done last is told, and not that something was refused.
        """
        actions = (transition.action, transition.action_of_copy)
        is_done = step is not None and step.created_by == self.request.user and step.action in actions
        if step is None or self.request.method != "GET" and not is_done:
            return self.refuse(" ".join(refusal.messages), url)
        self.admin.message_user(self.request, _("%(step)s.") % {"step": describe_step(step)}, messages.INFO)
        return HttpResponseRedirect(url)


class RecordView(AdminView):
    """A page about the record whose key is in the URL."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.record = self.admin.get_record_or_404(request, kwargs["object_id"])


class ActionView(AdminView):
    """An action on the record whose key is in the URL. Redirects to its form, or back if it is refused."""

    def perform(self, by: AbstractUser) -> Saved | Conflict | Refused:
        """Call the service."""
        raise NotImplementedError

    def message(self, answer: Saved) -> str:
        """The message after the action was performed."""
        raise NotImplementedError

    def back_url(self) -> str:
        raise NotImplementedError

    def refused_url(self) -> str:
        """Where a refusal leads."""
        return self.back_url()

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return self.respond(self.perform(actor(request)))

    def respond(self, answer: Saved | Conflict | Refused) -> HttpResponse:
        """The response to what the service answered."""
        if isinstance(answer, Refused):
            return self.refuse(" ".join(answer.reasons), self.refused_url())
        if isinstance(answer, Conflict):
            return render_conflict(self.admin, self.request, answer)
        self.admin.message_user(self.request, self.message(answer))
        return mark_saved(self.request, HttpResponseRedirect(self.done_url()))

    def done_url(self) -> str:
        """Where to go after the action."""
        return self.admin.admin_url("change", self.kwargs["object_id"])


class ConfirmView(ActionView, RecordView):
    """An action with a page that says what will happen; its form has the number of the revision shown."""

    def get_context(self) -> dict[str, object]:
        """The context of the template `confirmation.html`."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return self.render("confirmation", back_url=self.back_url(), **self.get_context())
