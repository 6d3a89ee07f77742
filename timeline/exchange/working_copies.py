"""What an import says of a public entry, which it may not change, into that entry's working copy."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from timeline import history
from timeline.exchange.readers import Place, Problem
from timeline.models import ImportBatch
from timeline.rows import DELETE, TABLES, Row


@dataclass
class Aside:
    """What the files say of a public entry: its place in them, columns, and parts by table and key (None: taken away)."""

    place: Place | None = None
    columns: Row = field(default_factory=dict)
    parts: defaultdict[str, dict[tuple[str, ...], Row | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def keep_working_copy(
    pk: int, aside: Aside, *, by: User, why: str, batch: ImportBatch
) -> tuple[list[Problem], bool]:
    """The problems that keep the entry from becoming this, and whether its working copy was made or changed."""
    entry = history.specific(pk)
    table = history.table_for(entry)
    copy = history.working_copy(entry)
    row: dict[str, Any] = dict(copy.row) if copy else table.whole_row_of(entry)
    row |= aside.columns
    for name, parts in aside.parts.items():
        nested = next(under for under, of in table.nested.items() if of == name)
        part = TABLES[name]
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
    kept = history.keep_working_copy(entry, row, by=by, why=why, batch=batch)
    return [], kept is not None
