"""Revision pages: the history of an entry, comparison, restoring, and deleted drafts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from timeline.admin.base import parse_primary_key
from timeline.admin.record_views import RecordViewsAdmin, actor, expected_revision_number
from timeline.editing.comparison import cell_text, column_label, compare_rows
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import deleted_drafts, latest_revision_number
from timeline.editing.working_copies import find_working_copy
from timeline.models import Revision


class HistoryAdmin(RecordViewsAdmin):
    """The revisions of an entry: content, author and comment, comparison and restoring."""

    object_history_template = "admin/timeline/entry_history.html"
    change_list_template = "admin/timeline/entry_change_list.html"
    extra_urls = [
        ("deleted/", "deleted_view", "deleted"),
        ("deleted/<int:object_id>/recover/", "recover_view", "recover"),
        ("<int:object_id>/revisions/<int:old>/<int:new>/", "compare_view", "compare"),
        ("<int:object_id>/revisions/<int:number>/restore/", "restore_view", "restore"),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"deleted_url": self.admin_url("deleted")}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        entry = self.get_record_or_404(request, object_id)
        if chosen := self._selected_revisions(request):
            return HttpResponseRedirect(self.admin_url("compare", entry.pk, *chosen))
        revisions = list(Revision.objects.for_entry(entry).by_number().select_related("created_by"))
        context = {
            "revisions": [
                {
                    "revision": revision,
                    "compare": self.admin_url("compare", entry.pk, revision.number - 1, revision.number)
                    if revision.number > 1
                    else "",
                    "restore": self.admin_url("restore", entry.pk, revision.number)
                    if revision != revisions[-1]
                    else "",
                }
                for revision in reversed(revisions)
            ],
            "may_restore": request.user.has_perm("timeline.restore_entry"),
        }
        return super().history_view(request, object_id, {**(extra_context or {}), **context})

    def _selected_revisions(self, request: HttpRequest) -> list[int]:
        """The numbers of the two selected revisions, the older first; empty if there are not two."""
        chosen = {parse_primary_key(request.GET.get(name, "")) for name in ("old", "new")} - {None}
        if len(chosen) == 1:
            self.message_user(request, _("Choose two different revisions."), messages.ERROR)
        return sorted(number for number in chosen if number is not None) if len(chosen) == 2 else []

    def compare_view(self, request: HttpRequest, object_id: int, old: int, new: int) -> HttpResponse:
        entry = self.get_record_or_404(request, object_id)
        before = get_object_or_404(Revision.objects.for_entry(entry), number=old)
        after = get_object_or_404(Revision.objects.for_entry(entry), number=new)
        return self.render_page(
            request,
            "compare",
            entry,
            title=_("Revision %(old)s and %(new)s") % {"old": old, "new": new},
            before=before,
            after=after,
            differences=compare_rows(self.table, before.content, after.content),
        )

    def restore_view(self, request: HttpRequest, object_id: int, number: int) -> HttpResponse:
        entry = self.get_record_or_404(request, object_id)
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        revision = get_object_or_404(Revision.objects.for_entry(entry), number=number)
        if find_working_copy(entry) is not None:
            message = _("There is a working copy: publish or discard it first.")
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self.admin_url("working_copy", object_id))
        if request.method != "POST":
            return self.render_page(
                request,
                "confirmation",
                entry,
                title=_("Restore revision %(number)s") % {"number": number},
                message=_(
                    "This entry is or was public: what it was then becomes its working copy, and the public page stays as it is until you publish that."
                )
                if entry.is_ever_public
                else _(
                    "The entry becomes what it was then, topics, sources and relations included. What it is now stays in the history."
                ),
                differences=compare_rows(self.table, self.table.whole_row_of(entry), revision.content),
                old_heading=_("Now"),
                new_heading=_("Revision %(number)s") % {"number": number},
                asks_why=True,
                expected_number=latest_revision_number(entry),
                button=_("Restore"),
                back_url=self.admin_url("history", object_id),
            )
        return self.perform(
            request,
            lambda: restore_revision(
                revision,
                by=actor(request),
                comment=request.POST.get("why", ""),
                expected_number=expected_revision_number(request),
            ),
            _("Kept as a working copy. The public page stays as it is until you publish it.")
            if entry.is_ever_public
            else _("Restored."),
            self.admin_url("change", object_id),
            lambda: self.admin_url("history", object_id),
        )

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        drafts = [revision for revision in deleted_drafts() if revision.kind == self.model.KIND]
        return self.render_page(
            request,
            "deleted_drafts",
            title=_("Deleted drafts"),
            deleted_drafts=[(revision, self.admin_url("recover", revision.entry_id)) for revision in drafts],
            may_restore=request.user.has_perm("timeline.restore_entry"),
        )

    def recover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        if request.method != "POST":
            # After a login in between.
            return HttpResponseRedirect(self.admin_url("deleted"))
        drafts = {revision.entry_id: revision for revision in deleted_drafts()}
        if object_id not in drafts or drafts[object_id].kind != self.model.KIND:
            raise Http404
        return self.perform(
            request,
            lambda: restore_revision(
                drafts[object_id], by=actor(request), comment=_("Deleted draft recovered")
            ),
            lambda entry: self._recovery_message(drafts[object_id], entry),
            self.admin_url("change", object_id),
            lambda: self.admin_url("deleted"),
        )

    def _recovery_message(self, revision: Revision, entry: Any) -> str:
        """The message after recovering a draft, with what differs from the deleted one."""
        sentences = [_("Recovered.")]
        if entry.slug != revision.content["slug"]:
            sentences.append(
                _("Another record has the address “%(old)s” by now; this one has “%(new)s”.")
                % {"old": revision.content["slug"], "new": entry.slug}
            )
        _kept, missing = self.table.without_missing_references(revision.content)
        if missing:
            left_out = "；".join(
                f"{column_label(self.table, name)}：{cell_text(self.table, name, value)}"
                for name, value in missing.items()
            ).replace("\n", "、")
            sentences.append(_("Left out, since it is gone: %(left_out)s.") % {"left_out": left_out})
        return " ".join(sentences)
