"""XLSX: a workbook with one sheet for each table, including the tables of parts."""

from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting.workbooks import write_workbook
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers.workbooks import read_workbook

FORMAT = FileFormat(
    name="xlsx",
    suffixes=(".xlsx",),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    forms=_("one workbook, a sheet for each table"),
    remark=_("all cells are text; a text of more than 32,767 characters is refused by name"),
    choices=(
        ExportChoice(".xlsx", _("Excel workbook, a sheet for each table (.xlsx)"), _("Excel workbook")),
    ),
    read_binary=read_workbook,
    write=write_workbook,
)
