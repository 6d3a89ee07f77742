"""The rows of stored records that rows of a file may be: what imports wrote of them, what they have now, and what would be replaced."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.models.fields import PartialDateField, date_or_none
from timeline.models.records import Record
from timeline.rows.columns import Column, FlatRow, PlainValue
from timeline.rows.references import References
from timeline.rows.tables import MutableWholeRow, Table, WholeRow
from timeline.workflow import Action

_EMPTY: tuple[PlainValue, ...] = (None, "", [])


def renamed_since_import(model: type[Record]) -> defaultdict[int, list[WholeRow]]:
    """By key, the rows that imports wrote of records that have another title now."""
    found = defaultdict[int, list[WholeRow]](list)
    title = model._default_manager.filter(pk=OuterRef("record")).values("title")[:1]
    imported = Revision.objects.for_model(model).filter(
        batch__isnull=False, applied=True, action=Action.IMPORTED
    )
    renamed = imported.exclude(title=Subquery(title)).order_by("record", "-number")
    for key, content in renamed.values_list("record", "content").iterator():
        found[key].append(content)
    return found


@dataclass(frozen=True)
class StoredRows:
    """Rows of stored records by their keys.

    `present` has what they have in their columns, or their working copies: those are what an import changes. `public` has the
    public ones among them, with the rows that imports wrote of each.
    """

    present: Mapping[int, FlatRow]
    public: Mapping[int, Sequence[WholeRow]]


def stored_rows(table: Table, keys: Collection[int]) -> StoredRows:
    """The rows of these records."""
    return StoredRows(_present_rows(table, keys), _public_rows(table.record_model, keys))


def _present_rows(table: Table, keys: Iterable[int]) -> dict[int, FlatRow]:
    found: dict[int, FlatRow] = {}
    for chunk in chunks(sorted(keys)):
        rows = table.rows_in("pk", chunk)
        found |= {
            key: {name: cell for name, cell in row.items() if name != "slug"} for key, row in rows.items()
        }
        copies: dict[int, MutableWholeRow] = dict(
            Revision.objects.for_keys(table.record_model, chunk)
            .working_copies()
            .values_list("record", "content")
        )
        references = References()
        table.prefetch_references([*copies.values()], references)
        for key, content in copies.items():
            current = table.with_current_slugs(content, references)
            found[key] |= {name: current[name] for name in found[key].keys() & current.keys()}
    return found


def _public_rows(model: type[Record], keys: Iterable[int]) -> dict[int, list[WholeRow]]:
    found: dict[int, list[WholeRow]] = {}
    for chunk in chunks(sorted(keys)):
        public = model._default_manager.published().filter(pk__in=chunk)
        of_chunk: dict[int, list[WholeRow]] = {key: [] for key in public.values_list("pk", flat=True)}
        imported = Revision.objects.for_keys(model, sorted(of_chunk)).filter(
            batch__isnull=False, applied=True, action=Action.IMPORTED
        )
        for key, content in imported.values_list("record", "content"):
            of_chunk[key].append(content)
        found |= of_chunk
    return found


def kept_cells(present: Mapping[str, PlainValue]) -> FlatRow:
    """What a record keeps if a row only fills in what is empty."""
    return {name: cell for name, cell in present.items() if cell not in _EMPTY}


def replaced_columns(
    table: Table, cells: Mapping[str, PlainValue], present: Mapping[str, PlainValue]
) -> list[str]:
    """The columns of a record that are not empty and get another value by a row with these cells.

    Whether a date becomes vaguer is asked by itself.
    """
    kept = kept_cells(present)
    given = [name for name in table.columns if name in kept and cells.get(name) not in _EMPTY]
    return [name for name in given if not _says_less(table.columns[name], cells[name], kept[name])]


def _says_less(column: Column, cell: PlainValue, kept: PlainValue) -> bool:
    """Whether a cell says the same as the kept one, or as a date less."""
    if column.is_many_to_many:
        return {*column.slugs(cell)} == {*column.slugs(kept)}
    own, other = column.normalized_key(kept), column.normalized_key(cell)
    if isinstance(column.field, PartialDateField) and own != other:
        known, told = date_or_none(own), date_or_none(other)
        return bool(known and told and told.contains(known))
    return own == other
