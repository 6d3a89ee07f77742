"""CSV as the Chinese edition of Excel opens it: UTF-8 with a byte order mark, CRLF."""

import codecs
import csv
import io
from typing import BinaryIO

from timeline.exchange.exporting.cells import sheet_rows
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.refusals import OverlongCells
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.readers.sheet_rows import MAX_CELL
from timeline.rows.tables import Table


def write_csv(file: BinaryIO, selection: Selection, table: Table) -> None:
    """Write the table's rows. Raises ExportError for a cell that is too long to be read back."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    columns = selection.columns(table)
    refusals = OverlongCells(table, columns, MAX_CELL)
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        for row, cells in sheet_rows(selection, table):
            if sum(map(len, cells)) > MAX_CELL:
                refusals.check(row, cells, len)
            writer.writerow(cells)
        text.flush()
    finally:
        text.detach()
    if refusals.messages:
        raise ExportError(*refusals.messages)
