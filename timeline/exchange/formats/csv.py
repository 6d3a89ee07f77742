"""CSV, for spreadsheets: one file for each table, including the tables of parts. TSV and Excel's Unicode text are only read.

It is written as the Chinese edition of Excel opens it: UTF-8 with a byte order mark, CRLF.
"""

import codecs
import csv
import io
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.exporting.cells import OverlongCells, sheet_rows
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formats.declaration import ZIP_SUFFIX, ExportChoice, FileFormat
from timeline.exchange.readers.delimited import read_delimited
from timeline.exchange.readers.sheet_rows import MAX_CELL
from timeline.exchange.vocabularies.registry import text_table_grids
from timeline.rows.tables import Table


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    if len(selection.tables) > 1:
        raise ExportError(_("A .csv holds one table; for several, name a .zip or a folder."))
    _write_table(file, selection, selection.tables[0])


def _write_table(file: BinaryIO, selection: Selection, table: Table) -> None:
    """Write the table's rows. Raises ExportError for a cell that is too long to be read back."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    columns = selection.columns(table)
    overlong = OverlongCells(table, columns, MAX_CELL)
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        for row, cells in sheet_rows(selection, table):
            if sum(map(len, cells)) > MAX_CELL:
                overlong.check(row, cells, len)
            writer.writerow(cells)
        text.flush()
    finally:
        text.detach()
    if overlong.messages:
        raise ExportError(*overlong.messages)


FORMAT = FileFormat(
    name="csv",
    suffixes=(".csv",),
    media_type="text/csv; charset=utf-8",
    forms=gettext_lazy(
        "a folder or a `.zip`, parts in files of their own; or one table in a `.csv`, without parts"
    ),
    remark=gettext_lazy(
        "UTF-8 with BOM and CRLF, as a Chinese Excel opens it. Excel makes a date of `2013-01`: to edit in Excel, take XLSX"
    ),
    choices=(
        ExportChoice(".csv", gettext_lazy("CSV, this table alone (.csv)"), is_single_table=True),
        ExportChoice(
            ZIP_SUFFIX, gettext_lazy("CSV, a file for each table (.zip)"), gettext_lazy("CSV tables")
        ),
    ),
    read_text=read_delimited,
    text_grids=text_table_grids,
    read_only_suffixes=(".tsv", ".txt"),
    write=_write,
    write_table=_write_table,
    has_separate_parts=True,
)
