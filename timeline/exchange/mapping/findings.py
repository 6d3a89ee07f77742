"""What a reading of a mapped sheet finds besides its rows: questions, and what was left out, changed or read as something else."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from timeline.exchange.mapping.questions import MAX_LINES, Question
from timeline.exchange.mapping.section_rows import FoundSections
from timeline.exchange.readers.types import FileLocation
from timeline.values.partial_date import PartialDate
from timeline.values.text import clean_line


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
    # Of the cells that answers leave empty, the first: row, line, column and text; the number of all.
    dropped: list[tuple[int, int, str, str]] = field(default_factory=list)
    dropped_count: int = 0
    # The numbers of the lines above the header and of those that are no rows.
    above: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    # Those of rows that are struck through and are not read.
    struck_out: list[int] = field(default_factory=list)
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

    def note_date(self, place: FileLocation, column: str, text: str, date: PartialDate) -> None:
        """Add a cell whose date hardly looks like what it was read as."""
        self.date_count += 1
        if len(self.dates) < MAX_LINES:
            self.dates.append((place.row, place.line, place.named(column), text, date))

    def note_dropped(self, place: FileLocation, column: str, text: str) -> None:
        """Add a cell that an answer leaves empty."""
        self.dropped_count += 1
        if len(self.dropped) < MAX_LINES:
            self.dropped.append((place.row, place.line, place.named(column), text))
