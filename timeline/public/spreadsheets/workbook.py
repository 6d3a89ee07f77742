"""Spreadsheets as XLSX: a sheet of notes, then one for each kind of entry, and one of citations."""

import datetime
from collections.abc import Sequence
from typing import BinaryIO, TypedDict, Unpack

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from timeline.exchange.exporting.workbooks import HEADER, TEXT, new_workbook, utf16_length
from timeline.public.spreadsheets.columns import PROSE, WIDE
from timeline.public.spreadsheets.filled import FilledSheet
from timeline.public.spreadsheets.notes import Note

# The limits of Excel: links in a sheet, and UTF-16 code units in the address of one. What is beyond them is text.
MAX_LINKS, MAX_ADDRESS = 65_530, 2079
_WRAPPED = {**TEXT, "text_wrap": True}
_LINK = {**_WRAPPED, "font_color": "#0B5394", "underline": 1}
_TITLE = {**_WRAPPED, "bold": True, "font_size": 14}


class Properties(TypedDict, total=False):
    """The properties of a file, as `new_workbook()` takes them."""

    notice: str
    title: str
    creator: str
    created: datetime.datetime


class _SheetWriter:
    """Writes the cells of one sheet in their order, addresses as links."""

    def __init__(self, sheet: Worksheet, text: Format, link: Format) -> None:
        self.sheet, self.text, self.link = sheet, text, link
        self.links = 0

    def write(
        self, line: int, column: int, text: str, address: str = "", format: Format | None = None
    ) -> None:
        if address and self.links < MAX_LINKS and utf16_length(address) <= MAX_ADDRESS:
            self.links += 1
            self.sheet.write_url(line, column, address, self.link, text)
        elif text:
            self.sheet.write_string(line, column, text, format or self.text)


def write_workbook(
    file: BinaryIO, notes: Sequence[Note], sheets: Sequence[FilledSheet], **properties: Unpack[Properties]
) -> None:
    """Write the notes and the sheets."""
    with new_workbook(file, **properties) as workbook:
        _write_notes(workbook, notes)
        for content in sheets:
            _write_sheet(workbook, content)


def _write_notes(workbook: Workbook, notes: Sequence[Note]) -> None:
    sheet = workbook.add_worksheet(_("Notes"))
    wrapped, link, title = (workbook.add_format(one) for one in (_WRAPPED, _LINK, _TITLE))
    label = workbook.add_format({**_WRAPPED, "bold": True})
    writer = _SheetWriter(sheet, wrapped, link)
    sheet.set_column(0, 0, WIDE, wrapped)
    sheet.set_column(1, 1, 2 * PROSE, wrapped)
    _set_print(sheet)
    for line, note in enumerate(notes):
        writer.write(line, 0, note.label, format=label if line else title)
        writer.write(line, 1, note.text, note.address)


def _write_sheet(workbook: Workbook, content: FilledSheet) -> None:
    """Write the heads, which stay in view and filter, and the rows."""
    sheet = workbook.add_worksheet(content.name)
    wrapped, link = workbook.add_format(_WRAPPED), workbook.add_format(_LINK)
    header = workbook.add_format({**HEADER, "text_wrap": True, "valign": "top"})
    writer = _SheetWriter(sheet, wrapped, link)
    sheet.freeze_panes(1, 1)
    _set_print(sheet)
    for number, column in enumerate(content.columns):
        sheet.set_column(number, number, column.width, wrapped)
        sheet.write_string(0, number, column.heading, header)
    line = 0
    for line, cells in enumerate(content.rows(), 1):
        for number, cell in enumerate(cells):
            writer.write(line, number, *cell)
    whole = (0, 0, line, len(content.columns) - 1)
    sheet.autofilter(*whole)
    # A year is text here, not a number to calculate with.
    sheet.ignore_errors({"number_stored_as_text": xl_range(*whole)})


def _set_print(sheet: Worksheet) -> None:
    """On A4 across, as wide as the paper, the heads on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
