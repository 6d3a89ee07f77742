"""Citations of tables by their rows, which stand in other lines now: the stored ones move, and none is added beside them.

The place is part of the key of a citation, so that of a row that has moved would be a new one, and the former would go on
naming a line where something else stands now. What the row becomes instead is a change of the former citation: it is
previewed, written and undone as any other, also in a working copy.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.mapping.row_locators import is_row_locator
from timeline.models import Revision
from timeline.rows.columns import FlatRow
from timeline.rows.references import References
from timeline.rows.tables import Table
from timeline.values.natural_order import natural_sort_key

Key = tuple[str, ...]
# The parts of one record by key.
Parts = Mapping[Key, FlatRow]


def find_moved(table: Table, rows: Sequence[ImportRow], parts: Mapping[int, Parts]) -> None:
    """Set the former keys of the citations that have moved to these rows, from those of each record by its primary key.

    A citation moves if an import added it, it says no more than that the record stands in a line, and none of the rows of
    the record stands there any more. Others that name such a line are left, which the row tells.
    """
    places = {row: _Places(table, row, parts.get(row.parent_pk or 0, {})) for row in rows if row.cited_rows}
    moving = {row.parent_pk or 0 for row, one in places.items() if one.new and one.plain}
    imported = _imported(table, moving) if moving else {}
    for row, one in places.items():
        names = imported.get(row.parent_pk or 0, {})
        former = [key for key in one.plain if _is_of_file(row, names.get(_place(table, key)))]
        moved = dict(zip(one.new, former, strict=False))
        # The same for each row of the record, in whichever chunk it is, also once others of them have been written.
        row.former_key = moved.get(_place(table, row.key)[1], ()) if row.key not in one.parts else ()
        row.left_keys = tuple(key for key in one.left if key not in moved.values())


class _Places:
    """The places of a record in a source: those that its rows add, and the keys of citations of lines that they have left."""

    def __init__(self, table: Table, row: ImportRow, parts: Parts) -> None:
        self.parts = parts
        source, own = _place(table, row.key)
        places = (row.cited_rows.places if row.cited_rows else frozenset()) | {own}
        new = (place for place in places if _at(table, row.key, place) not in parts)
        self.new = sorted(new, key=natural_sort_key)
        left = [
            key for key in parts if _names_row(table, key, source) and _place(table, key)[1] not in places
        ]
        self.left = sorted(left, key=lambda key: natural_sort_key(_place(table, key)[1]))
        self.plain = [key for key in self.left if _is_plain(table, parts[key])]


def _at(table: Table, key: Key, place: str) -> Key:
    """The key of a citation with another locator."""
    number = table.key.index("locator")
    return (*key[:number], place, *key[number + 1 :])


def _names_row(table: Table, key: Key, source: str) -> bool:
    """Whether it is the key of a citation of the source that names a row."""
    own, locator = _place(table, key)
    return own == source and is_row_locator(locator)


def _place(table: Table, key: Key) -> tuple[str, str]:
    """The source and the locator in the key of a citation."""
    return key[table.key.index("source")], key[table.key.index("locator")]


def _is_plain(table: Table, part: FlatRow) -> bool:
    """Whether a citation has nothing but its source and the place there."""
    given = {table.within, "source", "locator"}
    return all(part[name] == cell for name, cell in table.with_defaults({}).items() if name not in given)


def _is_of_file(row: ImportRow, names: Collection[str] | None) -> bool:
    """Whether a citation that the import of files of these names added is one by a former version of the row's table."""
    if names is None or row.cited_rows is None:
        return False
    return not row.cited_rows.file or row.cited_rows.file in names


def _imported(table: Table, keys: Collection[int]) -> Mapping[int, Mapping[tuple[str, str], Collection[str]]]:
    """By record, the places of the citations that an import first added, with the names of its files.

    Those that a form added are their editor's, also where they name a line. What was restored since was there before.
    """
    owner: Any = table.columns[table.within].model
    revisions = Revision.objects.for_keys(owner, keys).by_number()
    seen: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    found: defaultdict[int, dict[tuple[str, str], Collection[str]]] = defaultdict(dict)
    references, nested = References(remembers_missing=True), _nested(table)
    for record, content, batch, files in revisions.values_list("record", "content", "batch", "batch__files"):
        for place in _places_in(table, content.get(nested, ()), references):
            if place not in seen[record] and batch is not None:
                found[record][place] = {str(file["name"]) for file in files}
            seen[record].add(place)
    return found


def _places_in(table: Table, parts: Sequence[FlatRow], references: References) -> Iterable[tuple[str, str]]:
    """The places of the citations in a revision, whose sources may have other slugs now."""
    source, locator = table.columns["source"], table.columns["locator"]
    references.prefetch([source], parts)
    for part in parts:
        current = references.with_current_slugs(source, part["source"])
        yield source.normalized_key(current), locator.normalized_key(part.get("locator"))


def _nested(table: Table) -> str:
    """The name of the citations in the whole row of their record."""
    relation = table.columns[table.within].field.remote_field
    return str(relation.related_name) if relation else ""
