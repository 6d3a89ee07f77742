"""What an import says of a public entry, which it may not change, into that entry's working copy."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from timeline.editing.revisions import model_of, specific, table_of_entry
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import ImportBatch, Revision
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, Table, table_of

# The name under which the row of an entry has the rows of a table of parts.
NESTED = {part: name for table in TABLES.values() for name, part in table.nested.items()}


@dataclass
class WorkingCopyChange:
    """What the files say of a public entry: its place in them, columns, and parts by table and key (None: taken away)."""

    place: FileLocation | None = None
    columns: FlatRow = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], FlatRow | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def compare_with_copies(table: Table, items: Sequence[ImportRow]) -> None:
    """Where a public entry has a working copy, its rows and those of its parts are compared with that, as the desk shows it.

    A part that only the copy has is no record yet, one that it has taken away is none any more.
    """
    of_entry = {item: item.parent_pk if table.within else item.pk for item in items}
    keys = {key for key in of_entry.values() if key is not None}
    copies = Revision.objects.working_copies().filter(entry_id__in=keys).select_related("entry")
    rows = {
        copy.entry_id: table_of(model_of(copy.entry.kind)).with_current_slugs(copy.content) for copy in copies
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
    pk: int, aside: WorkingCopyChange, *, by: AbstractUser, comment: str, batch: ImportBatch
) -> tuple[list[Problem], bool]:
    """The problems that keep the entry from becoming this, and whether its working copy was made or changed."""
    entry = specific(pk)
    table = table_of_entry(entry)
    copy = find_working_copy(entry)
    row: dict[str, Any] = dict(copy.content) if copy else table.whole_row_of(entry)
    row |= aside.columns
    for name, parts in aside.parts.items():
        nested, part = NESTED[name], TABLES[name]
        by_key = {part.key_of({**one, part.within: entry.slug}): one for one in row.get(nested, [])}
        by_key |= parts
        row[nested] = part.sort_parts(one for one in by_key.values() if one is not None)
    place = cast(FileLocation, aside.place)
    try:
        table.validate(pk, row)
    except ValidationError as refusal:
        return [Problem(place, message) for message in refusal.messages], False
    except ProtectedError as refusal:
        return [Problem(place, str(refusal.args[0]), DELETE_COLUMN)], False
    kept = save_working_copy(entry, row, by=by, comment=comment, batch=batch)
    return [], kept is not None
