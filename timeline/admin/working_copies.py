"""The pages of a working copy: comparison with the public text, preview, publication and discarding."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.translation import gettext as _

from timeline.admin.entry_editing import EntryEditingAdmin
from timeline.admin.record_views import actor, expected_revision_number
from timeline.editing.comparison import compare_rows
from timeline.editing.working_copies import (
    StaleWorkingCopyError,
    check_working_copy_current,
    discard_working_copy,
    find_working_copy,
    missing_working_copy_message,
    publish_working_copy,
)
from timeline.models import Revision


def requires_working_copy(
    page: Callable[[Any, HttpRequest, Any, Revision], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Decorate a page of a working copy. If the copy no longer exists, redirect to the entry with a message."""

    @functools.wraps(page)
    def view(self: "WorkingCopyAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
        entry = self.get_record_or_404(request, object_id)
        copy = find_working_copy(entry)
        if copy is not None:
            return page(self, request, entry, copy)
        if not Revision.objects.for_entry(entry).filter(applied=False).exists():
            raise Http404
        self.message_user(request, missing_working_copy_message(entry), messages.ERROR)
        return HttpResponseRedirect(self.admin_url("change", entry.pk))

    return view


class WorkingCopyAdmin(EntryEditingAdmin):
    """The working copy of a published entry."""

    extra_urls = [
        ("<int:object_id>/working-copy/", "working_copy_view", "working_copy"),
        ("<int:object_id>/working-copy/preview/", "preview_view", "preview"),
        ("<int:object_id>/working-copy/publish/", "publish_copy_view", "publish_copy"),
        ("<int:object_id>/working-copy/discard/", "discard_copy_view", "discard_copy"),
    ]

    @requires_working_copy
    def working_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        return self.render_page(
            request,
            "working_copy",
            entry,
            title=_("Working copy and public text"),
            copy=copy,
            **self._comparison_context(entry, copy),
            urls={
                tag: self.admin_url(tag, entry.pk)
                for tag in ("preview", "publish_copy", "discard_copy", "change")
            },
            may_publish=request.user.has_perm("timeline.publish_entry"),
            may_change=self.has_change_permission(request, entry),
        )

    @requires_working_copy
    def preview_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        """The working copy in the public page's template; not cached, for editors only."""
        shown = self.table.preview_as(entry.pk, copy.content)
        match = resolve(shown.get_absolute_url())
        request.method = "GET"
        request.working_copy_preview = {  # type: ignore[attr-defined]
            "entry": shown,
            "message": _("This is the working copy: readers still see the former text."),
            "back_url": self.admin_url("working_copy", entry.pk),
        }
        return match.func(request, *match.args, **match.kwargs)

    @requires_working_copy
    def publish_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        if not request.user.has_perm("timeline.publish_entry"):
            raise PermissionDenied
        try:
            check_working_copy_current(entry, copy)
        except StaleWorkingCopyError as overtaken:
            return self.render_overtaken_copy(request, entry, copy, overtaken.base)
        if request.method != "POST":
            return self.render_page(
                request,
                "confirmation",
                entry,
                title=_("Publish the working copy"),
                message=_("The entry says what the working copy says from now on."),
                **self._comparison_context(entry, copy),
                asks_why=True,
                why=copy.comment,
                expected_number=copy.number,
                button=_("Publish the working copy"),
                back_url=self.admin_url("working_copy", entry.pk),
            )
        return self.perform(
            request,
            lambda: publish_working_copy(
                entry,
                by=actor(request),
                comment=request.POST.get("why", ""),
                expected_number=expected_revision_number(request),
            ),
            _("The working copy is public now.")
            if entry.is_public
            else _("The entry says what the working copy said. Readers do not see it at present."),
            self.admin_url("change", entry.pk),
            lambda: self._back(entry),
        )

    @requires_working_copy
    def discard_copy_view(self, request: HttpRequest, entry: Any, copy: Revision) -> HttpResponse:
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        if request.method != "POST":
            return self.render_page(
                request,
                "confirmation",
                entry,
                title=_("Discard the working copy"),
                message=_("The public text stays as it is; what the working copy said stays in the history."),
                **self._comparison_context(entry, copy),
                expected_number=copy.number,
                button=_("Discard the working copy"),
                is_loss=True,
                back_url=self.admin_url("working_copy", entry.pk),
            )
        return self.perform(
            request,
            lambda: discard_working_copy(
                entry, by=actor(request), expected_number=expected_revision_number(request)
            ),
            _("The working copy was discarded."),
            self.admin_url("change", entry.pk),
            lambda: self._back(entry),
        )

    def _back(self, entry: Any) -> str:
        """The URL of the working copy if it still exists, else of the entry."""
        return self.admin_url("working_copy" if find_working_copy(entry) else "change", entry.pk)

    def _comparison_context(self, entry: Any, copy: Revision) -> dict[str, Any]:
        return {
            "differences": compare_rows(self.table, self.table.whole_row_of(entry), copy.content),
            "old_heading": _("Public text"),
            "new_heading": _("Working copy"),
        }
