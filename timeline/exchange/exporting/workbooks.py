"""XLSX workbooks, written as a stream by XlsxWriter, with formats and sizes that all of them share."""

import contextlib
import datetime
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from timeline.exchange.formula_escaping import to_workbook
from timeline.exchange.readers.sheet_marks import AUTHOR
from timeline.models.fields import LineField, PartialDateField, ProseField
from timeline.rows.tables import Table

# The limit of Excel: UTF-16 code units in a cell.
MAX_CELL = 32_767

# Formats, in the properties of XlsxWriter. Number format 49 is text.
FONT = {"font_name": "等线", "font_size": 11}
TEXT = {"num_format": 49, "valign": "top"}
HEADER = {"num_format": 49, "bold": True, "bg_color": "#E7EDF3"}

# The earliest date of the format: a constant, so that two exports of the same data are identical.
_CREATED = datetime.datetime(1980, 1, 1)


class _Runs(str):
    """The XML of the runs of a text, which is escaped already."""

    __slots__ = ()


class TextSheet(Worksheet):  # type: ignore[misc]
    """A sheet in which every text is what it was, with the escapes of ECMA-376 (ST_Xstring).

    XlsxWriter escapes every other one of adjacent escapes (_x0041_x0042_) and writes a text in <r> as XML.
    """

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return data if isinstance(data, _Runs) else to_workbook(data)

    def _write_rich_string(self, row: int, col: int, *args: object) -> int:
        fragments = [to_workbook(one) if isinstance(one, str) else one for one in args]
        result = int(super()._write_rich_string(row, col, *fragments))
        if result == 0:
            cell = self.table[row][col]
            self.table[row][col] = cell._replace(string=_Runs(cell.string))
        return result


class _Archive:
    """The file of a workbook, until it ends: after an error XlsxWriter leaves a zip open that writes once more."""

    def __init__(self, file: BinaryIO) -> None:
        self.write: Callable[[bytes], int] = file.write

    def flush(self) -> None:
        """The file is flushed by whoever opened it."""

    def end(self) -> None:
        self.write = len


@contextlib.contextmanager
def new_workbook(
    file: BinaryIO,
    notice: str = "",
    *,
    title: str = "",
    creator: str = "",
    created: datetime.datetime = _CREATED,
) -> Iterator[Workbook]:
    """A workbook that is written to the file if the block succeeds. Raises OSError if there is no room.

    The rows of a sheet are written in their order: each goes to a temporary file when the next one begins.
    `notice` becomes the description in the properties of the file, `created` is its time without a zone.
    """
    archive = _Archive(file)
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "constant_memory": True,
            # A copy: XlsxWriter adds to it.
            "default_format_properties": {**FONT},
            # Numbers of other programs may be infinite.
            "nan_inf_to_errors": True,
            "tmpdir": folder,
        }
        workbook = Workbook(archive, options)
        workbook.worksheet_class = TextSheet
        properties = {"title": title, "author": creator, "comments": notice, "created": created}
        workbook.set_properties(properties)
        try:
            yield workbook
            workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None
        finally:
            archive.end()
            for sheet in workbook.worksheets():
                sheet._opt_close()


def write_note(sheet: Worksheet, line: int, column: int, text: str, lines: int, author: str = AUTHOR) -> None:
    """Write a note on a cell, with room for a heading and so many lines."""
    height = 40 + 20 * lines
    sheet.write_comment(line, column, text, {"author": author, "width": 320, "height": height})


def utf16_length(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def width_of(table: Table, name: str) -> int:
    """The width of a column, in characters."""
    column = table.columns.get(name)
    if column is None:
        return 12
    field = column.field
    if isinstance(field, ProseField) or field.name.startswith("title"):
        return 48
    if isinstance(field, PartialDateField):
        return 14
    if field.is_relation or isinstance(field, LineField) or name == "slug":
        return 28
    return 16
