"""What an import says of a public entry, which it may not change, into that entry's working copy."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from timeline.editing.revisions import model_of, specific, table_for
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.exchange.importing.import_row import Item
from timeline.exchange.readers import Place, Problem
from timeline.models import ImportBatch, Revision
from timeline.rows.tables import DELETE, TABLES, Row, Table, table_of

# The name under which the row of an entry has the rows of a table of parts.
NESTED = {part: name for table in TABLES.values() for name, part in table.nested.items()}


@dataclass
class Aside:
    """What the files say of a public entry: its place in them, columns, and parts by table and key (None: taken away)."""

    place: Place | None = None
    columns: Row = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], Row | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def compare_with_copies(table: Table, items: Sequence[Item]) -> None:
    """Where a public entry has a working copy, its rows and those of its parts are compared with that, as the desk shows it.

    A part that only the copy has is no record yet, one that it has taken away is none any more.
    """
    of_entry = {item: item.around if table.within else item.pk for item in items}
    keys = {key for key in of_entry.values() if key is not None}
    copies = Revision.objects.working_copies().filter(entry_id__in=keys).select_related("entry")
    rows = {copy.entry_id: table_of(model_of(copy.entry.kind)).today(copy.row) for copy in copies}
    for item, key in of_entry.items():
        row = rows.get(key) if key is not None else None
        if row is None:
            continue
        if not table.within:
            present = cast(Row, item.present)
            compared = present.keys() & row.keys() - {*table.key}
            item.present = present | {name: row[name] for name in compared}
            continue
        within = {table.within: item.cells[table.within]}
        parts = {table.key_of({**part, **within}): part for part in row.get(NESTED[table.name], ())}
        part = parts.get(item.key)
        if part is None or item.present is None:
            item.pk = None
        item.present = None if part is None else table.completed({**part, **within})


def keep_working_copy(
    pk: int, aside: Aside, *, by: AbstractUser, why: str, batch: ImportBatch
) -> tuple[list[Problem], bool]:
    """The problems that keep the entry from becoming this, and whether its working copy was made or changed."""
    entry = specific(pk)
    table = table_for(entry)
    copy = find_working_copy(entry)
    row: dict[str, Any] = dict(copy.row) if copy else table.whole_row_of(entry)
    row |= aside.columns
    for name, parts in aside.parts.items():
        nested, part = NESTED[name], TABLES[name]
        by_key = {part.key_of({**one, part.within: entry.slug}): one for one in row.get(nested, [])}
        by_key |= parts
        row[nested] = part.in_order(one for one in by_key.values() if one is not None)
    place = cast(Place, aside.place)
    try:
        table.try_out(pk, row)
    except ValidationError as refusal:
        return [Problem(place, message) for message in refusal.messages], False
    except ProtectedError as refusal:
        return [Problem(place, str(refusal.args[0]), DELETE)], False
    kept = save_working_copy(entry, row, by=by, why=why, batch=batch)
    return [], kept is not None
