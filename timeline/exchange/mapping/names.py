"""Names in the cells of references: which records they mean."""

from collections import defaultdict
from typing import Any

from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.questions import Question
from timeline.exchange.readers.types import FileRow, Problem


class Names:
    """The names in the rows of one import. `collect` all of them, `look_up` a model, then `resolve` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs) -> None:
        self._answers, self._slugs = answers, slugs
        self.questions: list[Question] = []
        self.problems: list[Problem] = []
        # By table, the rows of the records that are created because rows name them.
        self.created: defaultdict[str, list[FileRow]] = defaultdict(list)

    def collect(self, row: FileRow) -> None:
        """Count the names in the references of a row."""

    def has_names_of(self, model: Any) -> bool:
        """Whether names of this model, or of one that it inherits, were collected and not looked up."""
        return False

    def add(self, row: FileRow) -> None:
        """Let rows name the record of this row, which has its slug."""

    def look_up(self, model: Any) -> None:
        """Find what the collected names of this model mean, once."""

    def resolve(self, row: FileRow) -> FileRow:
        """The row with slugs in place of the names of models that were looked up."""
        return row
