"""Imported changes of public records, which go into their working copies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import ProtectedError

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.record_models import models_of
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.rows.columns import FlatRow
from timeline.rows.grouping import grouped_parts
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, MutableWholeRow, Table, WholeRow, table_of
from timeline.rows.validation import refusals


@dataclass
class WorkingCopyChange:
    """The imported changes of a public record: its place, columns, and parts by table and key (None: deleted)."""

    place: FileLocation
    columns: FlatRow = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], FlatRow | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, row: ImportRow) -> None:
        """Add a row of the record or of one of its parts."""
        table = row.table
        if not table.within:
            self.columns |= row.changes
            return
        key = {name: row.cells[name] for name in table.key}
        part = table.with_defaults(key) | (row.stored or {}) | row.changes
        del part[table.within]
        if row.former_key:
            self.parts[table.name].setdefault(row.former_key, None)
        self.parts[table.name][row.key] = None if row.outcome == "deleted" else part


@dataclass(frozen=True)
class ChangedWorkingCopy:
    """The content of a working copy as an import changes it."""

    record: Record
    content: WholeRow
    is_changed: bool


# By model with a status and key.
Changes = Mapping[type[Record], Mapping[int, WorkingCopyChange]]


def change_working_copies(changes: Changes) -> Iterator[ChangedWorkingCopy]:
    """The working copies of records with these changes, or else the records with them; nothing is written.

    In chunks, each with as many queries as one record needs.
    """
    for model, of_model in changes.items():
        for chunk in chunks(sorted(of_model)):
            working_copies = Revision.objects.for_keys(model, chunk).working_copies()
            copies = dict(working_copies.values_list("record", "content"))
            for its_model in models_of(model):
                records = its_model._default_manager.in_bulk(chunk)
                table, references = table_of(its_model), References()
                present = table.whole_rows_of([key for key in records if key not in copies])
                present |= {key: copies[key] for key in records if key in copies}
                table.prefetch_references([*present.values()], references)
                for key, row in present.items():
                    current = table.with_current_slugs(row, references)
                    content = _changed(table, current, records[key].slug, of_model[key])
                    yield ChangedWorkingCopy(records[key], content, content != row)


def _changed(table: Table, row: WholeRow, slug: str, change: WorkingCopyChange) -> WholeRow:
    content: MutableWholeRow = {**row, **change.columns}
    groups = {parts.inner_name: parts for parts in grouped_parts(table)}
    for nested, part in table.parts.items():
        if part.name not in change.parts and nested not in groups.keys() & content.keys():
            continue
        rows = content.get(nested, [])
        if nested in groups:
            # A deleted outer row takes its inner ones with it.
            rows = groups[nested].remaining(rows, content.get(groups[nested].outer_name, []))
        by_key = {part.key_of({**one, part.within: slug}): one for one in rows}
        by_key |= change.parts.get(part.name, {})
        content[nested] = part.sort_parts(one for one in by_key.values() if one is not None)
    return content


def problems_of(
    copies: Iterable[ChangedWorkingCopy], changes: Mapping[int, WorkingCopyChange], others: PendingRecords
) -> Iterator[Problem]:
    """The reasons why working copies of records of one model with a status cannot be saved, each at its row."""
    by_model: defaultdict[type[Record], dict[int, WholeRow]] = defaultdict(dict)
    for copy in copies:
        by_model[type(copy.record)][copy.record.pk] = copy.content
    for model, rows in by_model.items():
        for key, refusal in refusals(table_of(model), rows, References(others)).items():
            if isinstance(refusal, ProtectedError):
                yield Problem(changes[key].place, str(refusal.args[0]), DELETE_COLUMN)
            else:
                yield from (Problem(changes[key].place, message) for message in refusal.messages)
