"""Imported changes of public entries, which go into their working copies."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from timeline.editing.revisions import reload_as_kind, table_of_entry
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.resolving import NESTED
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Entry
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, MutableWholeRow, WholeRow
from timeline.rows.validation import validate


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


def change_working_copy(pk: int, change: WorkingCopyChange) -> ChangedWorkingCopy:
    """The working copy of an entry with these changes, or else the entry with them; nothing is written."""
    entry = reload_as_kind(pk)
    table = table_of_entry(entry)
    copy = find_working_copy(entry)
    present = copy.content if copy else table.whole_row_of(entry)
    content: MutableWholeRow = table.with_current_slugs(present) | change.columns
    for name, parts in change.parts.items():
        nested, part = NESTED[name], TABLES[name]
        by_key = {part.key_of({**one, part.within: entry.slug}): one for one in content.get(nested, [])}
        by_key |= parts
        content[nested] = part.sort_parts(one for one in by_key.values() if one is not None)
    return ChangedWorkingCopy(entry, content, content != present)


def problems_of(copy: ChangedWorkingCopy, place: FileLocation, references: References) -> list[Problem]:
    """The reasons why the working copy cannot be saved, at the place of its row."""
    try:
        validate(table_of_entry(copy.entry), copy.entry.pk, copy.content, references)
    except ValidationError as refusal:
        return [Problem(place, message) for message in refusal.messages]
    except ProtectedError as refusal:
        return [Problem(place, str(refusal.args[0]), DELETE_COLUMN)]
    return []
