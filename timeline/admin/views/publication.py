"""The page of a publication: the page as readers will see it, beside the checklist."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline.admin.conflict_page import render_conflict
from timeline.admin.field_comments import field_comments
from timeline.admin.form_messages import QUEUE, decision_message
from timeline.admin.hidden_fields import add_outdated_error, is_outdated, seen_drafts, seen_number
from timeline.admin.named_drafts import describe_drafts, tell_published_with
from timeline.admin.publication_form import PublicationForm, form_of_publication
from timeline.admin.record_status import describe_working_copy, last_writing
from timeline.admin.record_views import actor
from timeline.admin.views.base import ConfirmView
from timeline.admin.views.previews import FRAMED
from timeline.admin.views.working_copies import CopyTransitionView
from timeline.editing.answers import Conflict, Refused, Saved, Unconfirmed
from timeline.editing.approvals import NOTE_COLUMNS
from timeline.editing.checklist import Checklist, checklist_of
from timeline.editing.last_steps import check_transition, last_step
from timeline.editing.revisions import latest_revision_number
from timeline.editing.seen_drafts import SeenDrafts, unread_among, unread_message
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import conflict_with_public_text, find_working_copy
from timeline.models import Revision
from timeline.workflow import TRANSITIONS

PUBLISH = TRANSITIONS["publish"]
# What was typed before, in the address.
GIVEN = ("note", "now", *NOTE_COLUMNS)


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class BasePublicationView(ConfirmView):
    """The page of a publication of a record, or of its working copy if `found_copy` is one."""

    permission = PUBLISH.permission
    found_copy: Revision | None = None

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.started = timezone.now()

    @cached_property
    def checklist(self) -> Checklist:
        return checklist_of(self.record, self.found_copy, actor(self.request))

    def form(self, data: QueryDict | None = None) -> PublicationForm:
        given = {name: value for name in GIVEN if (value := self.request.GET.get(name))}
        return form_of_publication(self.checklist, self.found_copy, actor(self.request), data, given=given)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return self.ask(self.form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        form = self.form(request.POST)
        if is_outdated(request, self.shown_number):
            add_outdated_error(form)
            return self.ask(form)
        if unread := unread_among(self.checklist.drafts, seen_drafts(request)):
            form.add_error(None, unread_message(unread))
            return self.ask(form)
        if self.checklist.refused or not form.is_valid():
            return self.ask(form)
        self.inputs = form.inputs()
        answer = self.perform(actor(request))
        if isinstance(answer, Unconfirmed | Refused):
            for message in answer.reasons if isinstance(answer, Refused) else ():
                form.add_error(None, message)
            return self.ask(form)
        return self.respond(answer)

    def ask(self, form: PublicationForm) -> HttpResponse:
        tag = "preview" if self.found_copy is not None else "draft_preview"
        page_url = self.admin.admin_url(tag, self.record.pk)
        return self.render(
            "publication",
            form=form,
            seen_number=self.shown_number,
            back_url=self.back_url(),
            page_url=page_url,
            preview_url=f"{page_url}?{FRAMED}=1",
            **{**describe_drafts(self.checklist.drafts), **self.get_context()},
        )

    @cached_property
    def shown_number(self) -> int:
        """The number of the newest revision that the page shows."""
        return self.found_copy.number if self.found_copy is not None else latest_revision_number(self.record)


class PublicationView(BasePublicationView):
    """Publishes a draft, or again what was withdrawn, with its working copy if there is one."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.found_copy = find_working_copy(self.record) if self.record.has_ended else None

    def unavailable(self) -> HttpResponse | None:
        try:
            check_transition(PUBLISH, self.record)
        except ValidationError as refusal:
            return self.tell_state(refusal, PUBLISH, last_step(self.record), self.back_url())
        conflict = (
            conflict_with_public_text(self.record, self.found_copy) if self.found_copy is not None else None
        )
        return render_conflict(self.admin, self.request, conflict) if conflict else None

    @cached_property
    def shown_number(self) -> int:
        return latest_revision_number(self.record)

    def back_url(self) -> str:
        return self.admin.admin_url("change", self.record.pk)

    def perform(self, by: AbstractUser) -> Saved | Conflict | Refused | Unconfirmed:
        return perform_listed_transition(
            type(self.record),
            self.record.pk,
            PUBLISH.name,
            by=by,
            seen_number=seen_number(self.request),
            seen_drafts=seen_drafts(self.request),
            with_copy=True,
            **self.inputs,
        )

    def get_context(self) -> dict[str, object]:
        return {
            "comments": field_comments(self.admin, self.record),
            "title": PUBLISH.label,
            "message": _("This is withdrawn. Readers see this page again from now on.")
            if self.record.has_ended
            else _("Readers see this page from now on, or from the time that you choose."),
            "button": PUBLISH.label,
        }

    def message(self, answer: Saved) -> str:
        tell_published_with(self.admin, self.request, [self.record], self.started)
        return decision_message(self.admin, answer)

    def done_url(self) -> str:
        return reverse(QUEUE)


class PublishWorkingCopyView(BasePublicationView, CopyTransitionView):
    """Publishes a working copy, at once or at a time."""

    name = PUBLISH.name

    def seen_drafts(self) -> SeenDrafts | None:
        return seen_drafts(self.request)

    def get_context(self) -> dict[str, object]:
        return {
            **super().get_context(),
            **self.comparison(),
            "copy_status": describe_working_copy(self.copy),
            "copy": last_writing(self.copy),
        }
