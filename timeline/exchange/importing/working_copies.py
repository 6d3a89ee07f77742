"""Writes imported changes of a public entry to its working copy."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from timeline.editing.revisions import reload_as_kind, table_of_entry
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import ImportBatch, Kind, Revision
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, Table, table_of

# By table of parts, the name of its rows in the whole row of an entry.
NESTED = {part: name for table in TABLES.values() for name, part in table.nested.items()}


@dataclass
class WorkingCopyChange:
    """The imported changes of a public entry: its place, columns, and parts by table and key (None: deleted)."""

    place: FileLocation | None = None
    columns: FlatRow = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], FlatRow | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def compare_with_copies(table: Table, items: Sequence[ImportRow]) -> None:
    """Compare rows of public entries with their working copies, which the admin displays for editing.

    A part that only the working copy has is no record yet; one that the copy deleted does not count as one.
    """
    of_entry = {item: item.parent_pk if table.within else item.pk for item in items}
    keys = {key for key in of_entry.values() if key is not None}
    copies = Revision.objects.working_copies().filter(entry_id__in=keys).select_related("entry")
    rows = {
        copy.entry_id: table_of(Kind(copy.entry.kind).model).with_current_slugs(copy.content)
        for copy in copies
    }
    for item, key in of_entry.items():
        row = rows.get(key) if key is not None else None
        if row is None:
            continue
        if not table.within:
            present = cast(FlatRow, item.stored)
            compared = present.keys() & row.keys() - {*table.key}
            item.stored = present | {name: row[name] for name in compared}
            continue
        within = {table.within: item.cells[table.within]}
        parts = {table.key_of({**part, **within}): part for part in row.get(NESTED[table.name], ())}
        part = parts.get(item.key)
        if part is None or item.stored is None:
            item.pk = None
        item.stored = None if part is None else table.with_defaults({**part, **within})


def import_into_working_copy(
    pk: int, change: WorkingCopyChange, *, by: AbstractUser, comment: str, batch: ImportBatch
) -> tuple[list[Problem], bool]:
    """Save the changes to the working copy. Returns the problems, and whether the copy was written."""
    entry = reload_as_kind(pk)
    table = table_of_entry(entry)
    copy = find_working_copy(entry)
    row: dict[str, Any] = dict(copy.content) if copy else table.whole_row_of(entry)
    row |= change.columns
    for name, parts in change.parts.items():
        nested, part = NESTED[name], TABLES[name]
        by_key = {part.key_of({**one, part.within: entry.slug}): one for one in row.get(nested, [])}
        by_key |= parts
        row[nested] = part.sort_parts(one for one in by_key.values() if one is not None)
    place = cast(FileLocation, change.place)
    try:
        table.validate(pk, row)
    except ValidationError as refusal:
        return [Problem(place, message) for message in refusal.messages], False
    except ProtectedError as refusal:
        return [Problem(place, str(refusal.args[0]), DELETE_COLUMN)], False
    saved = save_working_copy(entry, row, by=by, comment=comment, batch=batch)
    return [], saved is not None
