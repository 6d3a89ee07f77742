"""Previews: the public page of a record with content that is not public, at addresses of the admin."""

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from timeline.admin import transition_buttons
from timeline.admin.checklist_form import CONFIRM_FIELD
from timeline.admin.field_comments import field_comments
from timeline.admin.form_context import assignment_context
from timeline.admin.form_drafts import form_token, mark_saved
from timeline.admin.form_messages import QUEUE, decision_message
from timeline.admin.hidden_fields import add_outdated_error, is_outdated, seen_drafts, seen_number
from timeline.admin.named_drafts import describe_named_drafts, tell_published_with
from timeline.admin.publication_form import PreviewForm
from timeline.admin.record_status import label_of_stage
from timeline.admin.record_views import actor
from timeline.admin.submitted_findings import tell_findings
from timeline.admin.transition_buttons import (
    add_note_fields,
    approval_of,
    asks_for_approval,
    is_change,
    publishes,
)
from timeline.admin.views.base import AdminView, RecordView
from timeline.admin.views.working_copies import BaseWorkingCopyView, ScheduledCopyView
from timeline.editing.answers import Refused, Unconfirmed
from timeline.editing.checklist import checklist_of
from timeline.editing.revisions import latest_revision_number
from timeline.editing.stages import stage_of
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import find_working_copy
from timeline.i18n.display import format_datetime
from timeline.public.views.previews import preview_colours, preview_record

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin

# In the address of a preview: the page alone, as readers will see it, in the frame of the page of its publication.
FRAMED = "framed"


class PreviewView(RecordView):
    """A preview, which pages of the admin may show in a frame: nothing else of the site may be framed."""

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(
        csp_update({"img-src": ["data:"]})
    )  # the logo of a chronicle that is not public has no address
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_framed(self) -> bool:
        return FRAMED in self.request.GET


class RecordPreviewView(PreviewView):
    """A record that is not public: a draft, a scheduled or a withdrawn one, with the buttons of its transitions."""

    admin: "PublishedRecordAdmin"

    def unavailable(self) -> HttpResponse | None:
        return HttpResponseRedirect(self.record.get_absolute_url()) if self.record.is_public else None

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._display(self._form())

    def post(self, request: HttpRequest, object_id: int) -> HttpResponse:
        transition = transition_buttons.pressed_transition(request)
        form = self._form(request.POST)
        if is_outdated(request, latest_revision_number(self.record)):
            add_outdated_error(form)
        if transition is None or not form.is_valid():
            return self._display(form)
        started = timezone.now()
        inputs = {"public_from": moment} if (moment := form.cleaned_data["public_from"]) else {}
        answer = perform_listed_transition(
            self.admin.model,
            object_id,
            transition.name,
            by=actor(request),
            comment=form.cleaned_data["why"],
            seen_number=seen_number(request),
            seen_drafts=seen_drafts(request),
            approval=replace(approval_of(form), confirmed=form.cleaned_data.get(CONFIRM_FIELD, ())),
            **inputs,
        )
        if isinstance(answer, Unconfirmed):
            # It arose in this moment: the page lists it now.
            return self._display(self._form(request.POST))
        if isinstance(answer, Refused):
            self.record = self.admin.get_record_or_404(request, object_id)
            for name, found in answer.messages.items():
                form.add_error(name if name in form.fields else NON_FIELD_ERRORS, found)
            return self.unavailable() or self._display(form)
        self.admin.message_user(request, decision_message(self.admin, answer), messages.SUCCESS)
        tell_published_with(self.admin, request, [self.record], started)
        tell_findings(self.admin, request, answer.record, answer.transition)
        return mark_saved(request, HttpResponseRedirect(reverse(QUEUE)))

    def _transitions(self) -> list[dict[str, str]]:
        """The buttons. Those of a working copy are on the page that displays it; a frame has none, since it is on the page of one."""
        if self.is_framed:
            return []
        return self.admin.available_transitions(self.request, self.record, of_copies=False)

    def _form(self, data: QueryDict | None = None) -> PreviewForm:
        form = PreviewForm(data, label_suffix="")
        form.propose_time(self.record)
        # What was withdrawn is published with its working copy, on the page of that.
        is_text = not (self.record.has_ended and find_working_copy(self.record))
        if is_text and asks_for_approval(self._transitions()):
            form.add_checklist(checklist_of(self.record, by=actor(self.request)))
        if is_change(self.record):
            add_note_fields(form)
        return form

    def _display(self, form: PreviewForm) -> HttpResponse:
        request, record = self.request, self.record
        transitions = self._transitions()
        names, page = transition_buttons.input_names(transitions, record), _("Preview")
        return preview_record(
            request,
            record,
            message=_("Only editors see this page: %(status)s.")
            % {"status": label_of_stage(stage_of(record, is_returned=False), record)},
            back_url=self.admin.admin_url("change", record.pk),
            is_framed=self.is_framed,
            form=form,
            fields=[form[name] for name in names if name in form.fields],
            available_transitions=transitions,
            seen_number=latest_revision_number(record),
            draft_title=f"{page} · {record}",
            comments=field_comments(self.admin, record),
            **assignment_context(self.admin, request, record),
            form_token=form_token(request) or uuid.uuid4(),
            **(describe_named_drafts([record]) if publishes(transitions) else {}),
        )


class ColoursPreviewView(AdminView):
    """The style sheet of a preview of the chronicle, with colours that are not public."""

    def get(self, request: HttpRequest, colours: str) -> HttpResponse:
        return preview_colours(colours)


class WorkingCopyPreviewView(PreviewView, BaseWorkingCopyView):
    """The working copy of a record."""

    # The page that compares it with the public text.
    page = "working_copy"

    def message(self) -> str:
        if self.record.is_public:
            return _("This is the working copy: readers still see the former text.")
        return _("This is the working copy: readers do not see it at present.")

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return preview_record(
            request,
            self.admin.table.preview_as(object_id, self.copy.content),
            message=self.message(),
            back_url=self.admin.admin_url(self.page, object_id),
            is_framed=self.is_framed,
        )


class ScheduledCopyPreviewView(WorkingCopyPreviewView, ScheduledCopyView):
    """The scheduled working copy over which another was begun."""

    page = "scheduled_copy"

    def message(self) -> str:
        return _("This is the scheduled change: readers see it from %(when)s.") % {
            "when": format_datetime(moment) if (moment := self.copy.public_from) else ""
        }
