"""The working copy of a record: its comparison with the public text, its transitions and its discarding."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.admin.conflict_page import render_conflict
from timeline.admin.field_comments import field_comments
from timeline.admin.form_context import assignment_context, copy_links, scheduled_context
from timeline.admin.form_messages import QUEUE, decision_message, publication_message, unchanged_message
from timeline.admin.hidden_fields import add_outdated_error, is_outdated, seen_number
from timeline.admin.named_drafts import describe_drafts, describe_drafts_of_copy, tell_published_with
from timeline.admin.publication_form import form_of_publication
from timeline.admin.publication_url import TIME_FIELD
from timeline.admin.record_status import describe_working_copy, last_writing
from timeline.admin.record_views import actor
from timeline.admin.submitted_findings import tell_findings
from timeline.admin.transition_buttons import (
    get_transition_or_404,
    tell_time_of_record,
)
from timeline.admin.transition_form import TransitionForm
from timeline.admin.views.base import ConfirmView, RecordView
from timeline.editing.answers import Conflict, Refused, Saved, Unconfirmed
from timeline.editing.checklist import checklist_of
from timeline.editing.comparison import compare_revisions
from timeline.editing.copy_transitions import (
    check_transition_of_copy,
    concerns_scheduled,
    perform_copy_transition,
    transitions_of_copy,
)
from timeline.editing.last_steps import check_transition, last_step
from timeline.editing.seen_drafts import SeenDrafts
from timeline.editing.working_copies import (
    authors_of_copy,
    check_nothing_scheduled,
    conflict_with_public_text,
    discard_working_copy,
    find_scheduled_copy,
    find_working_copy,
    may_discard,
    missing_working_copy_message,
)
from timeline.models import Revision
from timeline.workflow import TRANSITIONS, Status, TransitionFields, TransitionNotAllowedError

PUBLISH = TRANSITIONS["publish"]
# In a form that only asks for the page of the transition, with the note that was typed for another.
ASK_FIELD = "_ask"


class BaseWorkingCopyView(RecordView):
    """A page of a working copy. If somebody has ended it, redirects to the record and says who did."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.found_copy = find_working_copy(self.record)

    @property
    def copy(self) -> Revision:
        """The working copy, of which there is one wherever the page is not `unavailable()`."""
        if self.found_copy is None:
            raise Http404
        return self.found_copy

    def unavailable(self) -> HttpResponse | None:
        if self.found_copy is not None:
            return None
        if not Revision.objects.for_record(self.record).filter(applied=False).exists():
            raise Http404
        return self.refuse(
            missing_working_copy_message(self.record), self.admin.admin_url("change", self.record.pk)
        )

    def comparison(self) -> dict[str, object]:
        """The context that compares it with the public text."""
        table = self.admin.table
        return {
            "differences": compare_revisions(
                table,
                table.whole_row_of(self.record),
                self.copy.content,
                whole=self.request.GET.get("whole", ""),
            ),
            "old_heading": _("Public text") if self.record.is_public else _("Present text"),
            "new_heading": _("Working copy"),
            "comments": field_comments(self.admin, self.record),
        }

    def back_url(self) -> str:
        """The URL of the working copy if it still exists, else of the record."""
        tag = "working_copy" if find_working_copy(self.record) else "change"
        return self.admin.admin_url(tag, self.record.pk)


class WorkingCopyView(BaseWorkingCopyView):
    """The working copy beside the public text, with the form of its publication and links to what else can be done with it."""

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        publication = self._publication()
        links = copy_links(self.admin, request, self.copy)
        return self.render(
            "working_copy",
            title=_("Working copy and public text")
            if self.record.is_public
            else _("Working copy and present text"),
            copy=last_writing(self.copy),
            copy_status=describe_working_copy(self.copy),
            transitions=[link for link in links if link[1] != publication.get("publish_url")],
            **publication,
            may_change=self.admin.has_change_permission(request, self.record),
            may_discard=may_discard(self.copy, actor(request)),
            preview_url=self.admin.admin_url("preview", self.record.pk),
            **scheduled_context(self.admin, request, self.record, self.copy),
            **assignment_context(self.admin, request, self.record),
            **self.comparison(),
        )

    def _publication(self) -> dict[str, object]:
        """The form that publishes it, whose page takes it from there; nothing if the user cannot, as it is now."""
        user = actor(self.request)
        if PUBLISH not in transitions_of_copy(self.copy, user):
            return {}
        try:
            check_transition_of_copy(self.record, self.copy, PUBLISH, user)
        except ValidationError:
            return {}
        checklist = checklist_of(self.record, self.copy, user)
        return {
            "publish_url": self.admin.admin_url("publish_copy", self.record.pk),
            "form": form_of_publication(checklist, self.copy, user),
            "button": PUBLISH.label_of_copy,
            "seen_number": self.copy.number,
            **describe_drafts(checklist.drafts),
        }


class ScheduledCopyView(BaseWorkingCopyView):
    """The scheduled working copy over which another was begun, beside the public text: it becomes public as it is here."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.found_copy = find_scheduled_copy(self.record)

    def unavailable(self) -> HttpResponse | None:
        if self.found_copy is None:
            if not Revision.objects.for_record(self.record).copies().exists():
                raise Http404
            return self.refuse(_("This is not scheduled any more."), self.back_url())
        if self.copy.is_working_copy:
            return HttpResponseRedirect(self.admin.admin_url("working_copy", self.record.pk))
        return None

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.render(
            "working_copy",
            title=_("Scheduled change and public text")
            if self.record.is_public
            else _("Scheduled change and present text"),
            copy=last_writing(self.copy),
            copy_status=describe_working_copy(self.copy),
            transitions=copy_links(self.admin, request, self.copy),
            preview_url=self.admin.admin_url("preview_scheduled", self.record.pk),
            **{**self.comparison(), "new_heading": _("Scheduled change")},
        )


class CopyActionView(BaseWorkingCopyView, ConfirmView):
    """An action on a working copy, with a form for its inputs. If it is refused, the form is shown with the reasons."""

    def form(self, data: QueryDict | None = None) -> TransitionForm:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._ask(self.form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if ASK_FIELD in request.POST:
            return self._ask(self.form())
        form = self.form(request.POST)
        if is_outdated(request, self.copy.number):
            add_outdated_error(form)
        if not form.is_valid():
            return self._ask(form)
        self.inputs = form.inputs()
        answer = self.perform(actor(request))
        if isinstance(answer, Refused):
            for message in answer.reasons:
                form.add_error(None, message)
            return self._ask(form)
        return self.respond(answer)

    def _ask(self, form: TransitionForm) -> HttpResponse:
        return self.render(
            "confirmation",
            back_url=self.back_url(),
            form=form,
            seen_number=self.copy.number,
            **self.comparison(),
            **self.get_context(),
        )


class CopyTransitionView(CopyActionView):
    """A transition of a working copy. If the record has changed meanwhile, the conflict is resolved first."""

    # That of the transition, if the address does not have it.
    name = ""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.transition = get_transition_or_404(self.name or str(kwargs["step"]))
        self.permission = self.transition.permission
        self.started = timezone.now()
        if concerns_scheduled(self.transition):
            self.found_copy = find_scheduled_copy(self.record)

    def has_permission(self) -> bool:
        if not super().has_permission():
            return False
        is_author = self.found_copy is None or self.request.user.pk in authors_of_copy(self.copy)
        return is_author or not self.transition.authors_only

    def unavailable(self) -> HttpResponse | None:
        if response := super().unavailable():
            return response
        try:
            check_transition(self.transition, self.record, self.copy)
            if self.transition.target == Status.PUBLISHED:
                check_nothing_scheduled(self.copy)
        except ValidationError as refusal:
            is_of_state = isinstance(refusal, TransitionNotAllowedError)
            step = last_step(self.record, self.copy) if is_of_state else None
            return self.tell_state(refusal, self.transition, step, self.back_url())
        if self.transition.target != Status.PUBLISHED:
            return None
        conflict = conflict_with_public_text(self.record, self.copy)
        return render_conflict(self.admin, self.request, conflict) if conflict else None

    def form(self, data: QueryDict | None = None) -> TransitionForm:
        inputs = self.transition.fields
        if inputs is TransitionFields.NOTE_AND_TIME and self.record.has_ended:
            # At once or not at all.
            inputs = TransitionFields.NOTE
        typed = self.request.POST.get("note", "") if ASK_FIELD in self.request.POST else ""
        note = typed or self.own_note()
        initial: dict[str, object] = {"note": note, "reason": typed, TIME_FIELD: self.copy.public_from}
        form = TransitionForm(inputs, data, initial=initial)
        if typed:
            # Below a comparison, where it would be overlooked.
            form.asked[0].field.widget.attrs["autofocus"] = True
        tell_time_of_record(form, self.record)
        return form

    def own_note(self) -> str:
        """What the user has said of the copy, to be said of the transition as well; never the words of another."""
        is_own = not self.copy.is_scheduled and self.copy.created_by == self.request.user
        return str(self.copy.comment) if is_own else ""

    def get_context(self) -> dict[str, object]:
        is_publication = self.transition.target == Status.PUBLISHED
        return {
            "title": self.transition.label_of_copy
            if self.transition.copy_label
            else _("Working copy: %(verb)s") % {"verb": self.transition.label},
            "message": publication_message(self.record, self.transition)
            if is_publication
            else unchanged_message(self.record),
            "button": self.transition.label_of_copy,
            **(describe_drafts_of_copy(self.copy) if is_publication else {}),
        }

    def perform(self, by: AbstractUser) -> Saved | Conflict | Refused | Unconfirmed:
        return perform_copy_transition(
            self.record,
            self.transition.name,
            by=by,
            seen_number=seen_number(self.request),
            seen_drafts=self.seen_drafts(),
            **self.inputs,
        )

    def seen_drafts(self) -> SeenDrafts | None:
        """Those of the drafts that a publication takes along; None where it has no page of its own."""
        return None

    def message(self, answer: Saved) -> str:
        tell_published_with(self.admin, self.request, [self.record], self.started)
        tell_findings(self.admin, self.request, answer.record, answer.transition)
        return decision_message(self.admin, answer)

    def done_url(self) -> str:
        return reverse(QUEUE)


class DiscardWorkingCopyView(CopyActionView):
    """Discards a working copy for a reason: its authors may, and reviewers."""

    def has_permission(self) -> bool:
        return (
            super().has_permission()
            and self.admin.has_change_permission(self.request, self.record)
            and (self.found_copy is None or may_discard(self.copy, actor(self.request)))
        )

    def form(self, data: QueryDict | None = None) -> TransitionForm:
        return TransitionForm(TransitionFields.REASON, data)

    def get_context(self) -> dict[str, object]:
        kept = _("What the working copy said stays in the history.")
        return {
            "title": _("Discard the working copy"),
            "message": f"{unchanged_message(self.record)} {kept}",
            "button": _("Discard the working copy"),
            "is_loss": True,
        }

    def perform(self, by: AbstractUser) -> Saved | Refused:
        comment, seen = self.inputs["comment"], seen_number(self.request)
        return discard_working_copy(self.record, by=by, comment=comment, seen_number=seen)

    def message(self, answer: Saved) -> str:
        return _("The working copy was discarded.")
