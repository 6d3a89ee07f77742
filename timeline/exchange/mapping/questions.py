"""Questions about a file: what it leaves open, with the choices; nothing is imported before each is answered."""

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.sheet_outline import LinesApart
from timeline.exchange.readers.types import FileLocation, Problem

# As many lines are listed of the rows that a question is about.
MAX_LINES = 20


@dataclass(frozen=True)
class Choice:
    """An answer: its value, and the words that people choose by."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """Something that rows of a file leave open. The same words in another file have the same key, which begins with its kind.

    `subject` is the text of the file that it is about; `choices` has at least two, or one that is no proposal.
    """

    key: str
    text: str
    subject: str
    place: FileLocation
    choices: tuple[Choice, ...]
    # The number of rows that wait for the answer, and the lines of the first of them, if they are listed.
    rows: int = 1
    lines: tuple[int, ...] = ()
    # The value of the choice that was made, or of the one that is proposed.
    answer: str = ""
    # Whether the answer was given; a proposal may be taken as it is, a question without one may not.
    is_answered: bool = False
    # Whether the answer holds for the next file of this shape.
    is_remembered: bool = False
    # The column of the cell that it is about, as the file names it; "" for the row.
    column: str = ""

    def __post_init__(self) -> None:
        # As in problems: the names of the file are not kept with the place.
        object.__setattr__(self, "column", self.place.named(self.column))

    def answered(self, answers: Answers) -> "Question":
        """The question with its answer, if these have one that is among its choices."""
        given = answers.get(self.key, "")
        if given not in {choice.value for choice in self.choices}:
            return self
        return replace(self, answer=given, is_answered=True)

    def with_rows_of(self, other: "Question") -> "Question":
        """The question for the rows of the same one as well, which was asked further down or for another sheet."""
        is_one_sheet = (self.place.file, self.place.table) == (other.place.file, other.place.table)
        lines = self.lines + (other.lines if is_one_sheet else ())
        return replace(self, rows=self.rows + other.rows, lines=lines[:MAX_LINES])

    @property
    def lines_shown(self) -> str:
        """The lines of the first rows, as a person lists them; "" if there is only one, whose place is shown."""
        if len(self.lines) < 2:
            return ""
        return str(LinesApart(self.lines)) + ("…" if len(self.lines) < self.rows else "")

    @property
    def kind(self) -> str:
        """What is asked: the word with which the key begins."""
        return re.split("[/:]", self.key, maxsplit=1)[0]

    @property
    def problem(self) -> Problem:
        """The problem that the question is while it has no answer."""
        return Problem(self.place, self.text, self.column)

    @classmethod
    def from_plain(cls, plain: AnyMapping[str, Any]) -> "Question":
        """The question as the plain values of a report have it."""
        place, choices = (
            FileLocation(**plain["place"]),
            tuple(Choice(**choice) for choice in plain["choices"]),
        )
        return cls(**{**plain, "place": place, "choices": choices, "lines": tuple(plain.get("lines", ()))})


def with_choice(plain: dict[str, Any], choice: Choice | None) -> dict[str, Any]:
    """A question as the plain values of a report have it, with one more choice if it lacks this one."""
    if choice is None or choice.value in {one["value"] for one in plain["choices"]}:
        return plain
    return {**plain, "choices": [asdict(choice), *plain["choices"]]}


def unanswered(questions: Sequence[Question]) -> list[Question]:
    """The questions that have neither an answer nor a proposal."""
    return [question for question in questions if not question.answer]


def by_answer(questions: Sequence[Question]) -> dict[str, list[Question]]:
    """The questions that are `open`, those with a `proposed` answer to take or change, and those that are `answered`."""
    groups: dict[str, list[Question]] = {"open": [], "proposed": [], "answered": []}
    for question in questions:
        groups["open" if not question.answer else "answered" if question.is_answered else "proposed"].append(
            question
        )
    return groups
