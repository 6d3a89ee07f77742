"""What an import did, would do, or refused to do."""

import dataclasses
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from timeline.exchange.importing.import_row import ColumnChange
from timeline.exchange.readers.types import Notice, Problem
from timeline.models import ImportBatch


@dataclass
class Report:
    """What an import did, would do, or refused to do.

    `counts` maps each table to how many rows are new, changed, unchanged and deleted. Where there is any problem,
    nothing was written.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    changes: list[ColumnChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # What was left out of the files, and what may be wrong though it is no error.
    notices: list[Notice] = field(default_factory=list)
    # The encoding found in each file of text.
    encodings: dict[str, str] = field(default_factory=dict)
    # Every row and what it does, where that was asked for: its place, table, key, outcome, columns, old and new, and
    # whether it makes an entry public.
    rows: list[dict[str, Any]] = field(default_factory=list)
    # The record of the import, where anything was written.
    batch: ImportBatch | None = None
    # By table, how many entries it made public.
    published_of: Counter[str] = field(default_factory=Counter)
    # Public entries of which the import made or changed the working copy.
    working_copies: int = 0

    def as_plain(self) -> dict[str, Any]:
        """The report as lists and mappings of plain values, for scripts."""
        return {
            "counts": {name: dict(counts) for name, counts in self.counts.items()},
            "changes": [_plain(change) for change in self.changes],
            "problems": [_plain(problem) for problem in self.problems],
            "notices": [str(notice) for notice in self.notices],
            "encodings": self.encodings,
            "published": self.published,
            "published_of": dict(self.published_of),
            "working_copies": self.working_copies,
            "import": self.batch.pk if self.batch else None,
        }

    @property
    def published(self) -> int:
        """How many entries it made public."""
        return self.published_of.total()

    @property
    def fingerprint(self) -> str:
        """A short name for all that the rows do and that is told of them, of which the old values are a part."""
        whole = [self.rows, [str(told) for told in (*self.problems, *self.notices)]]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @property
    def total(self) -> Counter[str]:
        return sum(self.counts.values(), Counter())


def _plain(record: ColumnChange | Problem) -> dict[str, Any]:
    # A problem has its column under the file's name already.
    return dataclasses.asdict(
        record, dict_factory=lambda pairs: {name: value for name, value in pairs if name != "names"}
    )
