"""The pages of the admin of all entries: redirects to the kinds, and endpoints of the form scripts."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from timeline.admin.base import record_admin_url
from timeline.admin.views.base import AdminView, RecordView
from timeline.admin.widgets import interpret_date
from timeline.models.fields import MAX_PROSE_LENGTH
from timeline.values import markdown


class KindRedirectView(RecordView):
    """Redirects to the same page in the admin of the entry's kind."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        match, query = request.resolver_match, request.META.get("QUERY_STRING", "")
        screen = str(match and match.url_name).rpartition("_")[2]
        return HttpResponseRedirect(record_admin_url(self.record, screen) + (f"?{query}" if query else ""))


class PartialDateView(AdminView):
    """How the form would interpret this text as a date, as JSON."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        is_date, interpretation = interpret_date(request.GET.get("text", "")[:200])
        return JsonResponse({"date": is_date, "words": interpretation})


class MarkdownView(AdminView):
    """The Markdown text as pages render it, with the same sanitizer."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(markdown.render(request.POST.get("text", "")[:MAX_PROSE_LENGTH]))
