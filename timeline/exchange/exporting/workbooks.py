"""XLSX, written as a stream: one sheet per table, text cells only, the header frozen.

Does not use openpyxl, which takes ten times as long and writes the current time into the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from openpyxl.xml.constants import PKG_REL_NS, REL_NS, SHEET_MAIN_NS

from timeline.exchange.exporting.cells import sheet_rows
from timeline.exchange.exporting.destinations import ExportError, archive
from timeline.exchange.exporting.refusals import OverlongCells
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formula_escaping import to_workbook
from timeline.exchange.readers.sheet_rows import column_letter
from timeline.models.fields import LineField, PartialDateField, ProseField
from timeline.rows.tables import Table

# The limits of Excel: UTF-16 code units in a cell, and rows in a sheet.
MAX_CELL = 32_767
MAX_ROWS = 1_048_576

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is text, style 2 a header; number format 49 is text.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{SHEET_MAIN_NS}">'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EDF3"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(file: BinaryIO, selection: Selection, notice: str = "") -> None:
    """Write the tables. Raises ExportError with every cell that XLSX cannot hold.

    `notice` becomes the description in the properties of the file.
    """
    tables = [*selection.tables, *selection.parts]
    refused: list[str] = []
    with archive(file) as opened:
        for name, text in _package([table.name for table in tables], notice):
            with opened(name) as part:
                part.write(text.encode())
        for number, table in enumerate(tables, 1):
            with opened(f"xl/worksheets/sheet{number}.xml") as part:
                _write_sheet(part, selection, table, refused)
    if refused:
        raise ExportError(*refused)


def _write_sheet(part: BinaryIO, selection: Selection, table: Table, refused: list[str]) -> None:
    columns = selection.columns(table)
    names = [column_letter(number) for number in range(len(columns))]
    refusals = OverlongCells(table, columns, MAX_CELL)
    part.write(_sheet_head(table, columns).encode())
    part.write(_row(1, names, columns, 2).encode())
    number = 1
    buffer: list[str] = []
    for row, cells in sheet_rows(selection, table):
        number += 1
        if sum(map(len, cells)) > MAX_CELL // 2:
            refusals.check(row, cells, _length)
        buffer.append(_row(number, names, cells, 1))
        if len(buffer) == 100:
            part.write("".join(buffer).encode())
            buffer.clear()
    part.write("".join(buffer).encode())
    part.write(b"</sheetData></worksheet>")
    refused += refusals.messages
    if number > MAX_ROWS:
        refused.append(
            _("%(table)s has %(count)s rows, and a sheet of this format holds %(limit)s. Export CSV instead.")
            % {"table": table.name, "count": f"{number - 1:,}", "limit": f"{MAX_ROWS - 1:,}"}
        )


def _row(number: int, names: Sequence[str], cells: Sequence[str], style: int) -> str:
    found = "".join(
        f'<c r="{name}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>'
        for name, cell in zip(names, cells, strict=True)
        if cell
    )
    return f'<row r="{number}">{found}</row>'


def _xml(text: str) -> str:
    if not text.isprintable() or "_x" in text:
        text = to_workbook(text)
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _sheet_head(table: Table, columns: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width_of(table, name)}" style="1" customWidth="1"/>'
        for number, name in enumerate(columns, 1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{SHEET_MAIN_NS}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )


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


def _package(sheets: Sequence[str], notice: str) -> Iterator[tuple[str, str]]:
    """The parts of a workbook other than its worksheets: their names and content."""
    numbers: Mapping[int, str] = dict(enumerate(sheets, 1))
    overrides: Any = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{overrides}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{PKG_REL_NS}"><Relationship Id="rId1" '
        f'Type="{REL_NS}/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" '
        f'Type="{_CORE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
    )
    yield (
        "docProps/core.xml",
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_CORE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{escape(notice)}</dc:description></cp:coreProperties>',
    )
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in numbers.items()
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{SHEET_MAIN_NS}" xmlns:r="{REL_NS}"><sheets>{listed}</sheets></workbook>',
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{REL_NS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{PKG_REL_NS}">{relations}'
        f'<Relationship Id="rId{len(numbers) + 1}" Type="{REL_NS}/styles" Target="styles.xml"/></Relationships>',
    )
    yield "xl/styles.xml", _STYLES
