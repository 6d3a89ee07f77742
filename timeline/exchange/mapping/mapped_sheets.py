"""The rows of another program's sheet under its mapping, read as a stream; what was left open, changed or left out."""

import functools
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_col_to_name

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.formula_escaping import from_cell
from timeline.exchange.mapping.column_choices import choice_question, choices_of, has_choices, is_choice
from timeline.exchange.mapping.date_choices import date_question, possible_dates, unusual_date
from timeline.exchange.mapping.document_types import (
    document_type_of,
    document_types,
    ending_of,
    is_ending_of_documents,
    is_provisional,
)
from timeline.exchange.mapping.header_lines import HeaderLines
from timeline.exchange.mapping.identities import text_of_record
from timeline.exchange.mapping.issue_dates import columns_of_issue, issue_date, issue_date_question
from timeline.exchange.mapping.mapping import Answers, Mapping, SheetMapping
from timeline.exchange.mapping.questions import MAX_LINES, Choice, Question
from timeline.exchange.mapping.record_choices import EMPTY
from timeline.exchange.mapping.section_rows import FoundSections, SectionRows
from timeline.exchange.mapping.sheet_outline import Remainder, names_of
from timeline.exchange.readers.cells import ColumnType
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.placeholders import is_ditto, stands_for_nothing
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, SheetLine, printable
from timeline.exchange.readers.workbooks import column_type
from timeline.models.fields import PartialDateField
from timeline.models.policies import DocumentType
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table
from timeline.values.partial_date import PartialDate
from timeline.values.text import clean_line, is_blank

_HAN = r"\u3400-\u9fff（）《》〈〉“”、，：—"
_wrapped = re.compile(rf"(?<=[{_HAN}])[ \t\u3000]*[\r\n]+[ \t\u3000]*(?=[{_HAN}])")
# By table, the column that is read from the title where the sheet has none for it, or an empty cell.
READ_FROM_TITLE = {"policies": "document_type"}


@dataclass
class Findings:
    """What a reading of a sheet found besides its rows."""

    rows: int = 0
    questions: dict[str, Question] = field(default_factory=dict)
    # The signs that were read as empty cells, and how often.
    placeholders: Counter[str] = field(default_factory=Counter)
    dittos: int = 0
    filled: int = 0
    types: int = 0
    provisional: int = 0
    # Of the cells whose date hardly looks like what it was read as, the first: row, line, column, text and date; the number of all.
    dates: list[tuple[int, int, str, str, PartialDate]] = field(default_factory=list)
    date_count: int = 0
    # The numbers of the lines above the header and of those that are no rows.
    above: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    sections: FoundSections = field(default_factory=FoundSections)
    # The columns, from 0, that are not read and have cells in rows.
    unread_columns: set[int] = field(default_factory=set)
    # Of the texts of the rows and their lines. A file that was only saved again, or lost a blank behind a text, has the same.
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def note(self, line: int, cells: dict[int, str]) -> None:
        """Add the cells of a row to the digest."""
        texts = [(index, text) for index in sorted(cells) if (text := clean_line(cells[index]))]
        self.digest.update(repr((line, texts)).encode())

    def ask(self, question: Question) -> None:
        """Add a question of one row; the same question of another row counts it too."""
        asked = self.questions.get(question.key)
        self.questions[question.key] = asked.with_rows_of(question) if asked else question


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
        # By column, the record whose cell is that of the rows below it that are merged with it, or say that they are as it is.
        self.record_above: dict[str, str] = {}
        indexes = source.indexes
        self.columns = [
            (one, [indexes[header] for header in one.headers if header in indexes])
            for one in self.sheet.columns
        ]
        self.used = {index for _one, used in self.columns for index in used}
        self.dates = [
            one.column
            for one in self.sheet.columns
            if isinstance(self.table.columns[one.column].field, PartialDateField)
        ]
        self.choices = [
            one.column for one in self.sheet.columns if has_choices(self.table.columns[one.column])
        ]
        self.from_title = READ_FROM_TITLE.get(self.table.name)
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

    def _row(self, line: SheetLine, cells: dict[int, str]) -> Iterator[FileRow | Problem]:
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
            row[one.column] = one.separator.join(texts) or one.default or None
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
        if "title" in unread and self.from_title and not row.get(self.from_title):
            unread.add(self.from_title)
        written = dict[str, str]()
        asked = self._ask(place, row, shown, own, written)
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

    def _ask(
        self,
        place: FileLocation,
        row: dict[str, PlainValue],
        shown: dict[int, str],
        own: set[int],
        written: dict[str, str],
    ) -> set[str]:
        """Replace what the file leaves open by the answers; what has none is empty until it has.

        Returns the columns without one. Choices have any of them, so that the row is checked: nothing is imported.

        `own` has the cells whose text stands in this row, and not above it. `written` gets the texts of the dates that are
        asked about, by which the row is known whatever the answer.
        """
        numbers = {
            one.column: shown[used[0]] for one, used in self.columns if len(used) == 1 and used[0] in shown
        }
        record = text_of_record(self.table, row) or str(place.line)
        self.record_above |= {
            one.column: record for one, used in self.columns if one.column in self.dates and own & {*used}
        }
        asked = set[str]()
        for name in self.dates:
            text = clean_line(str(row.get(name) or ""))
            if text and (dates := possible_dates(text)):
                of_record = self.record_above.get(name, record)
                question = date_question(place, name, text, dates, numbers.get(name, ""), row, of_record)
                answer = self._answer(question)
                written[name] = text
                row[name] = answer if answer != EMPTY else None
                if not answer:
                    asked.add(name)
            elif text and (date := unusual_date(text, self.table.name)):
                self.findings.date_count += 1
                if len(self.findings.dates) < MAX_LINES:
                    self.findings.dates.append((place.row, place.line, place.named(name), text, date))
        for name in self.dates:
            text = clean_line(str(row.get(name) or ""))
            if not asked.isdisjoint(columns_of_issue(self.table, name, text)):
                # It follows from the answer to another question of the row.
                row[name] = None
                asked.add(name)
            elif of_issue := issue_date_question(place, self.table, name, text, row):
                answer = self._answer(of_issue)
                written[name] = text
                row[name] = issue_date(answer or "", row, text)
                if not answer:
                    asked.add(name)
        for name in self.choices:
            text = clean_line(str(row.get(name) or ""))
            if text and not is_choice(self.table.columns[name], text):
                column = self.table.columns[name]
                answer = self._answer(choice_question(place, column, text))
                row[name] = answer if answer != EMPTY else None
                if not answer:
                    asked.add(name)
                    row[name] = None if column.field.blank else choices_of(column)[0].value
        title = clean_line(str(row.get("title") or ""))
        if self.from_title and is_provisional(title) and not row.get("provisional"):
            row["provisional"] = "true"
            self.findings.provisional += 1
        if self.from_title and title and not row.get(self.from_title):
            found = self._type(place, title)
            row[self.from_title] = found or DocumentType.OTHER.value
            asked |= set() if found else {self.from_title}
        return asked

    def _type(self, place: FileLocation, title: str) -> str | None:
        if found := document_type_of(title):
            self.findings.types += 1
            return found
        return self._answer(_type_question(place, title))

    def _answer(self, question: Question) -> str | None:
        answered = question.answered(self.source.answers)
        self.findings.ask(answered)
        return answered.answer or None


def _type_question(place: FileLocation, title: str) -> Question:
    """Ask once for the titles that end with the same word of documents; for others each, whose ending tells no type."""
    ending, choices = ending_of(title), tuple(itertools.starmap(Choice, document_types()))
    if is_ending_of_documents(ending):
        text = _("Which type of document is one whose title ends with “%(ending)s”, as “%(title)s” does?")
        key = f"document-type:{ending}"
    else:
        text, key = _("Which type of document is “%(title)s”?"), f"document-type:{normalize_title(title)}"
    text %= {"ending": ending, "title": printable(title)}
    return Question(key, text, title, place, choices, is_remembered=True)


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
