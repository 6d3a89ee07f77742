"""Downloads of the list: spreadsheets to read, and the exports of the admin, limited to published entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst, get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import open_export
from timeline.exchange.exporting.selection import published
from timeline.exchange.formats.registry import export_choices
from timeline.filters.entries import EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.i18n.display import localized_text
from timeline.models import Chronicle, Entry, Kind
from timeline.public.metadata.chronicle import Distribution
from timeline.public.spreadsheets.formats import SPREADSHEET_FORMATS, ListedEntries, open_spreadsheet

# By the extension of the file: the format, and how it is offered.
DOWNLOADS = {
    choice.extension: (format, choice)
    for format, choice in export_choices(first=(".xlsx", ".zip", ".json"))
    if choice.public_label
}


@dataclass(frozen=True)
class DownloadGroup:
    """Files of one purpose: what they are for, and of each the URL without filters and the name."""

    label: str | Promise
    purpose: str | Promise
    files: Sequence[tuple[str, str]]


def spreadsheet_links() -> DownloadGroup:
    """The spreadsheets to read."""
    files = [(reverse(f"timeline:table-{name}"), str(one.label)) for name, one in SPREADSHEET_FORMATS.items()]
    return DownloadGroup(
        gettext_lazy("Table to read"), gettext_lazy("names, dates and sources as on the pages"), files
    )


def download_links() -> list[DownloadGroup]:
    """The spreadsheets to read, then the exports."""
    exports = [
        (reverse(f"timeline:download-{extension}"), str(choice.public_label))
        for extension, (_format, choice) in DOWNLOADS.items()
    ]
    data = DownloadGroup(
        gettext_lazy("Data to import"), gettext_lazy("every column with its codes, for programs"), exports
    )
    return [spreadsheet_links(), data]


def distributions() -> list[Distribution]:
    """The files with all public content, for programs."""
    return [
        Distribution(
            str(choice.public_label),
            reverse(f"timeline:download-{extension}"),
            format.media_type_of(choice.suffix),
        )
        for extension, (format, choice) in DOWNLOADS.items()
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
        return _with_licence(response, chronicle)


class SpreadsheetDownload(View):
    """The filtered entries as a spreadsheet in the language of the address."""

    parameters = ENTRY_PARAMETERS
    extension = ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        chronicle = Chronicle.objects.current()
        chosen = EntryFilter(request.GET, Entry.objects.published())
        listed = ListedEntries(chronicle, chosen, request.build_absolute_uri("/"))
        file = open_spreadsheet(self.extension, listed)
        response = FileResponse(file, content_type=SPREADSHEET_FORMATS[self.extension].media_type)
        response.headers["Content-Disposition"] = _disposition(chronicle, chosen, self.extension)
        return _with_licence(response, chronicle)


def _disposition(chronicle: Chronicle, chosen: EntryFilter, extension: str) -> str:
    """The header with the name of the file in the language of the page, and one in ASCII (RFC 6266)."""
    kinds = [Kind(value).model for name, value in chosen.pairs if name == "kind"]
    model = kinds[0] if len(kinds) == 1 else Entry
    words = [localized_text(chronicle, "title"), capfirst(str(model._meta.verbose_name_plural))]
    if len(chosen.pairs) > len(kinds):
        words.append(_("selection"))
    name = quote(get_valid_filename("-".join([*words, str(timezone.localdate())])))
    plain = f"chronicle-table-{timezone.localdate()}"
    return f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{name}.{extension}"


def _with_licence(response: FileResponse, chronicle: Chronicle) -> FileResponse:
    if chronicle.licence_url:
        response.headers["Link"] = f'<{chronicle.licence_url}>; rel="license"'
    return response
