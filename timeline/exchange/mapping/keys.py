"""Keys: which record each row is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.questions import Question
from timeline.exchange.readers.types import FileRow, Notice
from timeline.rows.tables import Table


class Keys:
    """The slugs of the rows of one import. `collect` all of them, `look_up` a table, then `identify` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs) -> None:
        self._answers, self._new_slugs = answers, slugs
        self.questions: list[Question] = []
        self.notices: list[Notice] = []
        # By the number of the sheet, the slug of each row.
        self._slugs: defaultdict[int, list[str]] = defaultdict(list)

    def collect(self, row: FileRow) -> None:
        """Reserve the slug of a row."""
        if slug := str(row.cells.get("slug") or ""):
            self._new_slugs.reserve(row.table.model, slug)

    def look_up(self, table: Table, rows: Callable[[], Iterable[tuple[int, FileRow]]]) -> None:
        """Find which records the rows of a table are. Each row comes with the number of its sheet."""
        for number, row in rows():
            slug = row.cells.get("slug") or self._new_slugs.make(
                table.model, str(row.cells.get("title") or "")
            )
            self._slugs[number].append(str(slug))

    def slug_of(self, sheet: int, number: int) -> str:
        """The slug of a row by the numbers of its sheet and in it, from 0; "" if the row and its parts are left out."""
        return self._slugs[sheet][number]

    def identify(self, sheet: int, number: int, row: FileRow) -> FileRow | None:
        """The row with its slug; None if it is left out or part of an earlier one."""
        return replace(row, cells=row.cells | {"slug": self._slugs[sheet][number]})
