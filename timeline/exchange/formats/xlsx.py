"""XLSX: a workbook with one sheet for each table, including the tables of parts. All cells are text."""

from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from timeline.exchange.exporting.cells import OverlongCells, sheet_rows
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.exporting.workbooks import HEADER, MAX_CELL, TEXT, new_workbook, utf16_length, width_of
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers.xlsx_workbooks import read_xlsx, xlsx_grids
from timeline.rows.tables import Table

# The limit of Excel: rows in a sheet.
MAX_ROWS = 1_048_576


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    """Write the tables. Raises ExportError with every cell that XLSX cannot hold."""
    refused: list[str] = []
    with new_workbook(file, notice) as workbook:
        text, header = workbook.add_format(TEXT), workbook.add_format(HEADER)
        for table in (*selection.tables, *selection.parts):
            sheet = workbook.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for number, name in enumerate(selection.columns(table)):
                sheet.set_column(number, number, width_of(table, name), text)
                sheet.write_string(0, number, name, header)
            refused += _write_rows(sheet, text, selection, table)
        if refused:
            raise ExportError(*refused)


def _write_rows(sheet: Worksheet, format: Format, selection: Selection, table: Table) -> list[str]:
    """Write the rows of the table. Returns the reasons why the sheet cannot hold them."""
    refusals = OverlongCells(table, selection.columns(table), MAX_CELL)
    number = 0
    for number, (row, cells) in enumerate(sheet_rows(selection, table), 1):
        if sum(map(len, cells)) > MAX_CELL // 2:
            refusals.check(row, cells, utf16_length)
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, column, cell, format)
    if number < MAX_ROWS:
        return refusals.messages
    message = _(
        "%(table)s has %(count)s rows, and a sheet of this format holds %(limit)s. Export CSV instead."
    )
    counts = {"table": table.name, "count": f"{number:,}", "limit": f"{MAX_ROWS - 1:,}"}
    return [*refusals.messages, message % counts]


FORMAT = FileFormat(
    name="xlsx",
    suffixes=(".xlsx",),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    forms=gettext_lazy("one workbook, a sheet for each table"),
    remark=gettext_lazy("all cells are text; a text of more than 32,767 characters is refused by name"),
    choices=(
        ExportChoice(
            ".xlsx",
            gettext_lazy("Excel workbook, a sheet for each table (.xlsx)"),
            gettext_lazy("Excel workbook"),
        ),
    ),
    read_binary=read_xlsx,
    binary_grids=xlsx_grids,
    read_only_suffixes=(".xlsm",),
    write=_write,
)
