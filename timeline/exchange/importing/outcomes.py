"""The outcomes of an import's rows: counted and listed in the report, and collected for its last steps."""

from collections import Counter, defaultdict

from timeline.exchange.importing.import_row import ColumnChange, ImportRow
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.types import FileLocation
from timeline.models import Citation, Entry
from timeline.rows.tables import FlatRow, Table


class Outcomes:
    """The outcomes of an import's rows: "new", "changed", "unchanged" or "deleted"."""

    def __init__(self, report: Report, *, publish: bool, include_rows: bool) -> None:
        self.report = report
        self.publish = publish
        self.include_rows = include_rows
        # With `publish`, the entries of the files with the places of their rows.
        self.places: dict[int, FileLocation] = {}
        # Entries that were written, by their own row or by that of a part.
        self.written: set[int] = set()
        # Entries that lost a citation, with the place of the row that deleted it.
        self.uncited: dict[int, FileLocation] = {}
        # By table, the rows of written records before the import, None for new ones. Entries have revisions instead.
        self.before: defaultdict[str, dict[int, FlatRow | None]] = defaultdict(dict)

    def record(self, table: Table, item: ImportRow, outcome: str) -> None:
        """Record the outcome of a row that was loaded."""
        self._report(table, item, outcome)
        is_entry = issubclass(table.model, Entry)
        if is_entry and self.publish and item.pk is not None:
            self.places[item.pk] = item.place
        if outcome == "unchanged":
            return
        if is_entry and item.pk is not None:
            self.written.add(item.pk)
        elif not table.within and item.pk is not None:
            self.before[table.name].setdefault(item.pk, None)
        elif is_part_of_entry(table) and item.parent_pk is not None:
            self.written.add(item.parent_pk)
            if outcome == "deleted" and table.model is Citation:
                self.uncited[item.parent_pk] = item.place
        self._report_changes(item, outcome)

    def record_diverted(self, table: Table, item: ImportRow, outcome: str) -> None:
        """Record the outcome of a row that goes into a working copy."""
        self._report(table, item, outcome)
        self._report_changes(item, outcome)

    def _report(self, table: Table, item: ImportRow, outcome: str) -> None:
        self.report.counts.setdefault(table.name, Counter())[outcome] += 1
        if self.include_rows:
            present = item.stored or {}
            self.report.rows.append(
                {
                    "place": str(item.place),
                    "table": table.name,
                    "key": " / ".join(item.key),
                    "outcome": outcome,
                    "publishes": False,
                    # Tuples of strings, which the garbage collector soon stops tracking.
                    "columns": tuple((name, present.get(name), new) for name, new in item.changes.items()),
                }
            )

    def _report_changes(self, item: ImportRow, outcome: str) -> None:
        if outcome == "changed" and item.stored is not None:
            key = " / ".join(item.key)
            self.report.changes += [
                ColumnChange(item.place, key, column, item.stored[column], new)
                for column, new in item.changes.items()
            ]


def is_part_of_entry(table: Table) -> bool:
    return bool(table.within) and issubclass(table.columns[table.within].model, Entry)
