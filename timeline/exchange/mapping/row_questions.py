"""What the cells of a row leave open: each is replaced by the answer, or asked about."""

import itertools
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.cell_values import refusal_of, with_typed
from timeline.exchange.mapping.column_choices import choice_question, choices_of, has_choices, is_choice
from timeline.exchange.mapping.date_choices import date_question, possible_dates, unusual_date
from timeline.exchange.mapping.document_types import (
    document_type_of,
    document_types,
    ending_of,
    is_ending_of_documents,
    is_provisional,
)
from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.identities import text_of_record
from timeline.exchange.mapping.issue_dates import (
    columns_of_issue,
    date_in_force,
    issue_date,
    issue_date_question,
)
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import EMPTY
from timeline.exchange.mapping.value_questions import may_be_asked_about, value_question
from timeline.exchange.readers.types import FileLocation, printable
from timeline.models.fields import PartialDateField
from timeline.models.policies import DocumentType
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.text import clean_line

# By table, the column that is read from the title where the sheet has none for it, or an empty cell.
READ_FROM_TITLE = {"policies": "document_type"}


class RowQuestions:
    """Replaces what the cells of a sheet's rows leave open by the answers; what has none is empty until it has.

    `used` has the columns that are read, each with those of the sheet, from 0.
    """

    def __init__(
        self, table: Table, used: Mapping[str, Sequence[int]], answers: Answers, findings: Findings
    ) -> None:
        self.table, self.used, self.answers, self.findings = table, used, answers, findings
        self.columns = columns = {name: table.columns[name] for name in used}
        self.dates = [name for name, one in columns.items() if isinstance(one.field, PartialDateField)]
        self.choices = [name for name, one in columns.items() if has_choices(one)]
        self.values = [
            name for name, one in columns.items() if name not in table.key and may_be_asked_about(one)
        ]
        self.from_title = READ_FROM_TITLE.get(table.name)
        # By column, the record whose cell is that of the rows below it that are merged with it, or say that they are as it is.
        self.record_above: dict[str, str] = {}

    def settle(
        self, place: FileLocation, cells: dict[str, PlainValue], shown: Mapping[int, str], own: Set[int]
    ) -> tuple[set[str], dict[str, str]]:
        """Replace the cells of a row. Returns the columns that have no answer, and the texts of those that are asked about.

        By these texts the row is known whatever the answer. Columns of choices have any of them while they have no answer, so
        that the row is checked: nothing is imported. `own` has the cells whose text stands in this row, and not above it.
        """
        row = _Row(place, cells, shown, text_of_record(self.table, cells) or str(place.line))
        self.record_above |= {name: row.record for name in self.dates if own & {*self.used[name]}}
        self._settle_dates(row)
        for name in self.choices:
            text, column = row.text(name), self.columns[name]
            if text and not is_choice(column, text):
                self._settle(row, name, choice_question(place, column, text))
                if name in row.asked:
                    cells[name] = None if column.field.blank else choices_of(column)[0].value
        for name in self.values:
            text, column = row.text(name), self.columns[name]
            if text and (refusal := refusal_of(column, text)):
                row.written[name] = text
                self._settle(row, name, value_question(place, column, text, refusal))
        self._read_title(row)
        return row.asked, row.written

    def _settle_dates(self, row: "_Row") -> None:
        of_issue = list[str]()
        for name in self.dates:
            text = row.text(name)
            if date := date_in_force(self.table, name, text):
                row.cells[name] = str(date)
            elif columns_of_issue(self.table, name, text):
                of_issue.append(name)
            elif text and (date := unusual_date(text, self.table.name)):
                self.findings.note_date(row.place, name, text, date)
            elif text:
                self._settle_date(row, name, text)
        for name in of_issue:
            text = row.text(name)
            if not row.asked.isdisjoint(columns_of_issue(self.table, name, text)):
                # It follows from the answer to another question of the row.
                row.cells[name] = None
                row.asked.add(name)
            elif question := issue_date_question(row.place, self.table, name, text, row.cells):
                row.written[name] = text
                row.cells[name] = issue_date(self._settle(row, name, question), row.cells, text)
            else:
                self._settle_date(row, name, text)

    def _settle_date(self, row: "_Row", name: str, text: str) -> None:
        used, column = self.used[name], self.columns[name]
        dates, refusal = possible_dates(text), refusal_of(column, text)
        # What decides which record the row is stays an error, unless its readings are known.
        if not refusal or (name in self.table.key and not dates):
            return
        number = row.shown.get(used[0], "") if len(used) == 1 else ""
        record = self.record_above.get(name, row.record)
        row.written[name] = text
        question = date_question(row.place, column, text, dates, number, row.cells, record, refusal)
        self._settle(row, name, question)

    def _settle(self, row: "_Row", name: str, question: Question) -> str:
        """Replace a cell by the answer to its question, which is returned. What is left empty is noted."""
        answer, text = self._answer(question), row.text(name)
        row.cells[name] = answer if answer != EMPTY else None
        if not answer:
            row.asked.add(name)
        elif answer == EMPTY:
            self.findings.note_dropped(row.place, name, text)
        return answer or ""

    def _read_title(self, row: "_Row") -> None:
        """Read from the title of a document whether it is provisional, and its type where the sheet has none."""
        title, cells = row.text("title"), row.cells
        if not self.from_title or not title:
            return
        if is_provisional(title) and not cells.get("provisional"):
            cells["provisional"] = "true"
            self.findings.provisional += 1
        if not cells.get(self.from_title):
            found = self._type(row.place, title)
            cells[self.from_title] = found or DocumentType.OTHER.value
            row.asked |= set() if found else {self.from_title}

    def _type(self, place: FileLocation, title: str) -> str | None:
        if found := document_type_of(title):
            self.findings.types += 1
            return found
        return self._answer(_type_question(place, title))

    def _answer(self, question: Question) -> str | None:
        answered = with_typed(question, self.answers).answered(self.answers)
        self.findings.ask(answered)
        return answered.answer or None


@dataclass
class _Row:
    """A row while its cells are replaced, with what tells its record, and what becomes of it."""

    place: FileLocation
    cells: dict[str, PlainValue]
    shown: Mapping[int, str]
    record: str
    asked: set[str] = field(default_factory=set)
    written: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a cell; "" if it is empty."""
        return clean_line(str(self.cells.get(name) or ""))


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
