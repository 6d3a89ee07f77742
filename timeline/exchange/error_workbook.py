"""The error workbook: the sheets of an upload with every problem marked, to correct and upload again."""

import io
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from timeline.exchange.error_sheets import ErrorRow, ErrorSheet, error_sheets
from timeline.exchange.exporting.workbooks import MAX_CELL, width_of
from timeline.exchange.formula_escaping import FORMULA, from_cell, to_cell, to_workbook
from timeline.exchange.readers.headers import PROBLEMS, find_column, find_table, is_auxiliary_sheet
from timeline.exchange.readers.sheet_rows import column_letter
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Problem,
    ReadResult,
)
from timeline.exchange.reading import read
from timeline.rows.tables import Table
from timeline.values.text import clean_line

# More than anybody corrects in one go, and about as many comments as a spreadsheet opens quickly.
MAX_LISTED = 10_000
# Replaces a cell whose content a workbook cannot represent: a spreadsheet error, which every import rejects.
UNREPRESENTABLE = "#N/A"
_MAX_TITLE = 31
# Characters that XML does not allow.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")

_BOLD = Font(bold=True)
_LINK = Font(underline="single", color="0B57A4")
_OF_HEADER = PatternFill("solid", fgColor="E7EDF3")
_WRONG = PatternFill("solid", fgColor="FFC7CE")
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


def error_workbook(
    files: Sequence[Path | Upload], problems: Sequence[Problem], encoding: str | None = None
) -> bytes:
    """The error workbook, as the bytes of an XLSX file.

    `problems` are those of the import of the files, in the language of that import.
    """
    return _ErrorWorkbook(read(files, encoding), problems).whole()


def has_error_workbook(files: Sequence[Path | Upload], encoding: str | None = None) -> bool:
    """Whether the error workbook has the rows of these files, and not only the list of problems."""
    reading = read(files, encoding)
    return bool(reading.grids) or any(
        isinstance(row, FileRow) for sheet in reading.sheets if not sheet.headers for row in sheet
    )


class _ErrorWorkbook:
    """The workbook being written. It is written row by row, so that memory does not grow with the upload."""

    def __init__(self, reading: ReadResult, problems: Sequence[Problem]) -> None:
        self.reading = reading
        self.problems = [*problems[:MAX_LISTED]]
        self.left = len(problems) - len(self.problems)
        self.workbook = Workbook(write_only=True)
        self.styles: dict[tuple[bool, bool, str], Any] = {}
        # By number of the problem, where it is marked: the sheet and the cell.
        self.marked: dict[int, tuple[str, str]] = {}
        self.waiting: defaultdict[FileLocation, list[int]] = defaultdict(list)
        for number, problem in enumerate(self.problems):
            self.waiting[self._key(problem.place)].append(number)

    def whole(self) -> bytes:
        # The first sheet is filled last, when the cell of every problem is known.
        listing = self.workbook.create_sheet(_(PROBLEMS))
        for page in error_sheets(self.reading, self.problems):
            self._write(page)
        self._list(listing)
        buffer = io.BytesIO()
        self.workbook.save(buffer)
        return buffer.getvalue()

    def _key(self, place: FileLocation) -> FileLocation:
        # The line number identifies a line of a sheet; several rows of YAML or JSON may share a line.
        return FileLocation(place.file, line=place.line) if place.file in self._files_of_sheets else place

    @cached_property
    def _files_of_sheets(self) -> set[str]:
        return {grid.file for grid in self.reading.grids}

    # --- a sheet of the upload

    def _write(self, page: ErrorSheet) -> None:
        sheet = self.workbook.create_sheet(self._title(page))
        sheet.freeze_panes = "A2"
        _fit_to_paper(sheet)
        for number, row in enumerate(page.rows, 1):
            if number == 1:
                for column, name in enumerate(row.names):
                    width = width_of(page.table, find_column(page.table, name) or name)
                    sheet.column_dimensions[column_letter(column)].width = width
            wrong = self._wrong(page, row, is_header=number == 1)
            for column, found in wrong.items():
                for problem in found:
                    self.marked.setdefault(problem, (sheet.title, f"{column_letter(column)}{number}"))
            count = max(len(row.cells), *(column + 1 for column in wrong), 0)
            sheet.append(
                [self._cell(sheet, row, column, wrong.get(column), number == 1) for column in range(count)]
            )
        sheet.close()

    def _title(self, page: ErrorSheet) -> str:
        """The name that the sheet had, if it can have it here and it means the table; no two are the same."""
        name = re.sub(r"[\[\]:*?/\\]|^'|'$", " ", page.name)[:_MAX_TITLE].strip()
        if find_table(name) is not page.table or is_auxiliary_sheet(name):
            name = page.table.name
        taken = {title.casefold() for title in self.workbook.sheetnames}
        title, number = name, 1
        while title.casefold() in taken:
            number += 1
            title = f"{page.table.name}-{number}"
        return title

    def _wrong(self, page: ErrorSheet, row: ErrorRow, *, is_header: bool) -> dict[int, list[int]]:
        """The problems of each cell of this row."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for number in self._problems_of(row, is_header):
            # A problem of the whole row is marked in its key column.
            columns = row.columns_of(self.problems[number]) or [_column_of_key(page.table, row)]
            for column in columns:
                found[column].append(number)
        for column, cell in enumerate(row.cells):
            message = "" if found.get(column) else row.unrepresentable.get(column, "")
            if _length(cell) > MAX_CELL:
                message = _("The text is too long for a workbook; mend it in the file it came from.")
            if message:
                name = row.names[column] if column < len(row.names) else ""
                self.problems.append(Problem(row.place, message, name or column_letter(column), cell))
                found[column].append(len(self.problems) - 1)
        return {column: numbers for column, numbers in found.items() if numbers}

    def _problems_of(self, row: ErrorRow, is_header: bool) -> list[int]:
        found = [*self.waiting.get(self._key(row.place), [])]
        if is_header and row.place.file in self._files_of_sheets:
            # A problem of the whole sheet is marked in its first row.
            found += self.waiting.get(FileLocation(row.place.file), [])
        return [number for number in found if number not in self.marked and self._is_of(row, number)]

    def _is_of(self, row: ErrorRow, number: int) -> bool:
        """Whether a problem at the row's place is this row's, where others stand at the same."""
        problem = self.problems[number]
        if row.is_alone or not problem.column:
            return True
        columns = row.columns_of(problem)
        return bool(columns) and (len(columns) > 1 or _quotes_cell(row.cells, columns[0], problem.value))

    def _cell(self, sheet: Any, row: ErrorRow, column: int, wrong: list[int] | None, is_header: bool) -> Any:
        text = row.cells[column] if column < len(row.cells) else ""
        is_untaken = column in row.unrepresentable or _length(text) > MAX_CELL or bool(_NO_XML.search(text))
        if not text and not wrong and not is_untaken:
            return None
        formatted = None if is_untaken or is_header else row.formatted.get(column)
        if formatted is not None:
            cell = WriteOnlyCell(sheet, formatted.value)
        else:
            cell = WriteOnlyCell(
                sheet, UNREPRESENTABLE if is_untaken else to_workbook(_escaped(text)) or None
            )
        if text and not is_untaken and formatted is None:
            # Text, whatever type openpyxl detects.
            cell.data_type = "s"
        self._style(cell, is_header, bool(wrong), formatted.code if formatted else "@")
        if wrong:
            comment = "\n".join(dict.fromkeys(self.problems[number].message for number in wrong))
            cell.comment = Comment(comment[:MAX_CELL], "timeline")
            cell.comment.width, cell.comment.height = 320, 40 + 20 * (1 + len(comment) // 24)
        return cell

    def _style(self, cell: Any, is_header: bool, is_wrong: bool, code: str) -> None:
        """Set the style of the cell. Styles are cached: looking one up takes openpyxl most of its time."""
        known = self.styles.get((is_header, is_wrong, code))
        if known is not None:
            cell._style = known
            return
        cell.number_format, cell.alignment = code, _TOP
        if is_header:
            cell.font, cell.fill = _BOLD, _OF_HEADER
        if is_wrong:
            cell.fill = _WRONG
        self.styles[is_header, is_wrong, code] = cell._style

    # --- the list of problems

    def _list(self, sheet: Any) -> None:
        sheet.freeze_panes = "A2"
        _fit_to_paper(sheet)
        heads = [_("File"), _("Sheet"), _("Row"), _("Column"), _("Value"), _("What is wrong"), _("Cell")]
        for number, width in enumerate((28, 18, 8, 18, 32, 72, 18)):
            sheet.column_dimensions[column_letter(number)].width = width
        sheet.append([self._text_cell(sheet, head, is_head=True) for head in heads])
        for number, problem in enumerate(self.problems):
            place = problem.place
            title, address = self.marked.get(number, ("", ""))
            texts = [
                place.file,
                title or place.table,
                str(place.line or place.row or ""),
                problem.column,
                problem.value[:1000],
                problem.message,
            ]
            cells = [self._text_cell(sheet, text) for text in texts]
            if title:
                link = self._text_cell(sheet, f"{title}!{address}")
                quoted = title.replace("'", "''")
                link.hyperlink = Hyperlink(ref="", location=f"'{quoted}'!{address}")
                link.font = _LINK
                cells.append(link)
            sheet.append(cells)
        if self.left:
            message = _("%(count)s more are not listed; they show when these are mended.")
            sheet.append([self._text_cell(sheet, message % {"count": self.left})])
        sheet.close()

    def _text_cell(self, sheet: Any, text: str, *, is_head: bool = False) -> Any:
        text = _NO_XML.sub("\ufffd", text)
        cell = WriteOnlyCell(sheet, to_workbook(_escaped(text))[:MAX_CELL] or None)
        if text:
            cell.data_type = "s"
        cell.number_format, cell.alignment = "@", _WRAPPED
        if is_head:
            cell.font, cell.fill = _BOLD, _OF_HEADER
        return cell


def _escaped(text: str) -> str:
    # A cell of a file is already escaped.
    return to_cell(text) if text[:1] in FORMULA and text else text


def _length(text: str) -> int:
    return len(text) if len(text) <= MAX_CELL // 2 else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _quotes_cell(cells: Sequence[str], column: int, value: str) -> bool:
    """Whether the cell has the value that a problem quotes, regardless of list separators."""
    cell = (from_cell(cells[column].strip()) or "") if column < len(cells) else ""
    shown, quoted = (re.sub(r"[,;\s]+", " ", clean_line(text)).strip() for text in (cell, value))
    return shown == quoted


def _column_of_key(table: Table, row: ErrorRow) -> int:
    for number, name in enumerate(row.names):
        if find_column(table, name) == table.key[0]:
            return number
    return 0


def _fit_to_paper(sheet: Any) -> None:
    """Fit all columns on one page when printed."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
