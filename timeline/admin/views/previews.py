"""Previews: the public page of an entry with content that is not public, at addresses of the admin."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from timeline.admin.views.base import RecordView
from timeline.admin.views.working_copies import BaseWorkingCopyView
from timeline.public.views.entries import preview_entry


class EntryPreviewView(RecordView):
    """An entry that is not public: a draft, a scheduled or a withdrawn one."""

    def unavailable(self) -> HttpResponse | None:
        return HttpResponseRedirect(self.record.get_absolute_url()) if self.record.is_public else None

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return preview_entry(
            request,
            self.record,
            message=_("Only editors see this page: %(status)s.")
            % {"status": self.record.get_status_display()},
            back_url=self.admin.admin_url("change", object_id),
        )


class WorkingCopyPreviewView(BaseWorkingCopyView):
    """The working copy of an entry."""

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return preview_entry(
            request,
            self.admin.table.preview_as(object_id, self.copy.content),
            message=_("This is the working copy: readers still see the former text."),
            back_url=self.admin.admin_url("working_copy", object_id),
        )
