"""The error workbook: the sheets of an upload with every problem marked, to correct and upload again."""

import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import builtin_format_id
from openpyxl.utils.cell import range_boundaries
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from timeline.exchange.error_sheets import ErrorRow, ErrorSheet, error_sheets
from timeline.exchange.exporting.workbooks import (
    HEADER,
    MAX_CELL,
    TEXT,
    new_workbook,
    utf16_length,
    width_of,
    write_note,
)
from timeline.exchange.formula_escaping import FORMULA, from_cell, to_cell
from timeline.exchange.mapped_error_sheets import mapped_error_sheets
from timeline.exchange.mapping.mapping import Mapping
from timeline.exchange.readers.headers import PROBLEMS, find_table, is_auxiliary_sheet
from timeline.exchange.readers.sheet_marks import AUTHOR, Parts
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, printable
from timeline.exchange.reading import read, read_grids
from timeline.rows.columns import LIST_SEPARATORS
from timeline.values.text import clean_line

# More than anybody corrects in one go, and about as many comments as a spreadsheet opens quickly.
MAX_LISTED = 10_000
# Replaces a cell whose content a workbook cannot represent: a formula that shows #N/A and that every import
# rejects.
UNREPRESENTABLE = "=NA()"
# More merged cells than this are not merged again.
MAX_MERGED = 10_000
# The name of a sheet without a table whose own it cannot have.
_UNNAMED = "Sheet"
# The limits of Excel: characters in the name of a sheet, and links in a sheet.
_MAX_TITLE = 31
_MAX_LINKS = 65_530
# Characters that XML does not allow.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")

# Between what is wrong in a cell and the note that it had.
_ABOVE_NOTE = "\n——\n"

_WRONG = {"bg_color": "#FFC7CE"}
_WRAPPED = TEXT | {"text_wrap": True}
_LINK = _WRAPPED | {"underline": 1, "font_color": "#0B57A4"}


def error_workbook(
    files: Sequence[Path | Upload],
    problems: Sequence[Problem],
    encoding: str | None = None,
    mapping: Mapping | None = None,
) -> bytes:
    """The error workbook, as the bytes of an XLSX file.

    `problems` are those of the import of the files, by the same mapping, in the language of that import.
    """
    if mapping is None:
        sheets = error_sheets(read(files, encoding), problems[:MAX_LISTED])
    else:
        sheets = mapped_error_sheets(files, encoding, mapping)
    buffer = io.BytesIO()
    with new_workbook(buffer) as workbook:
        _ErrorWorkbook(workbook, sheets, problems).write()
    return buffer.getvalue()


def has_error_workbook(
    files: Sequence[Path | Upload], encoding: str | None = None, mapping: Mapping | None = None
) -> bool:
    """Whether the error workbook has the rows of these files, and not only the list of problems."""
    if mapping is not None:
        return bool(read_grids(files, encoding)[0])
    reading = read(files, encoding)
    return bool(reading.grids) or any(
        isinstance(row, FileRow) for sheet in reading.sheets if not sheet.headers for row in sheet
    )


class _ErrorWorkbook:
    """The workbook being written. It is written row by row, so that memory does not grow with the upload."""

    def __init__(self, workbook: Workbook, sheets: Sequence[ErrorSheet], problems: Sequence[Problem]) -> None:
        self.workbook = workbook
        self.sheets = sheets
        self.problems = [*problems[:MAX_LISTED]]
        self.left = len(problems) - len(self.problems)
        self.files_of_sheets = {sheet.file for sheet in sheets if sheet.file}
        self.formats: dict[tuple[bool, bool, str, bool], Format] = {}
        self.struck: Format | None = None
        # By number of the problem, where it is marked: the sheet and the cell.
        self.marked: dict[int, tuple[str, str]] = {}
        self.waiting: defaultdict[FileLocation, list[int]] = defaultdict(list)
        for number, problem in enumerate(self.problems):
            self.waiting[self._key(problem.place)].append(number)

    def write(self) -> None:
        # The first sheet is filled last, when the cell of every problem is known.
        listing = self._new_sheet(_(PROBLEMS))
        for page in self.sheets:
            self._write(page)
        self._list(listing)

    def _new_sheet(self, title: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(title)
        # All columns on one page when printed.
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _key(self, place: FileLocation) -> FileLocation:
        # The line number identifies a line of a sheet; several rows of YAML or JSON may share a line.
        return FileLocation(place.file, line=place.line) if place.file in self.files_of_sheets else place

    # --- a sheet of the upload

    def _write(self, page: ErrorSheet) -> None:
        title = self._title(page)
        sheet = self._new_sheet(title)
        self._set_look(sheet, page)
        for address, text in page.notes.items():
            line, column = xl_cell_to_rowcol(address)
            self._write_note(sheet, line, column, [], text)
        line = -1
        for row in page.rows:
            line = line + 1 if row.index is None else row.index
            if row.is_header:
                sheet.freeze_panes(line + 1, 0)
                self._set_widths(sheet, page, row)
            if row.is_hidden:
                sheet.set_row(line, options={"hidden": True})
            wrong = self._wrong(page, row)
            for column in range(max(len(row.cells), *(column + 1 for column in wrong), 0)):
                problems = wrong.get(column, [])
                for problem in problems:
                    self.marked.setdefault(problem, (title, xl_rowcol_to_cell(line, column)))
                self._write_cell(sheet, page, line, column, row, problems)
        # A zip may have more sheets than a process may have open files.
        sheet._opt_close()

    def _set_look(self, sheet: Worksheet, page: ErrorSheet) -> None:
        """Merge and hide what was merged and hidden in the upload."""
        for column in page.hidden_columns:
            sheet.set_column(column, column, options={"hidden": True})
        # `merge_range` writes all cells of a range at once, but a row that is written cannot be returned to.
        sheet.merge += [
            [top - 1, left - 1, bottom - 1, right - 1] for left, top, right, bottom in _apart(page.merged)
        ]
        if page.is_hidden:
            sheet.hide()

    def _set_widths(self, sheet: Worksheet, page: ErrorSheet, row: ErrorRow) -> None:
        for column, name in enumerate(row.names):
            if page.table and column not in page.hidden_columns:
                sheet.set_column(column, column, width_of(page.table, page.column(name)))

    def _title(self, page: ErrorSheet) -> str:
        """The name that the sheet had, if it can have it here and, unless it is mapped, means the table; no two are the same."""
        name = re.sub(r"[\[\]:*?/\\]", " ", page.name)[:_MAX_TITLE].strip(" '")
        other = page.table.name if page.table else _UNNAMED
        if (
            not name
            or is_auxiliary_sheet(name)
            or (page.columns is None and find_table(name) is not page.table)
        ):
            name = other
        taken = {title.casefold() for title in self.workbook.sheetnames}
        titles = itertools.chain([name], (f"{other}-{number}" for number in itertools.count(2)))
        return next(title for title in titles if title.casefold() not in taken)

    def _wrong(self, page: ErrorSheet, row: ErrorRow) -> dict[int, list[int]]:
        """The problems of each cell of this row."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        waiting = [*self.waiting.get(self._key(row.place), [])]
        if row.is_header and row.place.file in self.files_of_sheets:
            # A problem of the whole sheet is marked in its first row.
            waiting += self.waiting.get(FileLocation(row.place.file), [])
        column_of_key = _column_of_key(page, row) if waiting else 0
        for number in waiting:
            if number not in self.marked and _is_of(row, self.problems[number]):
                # A problem of the whole row is marked in its key column; of cells merged beside each other, only the first shows.
                columns = row.columns_of(self.problems[number]) or [column_of_key]
                for column in dict.fromkeys(page.shown_column(row, column) for column in columns):
                    found[column].append(number)
        for column, cell in enumerate(row.cells):
            message = "" if column in found else row.unrepresentable.get(column, "")
            if utf16_length(cell) > MAX_CELL:
                message = _("The text is too long for a workbook; mend it in the file it came from.")
            if message:
                name = row.names[column] if column < len(row.names) else ""
                self.problems.append(Problem(row.place, message, name or xl_col_to_name(column), cell))
                found[column].append(len(self.problems) - 1)
        return found

    def _write_cell(
        self,
        sheet: Worksheet,
        page: ErrorSheet,
        line: int,
        column: int,
        row: ErrorRow,
        problems: Sequence[int],
    ) -> None:
        text = row.cells[column] if column < len(row.cells) else ""
        is_untaken = (
            column in row.unrepresentable or utf16_length(text) > MAX_CELL or bool(_NO_XML.search(text))
        )
        formatted = None if is_untaken or row.is_header else row.formatted.get(column)
        address = xl_rowcol_to_cell(line, column)
        parts = page.struck.get(address, ())
        is_in_part = not all(is_struck for part, is_struck in parts if part.strip())
        is_in_part &= "".join(part for part, _is_struck in parts) == text
        code = formatted.code if formatted else "@"
        format = self._format(row.is_header, bool(problems), code, bool(parts) and not is_in_part)
        if is_untaken:
            sheet.write_formula(line, column, UNREPRESENTABLE, format, "#N/A")
        elif formatted:
            sheet.write_number(line, column, formatted.value, format)
        elif text and is_in_part:
            self._write_parts(sheet, line, column, parts, format)
        elif text:
            sheet.write_string(line, column, _escaped(text), format)
        elif problems:
            sheet.write_blank(line, column, None, format)
        if problems:
            messages = (printable(self.problems[number].message, MAX_CELL) for number in problems)
            self._write_note(sheet, line, column, [*dict.fromkeys(messages)], page.notes.get(address, ""))

    def _write_note(
        self, sheet: Worksheet, line: int, column: int, messages: Sequence[str], text: str
    ) -> None:
        """Write what is wrong in a cell, and below it the note that it had, as that of others."""
        own = _NO_XML.sub("\ufffd", text.rpartition(_ABOVE_NOTE)[2])
        note = "\n".join(messages)[:MAX_CELL] + (_ABOVE_NOTE if messages and own else "") + own
        write_note(sheet, line, column, note[:MAX_CELL], 1 + len(note) // 24, "" if own else AUTHOR)

    def _write_parts(self, sheet: Worksheet, line: int, column: int, parts: Parts, format: Format) -> None:
        """Write a text of which parts are struck through."""
        if self.struck is None:
            self.struck = self.workbook.add_format({"font_strikeout": True})
        whole = "".join(text for text, _is_struck in parts)
        escape = _escaped(whole).removesuffix(whole)
        fragments: list[str | Format] = [escape] if escape else []
        for text, is_struck in parts:
            if text:
                fragments += [self.struck, text] if is_struck else [text]
        sheet.write_rich_string(line, column, *fragments, format)

    def _format(self, is_header: bool, is_wrong: bool, code: str, is_struck: bool) -> Format:
        key = is_header, is_wrong, code, is_struck
        if key not in self.formats:
            look = (HEADER if is_header else TEXT) | (_WRONG if is_wrong else {})
            # A built-in format by its number: by its code it would be another, which no system changes.
            look |= {"font_strikeout": True} if is_struck else {}
            look |= {"num_format": builtin_format_id(code) or code}
            self.formats[key] = self.workbook.add_format(look)
        return self.formats[key]

    # --- the list of problems

    def _list(self, sheet: Worksheet) -> None:
        sheet.freeze_panes(1, 0)
        header, text, link = map(self.workbook.add_format, (HEADER | _WRAPPED, _WRAPPED, _LINK))
        heads = [_("File"), _("Sheet"), _("Row"), _("Column"), _("Value"), _("What is wrong"), _("Cell")]
        for column, (head, width) in enumerate(zip(heads, (28, 18, 8, 18, 32, 72, 18), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, header)
        for line, problem in enumerate(self.problems, 1):
            place = problem.place
            title, address = self.marked.get(line - 1, ("", ""))
            number = str(problem.line or place.row or "")
            found = (
                title or place.table,
                number,
                problem.label or problem.column,
                problem.value[:1000],
                problem.message,
            )
            for column, cell in enumerate((place.file, *found)):
                if cell:
                    sheet.write_string(line, column, _escaped(_NO_XML.sub("\ufffd", cell))[:MAX_CELL], text)
            if title and line <= _MAX_LINKS:
                quoted = title.replace("'", "''")
                sheet.write_url(line, 6, f"internal:'{quoted}'!{address}", link, f"{title}!{address}")
        if self.left:
            message = _("%(count)s more are not listed; they show when these are mended.")
            sheet.write_string(len(self.problems) + 1, 0, message % {"count": self.left}, text)


def _column_of_key(page: ErrorSheet, row: ErrorRow) -> int:
    """The column (from 0) that identifies a row best: of the key, or of the title where tables may lack that."""
    columns = [page.column(name) for name in row.names]
    wanted = [*page.table.key[:1]] if page.table else []
    if page.columns is not None:
        wanted.append("title")
    return next((columns.index(name) for name in wanted if name in columns), 0)


def _apart(merged: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of merged cells that do not overlap, by which a workbook would be damaged: left, top, right, bottom, from 1."""
    taken: list[tuple[int, int, int, int]] = []
    bounds = [range_boundaries(one) for one in merged[:MAX_MERGED]]
    for left, top, right, bottom in sorted(bounds, key=lambda one: one[1]):
        taken = [one for one in taken if one[3] >= top]
        if not any(one[0] <= right and left <= one[2] for one in taken):
            taken.append((left, top, right, bottom))
            yield left, top, right, bottom


def _escaped(text: str) -> str:
    # A cell of a file is already escaped. A sign alone, as for an empty cell, is no formula.
    is_formula = text[:1] in FORMULA and any(map(str.isalnum, text))
    return to_cell(text) if is_formula else text


def _is_of(row: ErrorRow, problem: Problem) -> bool:
    """Whether a problem at the row's place is this row's, where others stand at the same."""
    if row.is_alone or not problem.column:
        return True
    columns = row.columns_of(problem)
    if len(columns) != 1:
        return bool(columns)
    # The cell has the value that the problem quotes, regardless of list separators.
    cell = (from_cell(row.cells[columns[0]].strip()) or "") if columns[0] < len(row.cells) else ""
    shown, quoted = (LIST_SEPARATORS.sub(" ", clean_line(text)).strip() for text in (cell, problem.value))
    return shown == quoted
