"""Imported changes of public entries, which go into their working copies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import ProtectedError

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.resolving import NESTED
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Entry, Kind, Revision
from timeline.models.chunks import chunks
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, MutableWholeRow, WholeRow, table_of
from timeline.rows.validation import refusals


@dataclass
class WorkingCopyChange:
    """The imported changes of a public entry: its place, columns, and parts by table and key (None: deleted)."""

    place: FileLocation
    columns: FlatRow = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], FlatRow | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, row: ImportRow) -> None:
        """Add a row of the entry or of one of its parts."""
        table = row.table
        if not table.within:
            self.columns |= row.changes
            return
        key = {name: row.cells[name] for name in table.key}
        part = table.with_defaults(key) | (row.stored or {}) | row.changes
        del part[table.within]
        self.parts[table.name][row.key] = None if row.outcome == "deleted" else part


@dataclass(frozen=True)
class ChangedWorkingCopy:
    """The content of a working copy as an import changes it."""

    entry: Entry
    content: WholeRow
    is_changed: bool


def change_working_copies(changes: Mapping[int, WorkingCopyChange]) -> Iterator[ChangedWorkingCopy]:
    """The working copies of entries with these changes, or else the entries with them; nothing is written.

    In chunks, each with as many queries as one entry needs.
    """
    for chunk in chunks(sorted(changes)):
        copies = dict(
            Revision.objects.working_copies().filter(entry_id__in=chunk).values_list("entry_id", "content")
        )
        for kind in Kind:
            entries = kind.model._default_manager.filter(kind=kind).in_bulk(chunk)
            table, references = table_of(kind.model), References()
            present = table.whole_rows_of([key for key in entries if key not in copies])
            present |= {key: copies[key] for key in entries if key in copies}
            table.prefetch_references([*present.values()], references)
            for key, row in present.items():
                current = table.with_current_slugs(row, references)
                content = _changed(current, entries[key].slug, changes[key])
                yield ChangedWorkingCopy(entries[key], content, content != row)


def _changed(row: WholeRow, slug: str, change: WorkingCopyChange) -> WholeRow:
    content: MutableWholeRow = {**row, **change.columns}
    for name, parts in change.parts.items():
        nested, part = NESTED[name], TABLES[name]
        by_key = {part.key_of({**one, part.within: slug}): one for one in content.get(nested, [])}
        by_key |= parts
        content[nested] = part.sort_parts(one for one in by_key.values() if one is not None)
    return content


def problems_of(
    copies: Iterable[ChangedWorkingCopy], changes: Mapping[int, WorkingCopyChange], others: PendingRecords
) -> Iterator[Problem]:
    """The reasons why working copies cannot be saved, each at the place of its row."""
    by_model: defaultdict[type[Entry], dict[int, WholeRow]] = defaultdict(dict)
    for copy in copies:
        by_model[type(copy.entry)][copy.entry.pk] = copy.content
    for model, rows in by_model.items():
        for key, refusal in refusals(table_of(model), rows, References(others)).items():
            if isinstance(refusal, ProtectedError):
                yield Problem(changes[key].place, str(refusal.args[0]), DELETE_COLUMN)
            else:
                yield from (Problem(changes[key].place, message) for message in refusal.messages)
