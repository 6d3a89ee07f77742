"""What a working copy changes, in short, for a page about several of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from timeline.editing.comparison import ColumnDiff, changed_columns, column_label, compare_revisions
from timeline.models import Revision
from timeline.models.records import Record
from timeline.rows.tables import table_of


@dataclass(frozen=True)
class Changes:
    """The labels of the changed columns, who wrote the working copy and why, and the differences, if they were compared."""

    copy: Revision
    changes: Sequence[str]
    differences: Sequence[ColumnDiff]


def changes_of(record: Record, copy: Revision, *, is_compared: bool) -> Changes:
    """What the working copy changes of the record. Not every one of many is compared in full."""
    table = table_of(copy.model)
    row = table.whole_row_of(record)
    labels = [column_label(table, name) for name in changed_columns(table, row, copy.content)]
    return Changes(copy, labels, compare_revisions(table, row, copy.content) if is_compared else ())
