"""Citations of tables by their rows, which stand in other lines now: the stored ones move, and none is added beside them.

The place is part of the key of a citation, so that of a row that has moved would be a new one, and the former would go on
naming a line where something else stands now. What the row becomes instead is a change of the former citation: it is
previewed, written and undone as any other, also in a working copy. One whose place was corrected by hand stays as it is,
and is that of the row as well.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

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
# A source and the locator there.
Place = tuple[str, str]


def find_moved(table: Table, rows: Sequence[ImportRow], parts: Mapping[int, Parts]) -> None:
    """Set the former keys of the citations that have moved to these rows, from those of each record by its primary key.

    A citation moves if an import added it, it says no more than that the record stands in a line, and none of the rows of
    the record stands there any more. Others that name such a line are left, which the row tells. One whose place somebody
    corrected since keeps it: the row says nothing else of it.
    """
    places = {row: _Places(table, row, parts.get(row.parent_pk or 0, {})) for row in rows if row.cited_rows}
    moving = {row.parent_pk or 0 for row, one in places.items() if one.new and one.others}
    imported = imported_places(table, moving) if moving else {}
    for row, one in places.items():
        of_record = imported.get(row.parent_pk or 0, {})
        of_file = {
            key: found.original
            for key in one.others
            if (found := of_record.get(_place(table, key))) and _is_of_file(row, found.files)
        }
        corrected = {key: original for key, original in of_file.items() if original != _place(table, key)[1]}
        # The same for each row of the record, in whichever chunk it is, also once others of them have been written.
        known = {original: key for key, original in corrected.items() if original in one.new}
        free = (place for place in one.new if place not in known)
        free_keys = (key for key in of_file if key not in known.values())
        former = [key for key in free_keys if key in corrected or key in one.plain]
        former.sort(key=lambda key: natural_sort_key(of_file[key]))
        taken = known | dict(zip(free, former, strict=False))
        own = _place(table, row.key)[1]
        row.former_key = taken.get(own, ()) if row.key not in one.parts else ()
        is_kept = row.former_key in corrected
        row.cells["locator"] = one.parts[row.former_key]["locator"] if is_kept else own
        moved = {*taken.values()} - corrected.keys()
        stale = (key for key in former if key in corrected and of_file[key] in _place(table, key)[1])
        row.left_keys = tuple(dict.fromkeys([*(key for key in one.left if key not in moved), *stale]))


@dataclass(frozen=True)
class ImportedPlace:
    """A citation that an import added: the names of its files, and the place that it got."""

    files: Collection[str]
    original: str


class _Places:
    """The places of a record in a source: those that its rows add, and the keys of citations of lines that they have left."""

    def __init__(self, table: Table, row: ImportRow, parts: Parts) -> None:
        self.parts = parts
        source, own = _place(table, row.key)
        places = (row.cited_rows.places if row.cited_rows else frozenset()) | {own}
        new = (place for place in places if _at(table, row.key, place) not in parts)
        self.new = sorted(new, key=natural_sort_key)
        others = [
            key for key in parts if _place(table, key)[0] == source and _place(table, key)[1] not in places
        ]
        self.others = sorted(others, key=lambda key: natural_sort_key(_place(table, key)[1]))
        self.left = [key for key in self.others if is_row_locator(_place(table, key)[1])]
        self.plain = [key for key in self.left if _is_plain(table, parts[key])]


def _at(table: Table, key: Key, place: str) -> Key:
    """The key of a citation with another locator."""
    number = table.key.index("locator")
    return (*key[:number], place, *key[number + 1 :])


def _place(table: Table, key: Key) -> Place:
    """The source and the locator in the key of a citation."""
    return key[table.key.index("source")], key[table.key.index("locator")]


def _is_plain(table: Table, part: FlatRow) -> bool:
    """Whether a citation has nothing but its source and the place there."""
    given = {table.within, "source", "locator"}
    return all(part[name] == cell for name, cell in table.with_defaults({}).items() if name not in given)


def _is_of_file(row: ImportRow, names: Collection[str]) -> bool:
    """Whether a citation that the import of files of these names added is one by a former version of the row's table."""
    return row.cited_rows is not None and (not row.cited_rows.file or row.cited_rows.file in names)


def imported_places(table: Table, keys: Collection[int]) -> Mapping[int, Mapping[Place, ImportedPlace]]:
    """By record, the places of the citations of rows that an import first added, also where somebody corrected them since.

    Those that a form added are their editor's, also where they name a line. What was restored since was there before.
    """
    owner = table.columns[table.within].model
    revisions = Revision.objects.for_keys(owner, keys).by_number()
    before: dict[int, list[Place]] = {}
    seen: defaultdict[int, set[Place]] = defaultdict(set)
    found: defaultdict[int, dict[Place, ImportedPlace]] = defaultdict(dict)
    references, nested = References(remembers_missing=True), _nested(table)
    for record, content, files in revisions.values_list("record", "content", "batch__files"):
        places = [*_places_in(table, content.get(nested, ()), references)]
        of_record, added = found[record], [place for place in places if place not in seen[record]]
        if files is not None:
            names = {str(file["name"]) for file in files}
            of_record |= {
                place: ImportedPlace(names, place[1]) for place in added if is_row_locator(place[1])
            }
        else:
            removed = [one for one in before.get(record, ()) if one in of_record and one not in places]
            of_record |= {new: of_record[old] for old, new in _corrections(removed, added)}
        before[record] = places
        seen[record].update(places)
    return found


def _corrections(removed: Sequence[Place], added: Sequence[Place]) -> Iterable[tuple[Place, Place]]:
    """The former and the new place of each citation whose place an edit changed; its source stays."""
    for source in dict.fromkeys(source for source, _locator in removed):
        of_source = ([place for place in places if place[0] == source] for places in (removed, added))
        yield from zip(*of_source, strict=False)


def _places_in(table: Table, parts: Sequence[FlatRow], references: References) -> Iterable[Place]:
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
