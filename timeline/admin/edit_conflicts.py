"""The admin whose forms overwrite nobody's work: no lost updates, no lost input, one record for a form sent twice."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from timeline.admin.change_form import RecordFormView
from timeline.admin.conflict_page import ConflictView
from timeline.admin.record_views import RecordViewsAdmin


class EditConflictAdmin(RecordViewsAdmin):
    """An admin whose forms are those of `form_view`, and whose conflicts have a page."""

    form_view: type[RecordFormView] = RecordFormView
    extra_urls = [("<int:object_id>/conflict/", ConflictView, "conflict")]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponseBase:
        view = self.form_view.as_view(admin=self, extra_context=extra_context)
        return view(request, object_id=object_id)
