"""The history of an entry: its revisions, their comparison and restoring; deleted drafts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline.admin.base import parse_primary_key
from timeline.admin.hidden_fields import seen_number
from timeline.admin.views.base import ActionView, AdminView, ConfirmView, RecordView
from timeline.editing.answers import Refused, Saved
from timeline.editing.comparison import column_label, compare_rows
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import deleted_drafts, latest_revision_number
from timeline.editing.working_copies import find_working_copy
from timeline.models import Revision
from timeline.rows.cell_text import cell_text
from timeline.rows.tables import Table


class HistoryView(RecordView):
    """The revisions of an entry: author, time and comment, with links to compare and restore them."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        numbers = {parse_primary_key(request.GET.get(name, "")) for name in ("old", "new")}
        chosen = sorted(number for number in numbers if number is not None)
        if len(chosen) == 2:
            return HttpResponseRedirect(self.admin.admin_url("compare", self.record.pk, *chosen))
        if chosen:
            self.admin.message_user(request, _("Choose two different revisions."), messages.ERROR)
        newest_first = (
            Revision.objects.for_entry(self.record).order_by("-number").select_related("created_by")
        )
        may_restore = request.user.has_perm(RestoreView.permission)
        # Django's page, in whose template these are displayed.
        page = Paginator(newest_first, self.admin.list_per_page).get_page(request.GET.get("page"))
        context = {"revisions": page, "may_restore": may_restore}
        return self.admin.history_view(request, object_id, context)


class ComparisonView(RecordView):
    """Two revisions of an entry, compared."""

    def get(self, request: HttpRequest, object_id: int, old: int, new: int) -> HttpResponse:
        revisions = Revision.objects.for_entry(self.record)
        before, after = (get_object_or_404(revisions, number=number) for number in (old, new))
        return self.render(
            "compare",
            title=_("Revision %(old)s and %(new)s") % {"old": old, "new": new},
            before=before,
            after=after,
            differences=compare_rows(self.admin.table, before.content, after.content),
        )


class RestoreView(ConfirmView):
    """Restores an entry to a former revision, as a working copy if it is or was public."""

    permission = "timeline.restore_entry"

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        revisions = Revision.objects.for_entry(self.record)
        self.revision = get_object_or_404(revisions, number=kwargs["number"])

    def unavailable(self) -> HttpResponse | None:
        if find_working_copy(self.record) is None:
            return None
        message = _("There is a working copy: publish or discard it first.")
        return self.refuse(message, self.admin.admin_url("working_copy", self.record.pk))

    def get_context(self) -> dict[str, object]:
        table, number = self.admin.table, {"number": self.revision.number}
        return {
            "title": _("Restore revision %(number)s") % number,
            "message": _(
                "This entry is or was public: what it was then becomes its working copy, and the public page stays as it is until you publish that."
            )
            if self.record.is_ever_public
            else _(
                "The entry becomes what it was then, topics, sources and relations included. What it is now stays in the history."
            ),
            "differences": compare_rows(table, table.whole_row_of(self.record), self.revision.content),
            "old_heading": _("Now"),
            "new_heading": _("Revision %(number)s") % number,
            "asks_comment": True,
            "seen_number": latest_revision_number(self.record),
            "button": _("Restore"),
        }

    def perform(self, by: AbstractUser) -> Saved | Refused:
        return restore_revision(
            self.revision,
            by=by,
            comment=self.request.POST.get("why", ""),
            seen_number=seen_number(self.request),
        )

    def message(self, answer: Saved) -> str:
        done = (
            _("Kept as a working copy. The public page stays as it is until you publish it.")
            if answer.is_working_copy
            else _("Restored.")
        )
        return " ".join([done, *_left_out(self.admin.table, answer)])

    def back_url(self) -> str:
        return self.admin.admin_url("history", self.record.pk)


def _left_out(table: Table, answer: Saved) -> list[str]:
    """The sentence on what was not restored, since it no longer exists."""
    left_out = "；".join(
        f"{column_label(table, name)}：{cell_text(table, name, value)}"
        for name, value in answer.left_out.items()
    ).replace("\n", "、")
    return [_("Left out, since it is gone: %(left_out)s.") % {"left_out": left_out}] if left_out else []


class DeletedDraftsView(AdminView):
    """The deleted drafts of a kind, with buttons to recover them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        of_kind = deleted_drafts().filter(kind=self.admin.model.KIND)
        return self.render(
            "deleted_drafts",
            title=_("Deleted drafts"),
            deleted_drafts=Paginator(of_kind, self.admin.list_per_page).get_page(request.GET.get("page")),
            may_restore=request.user.has_perm(RecoverView.permission),
        )


class RecoverView(ActionView):
    """Recovers a deleted draft with its history."""

    permission = "timeline.restore_entry"

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.back_url())

    @cached_property
    def draft(self) -> Revision:
        """The last revision of the draft."""
        return get_object_or_404(
            deleted_drafts(), entry_id=self.kwargs["object_id"], kind=self.admin.model.KIND
        )

    def perform(self, by: AbstractUser) -> Saved | Refused:
        return restore_revision(self.draft, by=by, comment=_("Deleted draft recovered"))

    def message(self, answer: Saved) -> str:
        """The message after recovering a draft, with what differs from the deleted one."""
        table, deleted = self.admin.table, self.draft.content
        recovered: Any = answer.record
        sentences = [_("Recovered.")]
        if recovered.slug != deleted["slug"]:
            sentences.append(
                _("Another record has the address “%(old)s” by now; this one has “%(new)s”.")
                % {"old": deleted["slug"], "new": recovered.slug}
            )
        return " ".join([*sentences, *_left_out(table, answer)])

    def back_url(self) -> str:
        return self.admin.admin_url("deleted")
