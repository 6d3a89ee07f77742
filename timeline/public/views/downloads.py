"""Downloads of the list: the exports of the admin, limited to published entries."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views import View

from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import open_export
from timeline.exchange.exporting.selection import published
from timeline.exchange.formats.registry import export_choices
from timeline.filters.entries import EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.models import Chronicle, Entry

# By the extension of the file: the format, and how it is offered.
DOWNLOADS = {
    choice.extension: (format, choice)
    for format, choice in export_choices(first=(".xlsx", ".zip", ".json"))
    if choice.public_label
}


def download_links() -> list[tuple[str, str]]:
    """The URL of each file, without filters, and its name."""
    return [
        (reverse(f"timeline:download-{extension}"), str(choice.public_label))
        for extension, (_format, choice) in DOWNLOADS.items()
    ]


class Download(View):
    """The filtered entries with their parts; without a filter all public content."""

    parameters = ENTRY_PARAMETERS
    extension = ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        chosen = EntryFilter(request.GET, Entry.objects.published())
        chronicle = Chronicle.objects.current()
        format, choice = DOWNLOADS[self.extension]
        try:
            file = open_export(
                chosen.qs if chosen.pairs else None,
                choice.suffix,
                format.name,
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
            filename=f"chronicle-{timezone.localdate()}{choice.suffix}",
            content_type=format.media_type_of(choice.suffix),
        )
        if chronicle.licence_url:
            response.headers["Link"] = f'<{chronicle.licence_url}>; rel="license"'
        return response
