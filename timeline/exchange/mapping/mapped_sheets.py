"""The rows of another program's sheet under its mapping, read as a stream; what was left open, changed or left out."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.formula_escaping import from_cell
from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.header_lines import HeaderLines
from timeline.exchange.mapping.joined_dates import joined_date
from timeline.exchange.mapping.mapping import Answers, Mapping, SheetMapping
from timeline.exchange.mapping.record_choices import TAKE
from timeline.exchange.mapping.row_questions import READ_FROM_TITLE, RowQuestions
from timeline.exchange.mapping.section_rows import SectionRows
from timeline.exchange.mapping.sheet_outline import Remainder, names_of
from timeline.exchange.mapping.struck_rows import is_struck, struck_question
from timeline.exchange.readers.cells import ColumnType
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.placeholders import is_ditto, stands_for_nothing
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, SheetLine
from timeline.exchange.readers.workbooks import column_type
from timeline.models.fields import PartialDateField
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table
from timeline.values.text import clean_line, is_blank

_HAN = r"\u3400-\u9fff（）《》〈〉“”、，：—"
_wrapped = re.compile(rf"(?<=[{_HAN}])[ \t\u3000]*[\r\n]+[ \t\u3000]*(?=[{_HAN}])")


@dataclass(frozen=True)
class MappedSheet:
    """A grid that is read as a sheet of its mapping, with its header there. Each reading reads the file anew."""

    grid: Grid
    sheet: SheetMapping
    header: HeaderLines
    mapping: Mapping
    answers: Answers

    @functools.cached_property
    def table(self) -> Table:
        return TABLES[self.sheet.table]

    @functools.cached_property
    def spellings(self) -> dict[str, str]:
        """The columns with their headers in the file."""
        return {one.column: " + ".join(one.headers) for one in self.sheet.columns if one.headers}

    @functools.cached_property
    def indexes(self) -> dict[str, int]:
        """The columns of the sheet by the names that the mapping has for them."""
        width = max([len(self.sheet.header), *self._widths()])
        names = names_of([*self.sheet.header, *[""] * (width - len(self.sheet.header))])
        return {name: index for index, name in enumerate(names)}

    def _widths(self) -> Iterator[int]:
        """The number of columns up to each that is named by its letter; AU may be the text of a header as well."""
        widths = {xl_col_to_name(index): index + 1 for index in range(200)}
        for one in self.sheet.columns:
            letters = (name.partition(":")[0] for name in one.headers if name not in self.sheet.header)
            yield from (widths[letter] for letter in letters if letter in widths)

    @property
    def kinds(self) -> list[ColumnType | None]:
        """The type of each column of the sheet; of those that are put together, the text that is shown."""
        found: list[ColumnType | None] = [None] * len(self.indexes)
        for one in self.sheet.columns:
            if len(one.headers) == 1 and one.headers[0] in self.indexes:
                found[self.indexes[one.headers[0]]] = column_type(self.table, one.column)
        return found

    def rows(self, findings: Findings | None = None) -> Iterator[FileRow | Problem]:
        """The rows with their cells as texts, and the problems of lines and cells. The findings are added to, if given."""
        yield from _Reading(self, findings or Findings()).rows()


class _Reading:
    """One reading of a sheet."""

    def __init__(self, source: MappedSheet, findings: Findings) -> None:
        self.source, self.table, self.sheet = source, source.table, source.sheet
        self.mapping, self.findings = source.mapping, findings
        self.remainder = Remainder(source.sheet.header)
        self.sections = SectionRows(source.grid, source.sheet.header, source.header.last)
        self.merged = _Merged(source.grid.merged if source.mapping.fills_merged else ())
        # The texts of the line above, after what stands for others was replaced, and what its cells of numbers show.
        self.above: dict[int, str] = {}
        self.shown_above: dict[int, str] = {}
        indexes = source.indexes
        self.columns = [
            (one, [indexes[header] for header in one.headers if header in indexes])
            for one in self.sheet.columns
        ]
        self.used = {index for _one, used in self.columns for index in used}
        used_by = {one.column: used for one, used in self.columns}
        self.questions = RowQuestions(self.table, used_by, source.answers, findings)
        # The number of columns that rows may have: those of the header with its empty cells, or up to one that is read.
        self.width = max(self.used, default=-1) + 1

    def rows(self) -> Iterator[FileRow | Problem]:
        for line in self.source.grid.read(self.source.kinds):
            if isinstance(line, Problem):
                yield line
                continue
            texts = [*line.cells]
            if self.source.header.first <= line.number <= self.source.header.last:
                self.width = max([self.width, *(index + 1 for index, _text in texts)])
            cells = {index: from_cell(text.strip()) or "" for index, text in texts if not is_blank(text)}
            if (cells or line.faults) and self._is_row(line, cells):
                yield from self._row(line, cells)

    def _is_row(self, line: SheetLine, cells: dict[int, str]) -> bool:
        if line.number <= self.source.header.last:
            if line.number < self.source.header.first:
                self.findings.above.append(line.number)
            self.merged.fill(line.number, cells, {})
            return False
        last = self.sheet.last_line
        texts = [clean_line(cells.get(index, "")) for index in range(max(cells, default=-1) + 1)]
        if line.number > last if last is not None else self.remainder.takes(texts):
            self.findings.left_out.append(line.number)
            return False
        skips = self.mapping.skips_sections and not line.faults
        if skips and (heading := self.sections.heading(line.number, cells)):
            self.findings.sections.add(line.number, heading)
            return False
        return True

    def _leaves_out(self, line: SheetLine, cells: dict[int, str]) -> bool:
        """Whether a row that is struck through is not read; none is before that is answered. Rows below may be as it is."""
        if not is_struck(self.source.grid.struck_rows, line.number):
            return False
        place = FileLocation(self.source.grid.file, self.table.name, line=line.number)
        question = struck_question(place, self.sheet.sheet).answered(self.source.answers)
        self.findings.ask(question)
        if question.answer == TAKE:
            return False
        if question.answer:
            self.findings.struck_out.append(line.number)
        shown = dict(line.shown)
        self.merged.fill(line.number, cells, shown)
        self.above, self.shown_above = cells, shown
        return True

    def _row(self, line: SheetLine, cells: dict[int, str]) -> Iterator[FileRow | Problem]:
        if self._leaves_out(line, cells):
            return
        self.findings.rows += 1
        self.findings.note(line.number, cells)
        self.findings.unread_columns |= cells.keys() - self.used
        shown, own = dict(line.shown), {*cells}
        self.findings.filled += self.merged.fill(line.number, cells, shown, self.used)
        names = self.source.spellings
        place = FileLocation(self.source.grid.file, self.table.name, self.findings.rows, line.number, names)
        if self.source.grid.delimiter and (count := max(cells, default=-1) + 1) > self.width:
            yield self._long_row(place, count, cells[count - 1])
            return
        if self.mapping.reads_dittos:
            own -= {index for index, text in cells.items() if is_ditto(text)}
        problems = [*self._replace(place, cells, shown)]
        row: dict[str, PlainValue] = {}
        for one, indexes in self.columns:
            texts = [cells[index] for index in indexes if cells.get(index)]
            is_date = isinstance(self.table.columns[one.column].field, PartialDateField)
            date = joined_date(texts) if is_date and len(texts) > 1 else ""
            row[one.column] = date or one.separator.join(texts) or one.default or None
        if isinstance(title := row.get("title"), str):
            # A line end in a cell is none between two words in Chinese.
            row["title"] = _wrapped.sub("", title)
        unread = set[str]()
        for fault in line.faults:
            for one, indexes in self.columns:
                if fault.column in indexes:
                    row.pop(one.column, None)
                    unread.add(one.column)
                    problems.append(Problem(place, fault.message, one.column, fault.value))
        from_title = READ_FROM_TITLE.get(self.table.name)
        if "title" in unread and from_title and not row.get(from_title):
            unread.add(from_title)
        asked, written = self.questions.settle(place, row, shown, own)
        yield from problems
        yield FileRow(
            place, self.table, row, unread=frozenset(unread), asked=frozenset(asked), written=written
        )

    def _long_row(self, place: FileLocation, count: int, last: str) -> Problem:
        """The problem of a row of a text file with more cells than the header: its cells may stand in the wrong columns."""
        message = _(
            "The row has %(count)s cells, but the header has %(width)s: “%(delimiter)s” stands within a cell that is not in "
            "quotation marks, or a column has no header."
        )
        message %= {"count": count, "width": self.width, "delimiter": self.source.grid.delimiter}
        return Problem(place, message, xl_col_to_name(count - 1), last, hides_rows=True)

    def _replace(
        self, place: FileLocation, cells: dict[int, str], shown: dict[int, str]
    ) -> Iterator[Problem]:
        """Replace what stands for an empty cell or for the one above."""
        for index in self.used & cells.keys():
            text = cells[index]
            if self.mapping.reads_dittos and is_ditto(text):
                cells[index] = self.above.get(index, "")
                if index in self.shown_above:
                    shown[index] = self.shown_above[index]
                self.findings.dittos += 1
                if not cells[index]:
                    message = _("The cell is as the one above, and that is empty.")
                    yield Problem(place, message, self._column_at(index), text)
            elif self.mapping.reads_placeholders and stands_for_nothing(
                self.table.columns[self._column_at(index)], text
            ):
                cells[index] = ""
                self.findings.placeholders[text] += 1
        self.above, self.shown_above = cells, shown

    def _column_at(self, index: int) -> str:
        return next(one.column for one, indexes in self.columns if index in indexes)


class _Merged:
    """Merged cells: what the first of each has, the cells below it have as well.

    Those beside it belong to other columns, and stay empty.
    """

    def __init__(self, ranges: Sequence[str]) -> None:
        bounds = [range_boundaries(one) for one in ranges]
        # Column from 0, lines from 1.
        self.ranges = [(left - 1, top, bottom) for left, top, _right, bottom in bounds if bottom > top]
        self.texts: dict[int, tuple[str, str | None]] = {}

    def fill(
        self,
        line: int,
        cells: dict[int, str],
        shown: dict[int, str],
        used: set[int] | frozenset[int] = frozenset(),
    ) -> int:
        """Fill the cells of a line that are in a range, with what those of numbers show. Returns how many of those used were filled."""
        count = 0
        for number, (column, top, bottom) in enumerate(self.ranges):
            if not top <= line <= bottom:
                continue
            if line == top:
                self.texts[number] = cells.get(column, ""), shown.get(column)
            text, of_number = self.texts.get(number, ("", None))
            if text and not cells.get(column):
                cells[column] = text
                if of_number is not None:
                    shown[column] = of_number
                count += column in used
        return count
