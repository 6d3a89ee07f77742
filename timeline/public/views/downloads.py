"""Downloads of the list: the exports of the admin, limited to published entries."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from timeline.exchange.exporting import MEDIA_TYPES, ExportError, open_export, published
from timeline.filters.entries import EntryFilter
from timeline.models import Chronicle, Entry

# By suffix of the file: the format, and its name for visitors.
FORMATS = {
    "xlsx": ("xlsx", _("Excel workbook")),
    "zip": ("csv", _("CSV tables")),
    "json": ("json", "JSON"),
    "yaml": ("yaml", "YAML"),
}


def download_links() -> list[tuple[str, str]]:
    """The URL of each file, without filters, and its name."""
    return [
        (reverse(f"timeline:download-{ending}"), str(name)) for ending, (_format, name) in FORMATS.items()
    ]


class Download(View):
    """The filtered entries with their parts; without a filter all public content."""

    ending = ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        chosen = EntryFilter(request.GET, Entry.objects.published())
        chronicle = Chronicle.objects.current()
        try:
            file = open_export(
                chosen.qs if chosen.pairs else None,
                f".{self.ending}",
                FORMATS[self.ending][0],
                visible=published,
                has_status=False,
                notice=f"{chronicle.title} · {chronicle.rights}" if chronicle.rights else "",
            )
        except ExportError as refusal:
            # The content is too large for this format, but not for the others.
            message = "\n".join(refusal.messages)
            return HttpResponse(message, status=406, content_type="text/plain; charset=utf-8")
        response = FileResponse(
            file,
            as_attachment=True,
            filename=f"chronicle-{timezone.localdate()}.{self.ending}",
            content_type=MEDIA_TYPES[f".{self.ending}"],
        )
        if chronicle.licence_url:
            response.headers["Link"] = f'<{chronicle.licence_url}>; rel="license"'
        return response
