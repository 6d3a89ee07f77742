"""ODS, the spreadsheets of LibreOffice, which WPS and Excel write as well: they are only read."""

from django.utils.translation import gettext_lazy

from timeline.exchange.formats.declaration import FileFormat
from timeline.exchange.readers.ods_workbooks import ods_grids, read_ods

FORMAT = FileFormat(
    name="ods",
    suffixes=(),
    media_type="application/vnd.oasis.opendocument.spreadsheet",
    forms=gettext_lazy("one workbook, a sheet for each table"),
    remark=gettext_lazy("only read; for spreadsheets take XLSX"),
    choices=(),
    read_binary=read_ods,
    binary_grids=ods_grids,
    read_only_suffixes=(".ods",),
)
