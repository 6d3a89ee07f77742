"""CSV, for spreadsheets: one file for each table, including the tables of parts. TSV is only read."""

from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.exporting.delimited import write_csv
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formats.declaration import ZIP_SUFFIX, ExportChoice, FileFormat
from timeline.exchange.readers.delimited import read_delimited


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    if len(selection.tables) > 1:
        raise ExportError(_("A .csv holds one table; for several, name a .zip or a folder."))
    write_csv(file, selection, selection.tables[0])


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
    read_only_suffixes=(".tsv",),
    write=_write,
    write_table=write_csv,
    has_separate_parts=True,
)
