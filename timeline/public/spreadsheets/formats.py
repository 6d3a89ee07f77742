"""The formats of spreadsheets, and the file of a list in one of them."""

import contextlib
import datetime
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from django.utils.functional import Promise

from timeline.exchange.snapshot import snapshot
from timeline.filters.entries import EntryFilter
from timeline.i18n.display import localized_text
from timeline.models import Chronicle, Kind, content_version
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.counts import kind_sizes
from timeline.public.spreadsheets.citations import citation_sheet
from timeline.public.spreadsheets.delimited import write_csv
from timeline.public.spreadsheets.filled import filled_sheet
from timeline.public.spreadsheets.kinds import sheet_of, table_of_all
from timeline.public.spreadsheets.notes import notes_of
from timeline.public.spreadsheets.workbook import write_workbook


@dataclass(frozen=True)
class ListedEntries:
    """The public entries that a list shows, with its conditions and the address of the site."""

    chronicle: Chronicle
    chosen: EntryFilter
    site_url: str

    @property
    def entries(self) -> EntryQuerySet:
        return self.chosen.qs


def _write_workbook(file: BinaryIO, listed: ListedEntries) -> None:
    entries, site_url = listed.entries, listed.site_url
    sizes = kind_sizes(entries)
    sheets = [sheet_of(kind, entries) for kind in Kind if kind in sizes]
    if sizes:
        sheets.append(citation_sheet(entries))
    chronicle = listed.chronicle
    title = localized_text(chronicle, "title")
    changed_on = timezone.localdate(content_version.current().latest_change)
    with contextlib.ExitStack() as stack:
        filled = [stack.enter_context(filled_sheet(sheet, site_url)) for sheet in sheets]
        write_workbook(
            file,
            notes_of(chronicle, listed.chosen, sizes, filled, site_url),
            filled,
            notice=chronicle.rights,
            title=title,
            creator=localized_text(chronicle, "publisher") or localized_text(chronicle, "editors") or title,
            created=datetime.datetime.combine(changed_on, datetime.time()),
        )


def _write_csv(file: BinaryIO, listed: ListedEntries) -> None:
    sizes = kind_sizes(listed.entries)
    kinds = [kind for kind in Kind if kind in sizes]
    with filled_sheet(table_of_all(kinds, listed.entries), listed.site_url) as table:
        write_csv(file, table)


@dataclass(frozen=True)
class SpreadsheetFormat:
    """A format of spreadsheets: the extension of its files, its label, its media type, and what writes it."""

    extension: str
    label: str | Promise
    media_type: str
    write: Callable[[BinaryIO, ListedEntries], None]


SPREADSHEET_FORMATS: dict[str, SpreadsheetFormat] = {
    found.extension: found
    for found in (
        SpreadsheetFormat(
            "xlsx",
            "XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _write_workbook,
        ),
        SpreadsheetFormat("csv", "CSV", "text/csv; charset=utf-8", _write_csv),
    )
}


def open_spreadsheet(extension: str, listed: ListedEntries) -> BinaryIO:
    """The entries of one moment as a file to read, which is gone when it is closed."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"table.{extension}"
        with path.open("wb") as file, snapshot():
            SPREADSHEET_FORMATS[extension].write(file, listed)
        # What is open can be read to its end without a name.
        return path.open("rb")
