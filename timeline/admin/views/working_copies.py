"""The working copy of an entry: its comparison with the public text, its publication and its discarding."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from timeline.admin.conflict_page import render_conflict
from timeline.admin.hidden_fields import seen_number
from timeline.admin.views.base import ConfirmView, RecordView
from timeline.editing.answers import Conflict, Refused, Saved
from timeline.editing.comparison import compare_rows
from timeline.editing.working_copies import (
    conflict_with_public_text,
    discard_working_copy,
    find_working_copy,
    missing_working_copy_message,
    publish_working_copy,
)
from timeline.models import Revision


class BaseWorkingCopyView(RecordView):
    """A page of a working copy. If somebody has ended it, redirects to the entry and says who did."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.copy: Any = find_working_copy(self.record)

    def unavailable(self) -> HttpResponse | None:
        if self.copy is not None:
            return None
        if not Revision.objects.for_entry(self.record).filter(applied=False).exists():
            raise Http404
        return self.refuse(
            missing_working_copy_message(self.record), self.admin.admin_url("change", self.record.pk)
        )

    def comparison(self) -> dict[str, object]:
        """The context that compares it with the public text."""
        table = self.admin.table
        return {
            "differences": compare_rows(table, table.whole_row_of(self.record), self.copy.content),
            "old_heading": _("Public text"),
            "new_heading": _("Working copy"),
        }

    def back_url(self) -> str:
        """The URL of the working copy if it still exists, else of the entry."""
        tag = "working_copy" if find_working_copy(self.record) else "change"
        return self.admin.admin_url(tag, self.record.pk)


class WorkingCopyView(BaseWorkingCopyView):
    """The working copy beside the public text, with links to what can be done with it."""

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.render(
            "working_copy",
            title=_("Working copy and public text"),
            copy=self.copy,
            may_publish=request.user.has_perm(PublishWorkingCopyView.permission),
            may_change=self.admin.has_change_permission(request, self.record),
            **self.comparison(),
        )


class PublishWorkingCopyView(BaseWorkingCopyView, ConfirmView):
    """Publishes a working copy. If the entry has changed meanwhile, the conflict is resolved first."""

    permission = "timeline.publish_entry"

    def unavailable(self) -> HttpResponse | None:
        if response := super().unavailable():
            return response
        conflict = conflict_with_public_text(self.record, self.copy)
        return render_conflict(self.admin, self.request, conflict) if conflict else None

    def get_context(self) -> dict[str, object]:
        return {
            "title": _("Publish the working copy"),
            "message": _("The entry says what the working copy says from now on."),
            **self.comparison(),
            "asks_comment": True,
            "comment": self.copy.comment,
            "seen_number": self.copy.number,
            "button": _("Publish the working copy"),
        }

    def perform(self, by: AbstractUser) -> Saved | Conflict | Refused:
        return publish_working_copy(
            self.record,
            by=by,
            comment=self.request.POST.get("why", ""),
            seen_number=seen_number(self.request),
        )

    def message(self, answer: Saved) -> str:
        if self.record.is_public:
            return _("The working copy is public now.")
        return _("The entry says what the working copy said. Readers do not see it at present.")


class DiscardWorkingCopyView(BaseWorkingCopyView, ConfirmView):
    """Discards a working copy."""

    def has_permission(self) -> bool:
        return super().has_permission() and self.admin.has_change_permission(self.request, self.record)

    def get_context(self) -> dict[str, object]:
        return {
            "title": _("Discard the working copy"),
            "message": _("The public text stays as it is; what the working copy said stays in the history."),
            **self.comparison(),
            "seen_number": self.copy.number,
            "button": _("Discard the working copy"),
            "is_loss": True,
        }

    def perform(self, by: AbstractUser) -> Saved | Refused:
        return discard_working_copy(self.record, by=by, seen_number=seen_number(self.request))

    def message(self, answer: Saved) -> str:
        return _("The working copy was discarded.")
