"""The report of an import or of its preview."""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from timeline.exchange.importing.import_row import ColumnChange, ImportRow
from timeline.exchange.importing.record_models import status_model
from timeline.exchange.mapping.questions import Question, unanswered
from timeline.exchange.readers.types import Notice, Problem
from timeline.models import ImportBatch
from timeline.models.previewed_rows import RowOutcome
from timeline.models.records import Record
from timeline.rows.tables import TABLES, Table

# What stands between the cells of a key.
KEY_SEPARATOR = " / "
# The outcome of a row that waits for an answer.
OPEN = "open"


@dataclass
class Report:
    """The result of an import, of a dry run or of a refused import.

    `counts` maps each table to the number of new, changed, unchanged and deleted rows, and of those that are open: what
    becomes of them is asked. With any problem, nothing was written.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    changes: list[ColumnChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Content of the files that was skipped, and warnings.
    notices: list[Notice] = field(default_factory=list)
    # What a mapped file leaves open, with its answers. Those without one are problems as well.
    questions: list[Question] = field(default_factory=list)
    # The detected encoding of each text file.
    encodings: dict[str, str] = field(default_factory=dict)
    # If requested, every row with its outcome.
    rows: list[RowOutcome] = field(default_factory=list)
    # The import's record, if anything was written.
    batch: ImportBatch | None = None
    # By table, the number of records published.
    published_of: Counter[str] = field(default_factory=Counter)
    # The number of records that stay drafts, as their rows say.
    kept_drafts: int = 0
    # The number of public records changed at once.
    changed_public: int = 0
    # The number of public records whose working copy was created or changed.
    working_copies: int = 0
    # Whether the problems of rows kept what is checked of all rows together from being checked.
    has_later_checks: bool = False
    # The number of values that only the admin changed, and of those that both the admin and the files did.
    kept_edits: int = 0
    edit_conflicts: int = 0
    # Those of the notices that name what was changed in the admin since, and what the folder does not have.
    edits: list[Notice] = field(default_factory=list)
    missing: list[Notice] = field(default_factory=list)
    # Those that name entries without a phase.
    without_phase: list[Notice] = field(default_factory=list)
    # The records with an open row, by model with a status and slug: their parts are open as well.
    _open: set[tuple[type[Record], str]] = field(default_factory=set, init=False, repr=False)

    def add_questions(self, questions: Sequence[Question]) -> None:
        """Add questions about the files. Nothing is imported while one is unanswered."""
        self.questions += questions
        self.problems += [question.problem for question in unanswered(questions)]

    def add_rows(self, table: Table, rows: Iterable[ImportRow], *, with_each: bool) -> None:
        """Add the outcomes and problems of rows. `with_each` adds each row to `rows`."""
        for row in rows:
            self.problems += row.problems
            if not row.outcome:
                continue
            outcome = self._outcome(table, row)
            self.counts[table.name][outcome] += 1
            if not (with_each or row.outcome == "changed"):
                continue
            key, present = _key_text(row.key), row.stored or {}
            # Tuples of strings, which the garbage collector soon stops tracking.
            columns = tuple(
                (name, present.get(name), new) for name, new in row.changes.items() if name not in row.asked
            )
            if row.outcome == "changed":
                self.changes += [ColumnChange(row.place, key, *column) for column in columns]
            if with_each:
                self.rows.append(
                    {
                        "place": str(row.place),
                        "table": table.name,
                        "key": key,
                        "outcome": outcome,
                        "publishes": False,
                        "changes_public": False,
                        "columns": columns,
                    }
                )

    def _outcome(self, table: Table, row: ImportRow) -> str:
        """The outcome of a row, or OPEN while a question about it has no answer."""
        record = status_model(table), row.key[0]
        if row.asked and not table.within:
            self._open.add(record)
        is_open = row.asked or (table.within and row.outcome == "new" and record in self._open)
        return OPEN if is_open else row.outcome

    def add_published(self, table: Table, slugs: Collection[str]) -> None:
        """Add the publication of these records."""
        self.published_of[table.name] += len(slugs)
        for row in self.rows:
            if row["table"] == table.name and row["key"] in slugs:
                row["publishes"] = True

    def add_public_changes(self, count: int, rows: Collection[tuple[str, tuple[str, ...]]]) -> None:
        """Add the changes of this number of public records by rows, given by table and key."""
        self.changed_public = count
        keys = {(table, _key_text(key)) for table, key in rows}
        for row in self.rows:
            row["changes_public"] = (row["table"], row["key"]) in keys

    def as_plain(self) -> dict[str, object]:
        """The report as lists and dicts of plain values, for scripts."""
        return {
            "counts": {name: dict(counts) for name, counts in self.counts.items()},
            "changes": [_plain(change) for change in self.changes],
            "problems": [_plain(problem) for problem in self.problems],
            "notices": [str(notice) for notice in self.notices],
            "questions": [_plain(question) for question in self.questions],
            "encodings": self.encodings,
            "published": self.published,
            "published_of": dict(self.published_of),
            "kept_drafts": self.kept_drafts,
            "changed_public": self.changed_public,
            "working_copies": self.working_copies,
            "has_later_checks": self.has_later_checks,
            "kept_edits": self.kept_edits,
            "edit_conflicts": self.edit_conflicts,
            "import": self.batch.pk if self.batch else None,
        }

    @property
    def published(self) -> int:
        """The number of records published."""
        return self.published_of.total()

    @property
    def totals(self) -> dict[str, int]:
        """The number of rows of each outcome, and of those that publish or change a public record."""
        totals = Counter(row["outcome"] for row in self.rows)
        totals["publishes"] = sum(row["publishes"] for row in self.rows)
        totals["changes_public"] = sum(row["changes_public"] for row in self.rows)
        return dict(totals)

    @property
    def fingerprint(self) -> str:
        """A hash of the outcomes of all rows, old values included, and of the problems and notices."""
        whole = [self.rows, [str(message) for message in (*self.problems, *self.notices)]]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def later_checks() -> str:
    """What is said below the problems of a report that has later checks."""
    return _(
        "Once these are mended, more is checked: whether what is to be public can be, and what rows say of each other."
    )


def key_cells(name: str, key: str) -> dict[str, str]:
    """The cells of the key of a row of this table by their columns."""
    names, cells = TABLES[name].key, key.split(KEY_SEPARATOR)
    # The place in a source may have any text in it, and is the only such cell.
    if (more := len(cells) - len(names)) and "locator" in names:
        first = names.index("locator")
        cells[first : first + more + 1] = [KEY_SEPARATOR.join(cells[first : first + more + 1])]
    return dict(zip(names, cells, strict=False))


def _key_text(key: Sequence[str]) -> str:
    return KEY_SEPARATOR.join(key)


# What serves the messages and the import alone.
_NOT_PLAIN = {"names", "offsets", "hides_rows"}


def _plain(record: ColumnChange | Problem | Question) -> dict[str, object]:
    # A problem already has its column under the file's name.
    def kept(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return {name: value for name, value in pairs if name not in _NOT_PLAIN and (name != "label" or value)}

    return dataclasses.asdict(record, dict_factory=kept)
