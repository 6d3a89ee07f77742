"""Restoring a record to a former revision, and recovery of deleted drafts: what will be lost is named before."""

from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline.admin.form_messages import working_copy_message
from timeline.admin.former_values import describe_losses, form_url, loss_message
from timeline.admin.hidden_fields import seen_number
from timeline.admin.record_views import actor
from timeline.admin.transition_buttons import ChangeReasonForm
from timeline.admin.views.base import ActionView, AdminView, ConfirmView
from timeline.editing.answers import Refused, Saved
from timeline.editing.comparison import compare_rows
from timeline.editing.restoring import (
    Restoration,
    objection_to_restoring,
    preview_restoration,
    recoverable_drafts,
    recovery_refusal,
    refusal_of_restoring,
    restore_revision,
)
from timeline.editing.revisions import deleted_drafts, deleted_drafts_of, latest_revision_number
from timeline.models import Revision
from timeline.workflow import TRANSITIONS


class BaseRestoreView(ActionView):
    """A page that restores `revision`. What cannot be saved any more is mended in the form of the record."""

    permission = "timeline.restore_entry"
    revision: Revision = None

    @cached_property
    def restoration(self) -> Restoration:
        return preview_restoration(self.revision)

    @property
    def form_url(self) -> str:
        return form_url(self.admin.model, self.revision.record, self.revision.number)

    def losses(self) -> dict[str, object]:
        """The context with what restoring leaves out, and with the form, if that is the only way."""
        restoration = self.restoration
        return {
            **describe_losses(self.admin.table, restoration),
            "form_url": self.form_url if restoration.errors else "",
        }

    def refused_url(self) -> str:
        return self.form_url if self.restoration.errors else super().refused_url()


class RestoreView(BaseRestoreView, ConfirmView):
    """Restores a record to a former revision, as a working copy if it is or was public."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        revisions = Revision.objects.for_record(self.record)
        self.revision = get_object_or_404(revisions, number=kwargs["number"])

    def has_permission(self) -> bool:
        return super().has_permission() and self.admin.has_change_permission(self.request, self.record)

    def objection(self) -> str:
        return objection_to_restoring(self.record, self.request.user)

    def unavailable(self) -> HttpResponse | None:
        refusal = refusal_of_restoring(self.record, self.request.user)
        return self.refuse(refusal, self.admin.admin_url("working_copy", self.record.pk)) if refusal else None

    def get_context(self) -> dict[str, object]:
        table, number = self.admin.table, {"number": self.revision.number}
        whole = self.request.GET.get("whole", "")
        return {
            "title": _("Restore revision %(number)s") % number,
            "message": _(
                "This entry is or was public: what it was then becomes its working copy, and the public page stays as it is until that is published."
            )
            if self.record.is_ever_public
            else _(
                "The entry becomes what it was then, topics, sources and relations included. What it is now stays in the history."
            ),
            "differences": compare_rows(
                table, table.whole_row_of(self.record), self.restoration.row, whole=whole
            ),
            "old_heading": _("Now"),
            "new_heading": _("Revision %(number)s") % number,
            "form": self.form,
            "seen_number": latest_revision_number(self.record),
            "button": _("Restore"),
            **self.losses(),
        }

    @cached_property
    def form(self) -> ChangeReasonForm:
        given = self.request.POST if self.request.method == "POST" else None
        return ChangeReasonForm(given, label_suffix="")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def perform(self, by: AbstractUser) -> Saved | Refused:
        return restore_revision(
            self.revision,
            by=by,
            comment=self.form.cleaned_data["why"],
            seen_number=seen_number(self.request),
        )

    def message(self, answer: Saved) -> str:
        if answer.revision is None:
            return _("Nothing was changed.")
        done = working_copy_message(answer.record) if answer.is_working_copy else _("Restored.")
        lost = loss_message(self.admin.table, answer, self.revision.content["slug"])
        return f"{done} {lost}".strip()

    def back_url(self) -> str:
        return self.admin.admin_url("history", self.record.pk)


class DeletedDraftsView(AdminView):
    """The deleted drafts of a model, with links to recover them: one's own, or all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        model, user = self.admin.model, actor(request)
        is_reviewer = user.has_perm(TRANSITIONS["publish"].permission)
        whose = request.GET.get("whose")
        # To editors their own are of use first, to reviewers all.
        only_own = whose == "own" or whose != "all" and not is_reviewer
        drafts = deleted_drafts_of(model, user) if only_own else deleted_drafts(model)
        page = Paginator(
            drafts.annotate(slug=KT("content__slug")).defer("content"), self.admin.list_per_page
        ).get_page(request.GET.get("page"))
        may_restore = user.has_perm(RecoverView.permission)
        recoverable = recoverable_drafts(model, [one.record for one in page], user) if may_restore else set()
        return self.render(
            "deleted_drafts",
            title=_("Deleted drafts"),
            deleted_drafts=page,
            recoverable=recoverable,
            only_own=only_own,
            recovers_all=may_restore and is_reviewer,
        )


class RecoverView(BaseRestoreView):
    """Recovers a deleted draft with its history."""

    @cached_property
    def revision(self) -> Revision:
        """The last revision of the draft."""
        return get_object_or_404(deleted_drafts(self.admin.model), record=self.kwargs["object_id"])

    def objection(self) -> str:
        keys = [self.kwargs["object_id"]]
        may_recover = recoverable_drafts(self.admin.model, keys, self.request.user)
        return "" if may_recover else recovery_refusal()

    def unavailable(self) -> HttpResponse | None:
        """On a page that was opened too late, or by hand."""
        of_draft = deleted_drafts(self.admin.model).filter(record=self.kwargs["object_id"])
        if self.request.method == "GET" and not of_draft.exists():
            return HttpResponseRedirect(self.back_url())
        return None

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        table, row = self.admin.table, self.restoration.row
        return self.render(
            "confirmation",
            title=_("Recover “%(title)s”") % {"title": self.revision.title},
            message=_("The draft comes back with its whole history."),
            differences=compare_rows(table, table.blank_row, row, whole=request.GET.get("whole", "")),
            old_heading="",
            new_heading=_("Deleted draft"),
            button=_("Recover"),
            back_url=self.back_url(),
            **self.losses(),
        )

    def perform(self, by: AbstractUser) -> Saved | Refused:
        return restore_revision(self.revision, by=by, comment=_("Deleted draft recovered"))

    def message(self, answer: Saved) -> str:
        lost = loss_message(self.admin.table, answer, self.revision.content["slug"])
        done = _("Recovered.")
        return f"{done} {lost}".strip()

    def back_url(self) -> str:
        return self.admin.admin_url("deleted")
