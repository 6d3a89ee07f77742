"""The desk's pages that look back: the history of an entry, comparison, restoring, and drafts that were deleted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from timeline.admin.base import key_of
from timeline.admin.record_views import RecordPages, actor, number_read
from timeline.editing.comparison import cell_text, column_label, compare_rows
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import deleted_drafts, newest_number
from timeline.editing.working_copies import find_working_copy
from timeline.models import Revision


class LookingBackAdmin(RecordPages):
    """What was, by whom and why; and the way back to it."""

    object_history_template = "admin/timeline/entry_history.html"
    change_list_template = "admin/timeline/entry_change_list.html"
    pages = [
        ("deleted/", "deleted_view", "deleted"),
        ("deleted/<int:object_id>/recover/", "recover_view", "recover"),
        ("<int:object_id>/revisions/<int:old>/<int:new>/", "compare_view", "compare"),
        ("<int:object_id>/revisions/<int:number>/restore/", "restore_view", "restore"),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        gone = {"address_of_deleted": self.address("deleted")}
        return super().changelist_view(request, {**(extra_context or {}), **gone})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        entry = self.record_at(request, object_id)
        if chosen := self._chosen(request):
            return HttpResponseRedirect(self.address("compare", entry.pk, *chosen))
        revisions = list(Revision.objects.of(entry).in_order().select_related("by"))
        context = {
            "revisions": [
                {
                    "revision": revision,
                    "compare": self.address("compare", entry.pk, revision.number - 1, revision.number)
                    if revision.number > 1
                    else "",
                    "restore": self.address("restore", entry.pk, revision.number)
                    if revision != revisions[-1]
                    else "",
                }
                for revision in reversed(revisions)
            ],
            "may_restore": request.user.has_perm("timeline.restore_entry"),
        }
        return super().history_view(request, object_id, {**(extra_context or {}), **context})

    def _chosen(self, request: HttpRequest) -> list[int]:
        """The numbers of the two revisions that were chosen to be compared, the older first; none where they are not two."""
        chosen = {key_of(request.GET.get(name, "")) for name in ("old", "new")} - {None}
        if len(chosen) == 1:
            self.message_user(request, _("Choose two different revisions."), messages.ERROR)
        return sorted(number for number in chosen if number is not None) if len(chosen) == 2 else []

    def compare_view(self, request: HttpRequest, object_id: int, old: int, new: int) -> HttpResponse:
        entry = self.record_at(request, object_id)
        before = get_object_or_404(Revision.objects.of(entry), number=old)
        after = get_object_or_404(Revision.objects.of(entry), number=new)
        return self.page(
            request,
            "compare",
            entry,
            title=_("Revision %(old)s and %(new)s") % {"old": old, "new": new},
            before=before,
            after=after,
            differences=compare_rows(self.table, before.row, after.row),
        )

    def restore_view(self, request: HttpRequest, object_id: int, number: int) -> HttpResponse:
        entry = self.record_at(request, object_id)
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        revision = get_object_or_404(Revision.objects.of(entry), number=number)
        if find_working_copy(entry) is not None:
            words = _("There is a working copy: publish or discard it first.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(self.address("working_copy", object_id))
        if request.method != "POST":
            return self.page(
                request,
                "decide",
                entry,
                title=_("Restore revision %(number)s") % {"number": number},
                words=_(
                    "This entry is or was public: what it was then becomes its working copy, and the public page stays as it is until you publish that."
                )
                if entry.is_ever_public
                else _(
                    "The entry becomes what it was then, topics, sources and relations included. What it is now stays in the history."
                ),
                differences=compare_rows(self.table, self.table.whole_row_of(entry), revision.row),
                old_heading=_("Now"),
                new_heading=_("Revision %(number)s") % {"number": number},
                asks_why=True,
                read=newest_number(entry),
                button=_("Restore"),
                back=self.address("history", object_id),
            )
        return self.do(
            request,
            lambda: restore_revision(
                revision, by=actor(request), why=request.POST.get("why", ""), read=number_read(request)
            ),
            _("Kept as a working copy. The public page stays as it is until you publish it.")
            if entry.is_ever_public
            else _("Restored."),
            self.address("change", object_id),
            lambda: self.address("history", object_id),
        )

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        gone = [revision for revision in deleted_drafts() if revision.kind == self.model.KIND]
        return self.page(
            request,
            "deleted",
            title=_("Deleted drafts"),
            gone=[(revision, self.address("recover", revision.entry_id)) for revision in gone],
            may_restore=request.user.has_perm("timeline.restore_entry"),
        )

    def recover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        if request.method != "POST":
            # After a log-in in between.
            return HttpResponseRedirect(self.address("deleted"))
        gone = {revision.entry_id: revision for revision in deleted_drafts()}
        if object_id not in gone or gone[object_id].kind != self.model.KIND:
            raise Http404
        return self.do(
            request,
            lambda: restore_revision(gone[object_id], by=actor(request), why=_("Deleted draft recovered")),
            lambda entry: self._recovered(gone[object_id], entry),
            self.address("change", object_id),
            lambda: self.address("deleted"),
        )

    def _recovered(self, revision: Revision, entry: Any) -> str:
        """That it is back, and what is not as it was."""
        words = [_("Recovered.")]
        if entry.slug != revision.row["slug"]:
            words.append(
                _("Another record has the address “%(old)s” by now; this one has “%(new)s”.")
                % {"old": revision.row["slug"], "new": entry.slug}
            )
        _kept, gone = self.table.without_what_is_gone(revision.row)
        if gone:
            left_out = "；".join(
                f"{column_label(self.table, name)}：{cell_text(self.table, name, value)}"
                for name, value in gone.items()
            ).replace("\n", "、")
            words.append(_("Left out, since it is gone: %(left_out)s.") % {"left_out": left_out})
        return " ".join(words)
