"""The history of a record: its revisions, and the comparison of any two, from which single values are taken."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from timeline.admin.base import parse_primary_key
from timeline.admin.history_rows import chosen_rows, history_rows
from timeline.admin.record_views import actor
from timeline.admin.views.base import RecordView
from timeline.admin.views.restoring import RestoreView
from timeline.editing.comparison import compare_revisions
from timeline.editing.restoring import refusal_of_restoring
from timeline.editing.saving import editable_row
from timeline.models import Revision


class HistoryView(RecordView):
    """The revisions of a record: author, time, changes and comment, with links to compare and restore them.

    The two that are chosen to be compared stay chosen from page to page.
    """

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        numbers = {name: parse_primary_key(request.GET.get(name, "")) for name in ("old", "new")}
        chosen = {name: number for name, number in numbers.items() if number is not None}
        if "page" not in request.GET and chosen:
            if len({*chosen.values()}) == 2:
                url = self.admin.admin_url("compare", self.record.pk, *sorted(chosen.values()))
                return HttpResponseRedirect(url)
            self.admin.message_user(request, _("Choose two different revisions."), messages.ERROR)
        newest_first = (
            Revision.objects.for_record(self.record).order_by("-number").select_related("created_by")
        )
        # Django's page, in whose template these are displayed.
        page = Paginator(newest_first, self.admin.list_per_page).get_page(request.GET.get("page"))
        shown = [*page]
        proposed = {"new": shown[0].number, "old": shown[1].number} if len(shown) > 1 else {}
        may_restore = request.user.has_perm(RestoreView.permission) and self.admin.has_change_permission(
            request, self.record
        )
        refusal = refusal_of_restoring(self.record, actor(request)) if may_restore else ""
        context = {
            "revisions": page,
            "rows": [
                *chosen_rows(self.record, chosen.values(), shown),
                *history_rows(self.admin.table, shown),
            ],
            "chosen": proposed | chosen,
            "newest_number": newest_first.values_list("number", flat=True).first(),
            "may_restore": may_restore and not refusal,
            "refusal": refusal,
        }
        return self.admin.history_view(request, object_id, context)


class ComparisonView(RecordView):
    """Two revisions of a record, compared. Whoever may change the record takes values into its form."""

    def get(self, request: HttpRequest, object_id: int, old: int, new: int) -> HttpResponse:
        revisions = Revision.objects.for_record(self.record).select_related("created_by")
        before, after = (get_object_or_404(revisions, number=number) for number in (old, new))
        table = self.admin.table
        return self.render(
            "compare",
            title=_("Revision %(old)s and %(new)s") % {"old": old, "new": new},
            before=before,
            after=after,
            differences=compare_revisions(
                table,
                before.content,
                after.content,
                present=editable_row(table, self.record),
                whole=request.GET.get("whole", ""),
            ),
            may_take=self.admin.has_change_permission(request, self.record),
            history_url=self.admin.admin_url("history", self.record.pk),
        )
