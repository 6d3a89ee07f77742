"""The desk's pages of a working copy: beside the public text, as readers would see it, published, discarded."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.translation import gettext as _

from timeline.admin.entry_editing import EntrySavingAdmin
from timeline.admin.record_views import actor, number_read
from timeline.editing.comparison import compare_rows
from timeline.editing.working_copies import (
    StaleWorkingCopyError,
    discard_working_copy,
    find_working_copy,
    missing_working_copy_message,
    publish_working_copy,
    refuse_stale_working_copy,
)
from timeline.models import Revision


def of_copy(page: Callable[[Any, HttpRequest, Any, Revision], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the working copy of an entry; where somebody has ended that, the screen of the entry, which says so."""

    @functools.wraps(page)
    def view(self: "WorkingCopyAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
        entry = self.record_at(request, object_id)
        copy = find_working_copy(entry)
        if copy is not None:
            return page(self, request, entry, copy)
        if not Revision.objects.of(entry).filter(applied=False).exists():
            raise Http404
        self.message_user(request, missing_working_copy_message(entry), messages.ERROR)
        return HttpResponseRedirect(self.address("change", entry.pk))

    return view


class WorkingCopyAdmin(EntrySavingAdmin):
    """What is to become of a published entry."""

    pages = [
        ("<int:object_id>/working-copy/", "working_copy_view", "working_copy"),
        ("<int:object_id>/working-copy/preview/", "preview_view", "preview"),
        ("<int:object_id>/working-copy/publish/", "publish_copy_view", "publish_copy"),
        ("<int:object_id>/working-copy/discard/", "discard_copy_view", "discard_copy"),
    ]

    @of_copy
    def working_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        return self.page(
            request,
            "working_copy",
            entry,
            title=_("Working copy and public text"),
            copy=copy,
            **self._beside(entry, copy),
            addresses={
                tag: self.address(tag, entry.pk)
                for tag in ("preview", "publish_copy", "discard_copy", "change")
            },
            may_publish=request.user.has_perm("timeline.publish_entry"),
            may_change=self.has_change_permission(request, entry),
        )

    @of_copy
    def preview_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        """The working copy on the public page's own template; never cached, seen by editors only."""
        shown = self.table.seen_as(entry.pk, copy.row)
        match = resolve(shown.get_absolute_url())
        request.method = "GET"
        request.desk_preview = {  # type: ignore[attr-defined]
            "entry": shown,
            "words": _("This is the working copy: readers still see the former text."),
            "back": self.address("working_copy", entry.pk),
        }
        return match.func(request, *match.args, **match.kwargs)

    @of_copy
    def publish_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        if not request.user.has_perm("timeline.publish_entry"):
            raise PermissionDenied
        try:
            refuse_stale_working_copy(entry, copy)
        except StaleWorkingCopyError as overtaken:
            return self.overtaken_page(request, entry, copy, overtaken.base)
        if request.method != "POST":
            return self.page(
                request,
                "decide",
                entry,
                title=_("Publish the working copy"),
                words=_("The entry says what the working copy says from now on."),
                **self._beside(entry, copy),
                asks_why=True,
                why=copy.why,
                read=copy.number,
                button=_("Publish the working copy"),
                back=self.address("working_copy", entry.pk),
            )
        return self.do(
            request,
            lambda: publish_working_copy(
                entry, by=actor(request), why=request.POST.get("why", ""), read=number_read(request)
            ),
            _("The working copy is public now.")
            if entry.is_public
            else _("The entry says what the working copy said. Readers do not see it at present."),
            self.address("change", entry.pk),
            lambda: self._back(entry),
        )

    @of_copy
    def discard_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        if request.method != "POST":
            return self.page(
                request,
                "decide",
                entry,
                title=_("Discard the working copy"),
                words=_("The public text stays as it is; what the working copy said stays in the history."),
                **self._beside(entry, copy),
                read=copy.number,
                button=_("Discard the working copy"),
                is_loss=True,
                back=self.address("working_copy", entry.pk),
            )
        return self.do(
            request,
            lambda: discard_working_copy(entry, by=actor(request), read=number_read(request)),
            _("The working copy was discarded."),
            self.address("change", entry.pk),
            lambda: self._back(entry),
        )

    def _back(self, entry: Any) -> str:
        """Where to look again: the working copy, if there still is one."""
        return self.address("working_copy" if find_working_copy(entry) else "change", entry.pk)

    def _beside(self, entry: Any, copy: Revision) -> dict[str, Any]:
        return {
            "differences": compare_rows(self.table, self.table.whole_row_of(entry), copy.row),
            "old_heading": _("Public text"),
            "new_heading": _("Working copy"),
        }
