"""The citations and other parts of records that a folder does not have: an import removes none of them, and names them."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping

from django.utils.translation import ngettext, pgettext

from timeline.exchange.importing.record_models import keys_by_model, status_model
from timeline.exchange.importing.resolving import NESTED
from timeline.exchange.readers.types import FileLocation, Notice
from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.rows.columns import FlatRow, PrimaryKeyIn, rows_of
from timeline.rows.references import References
from timeline.rows.tables import TABLES, Table, table_of

# More are only counted.
MAX_NAMED = 20

Key = tuple[str, ...]


def missing_parts(
    batches: Collection[int],
    records: Mapping[type[Record], Collection[int]],
    rows: Mapping[str, Container[Key]],
    exported: int = 0,
) -> Iterator[Notice]:
    """A notice for each table with records that have parts of which the files have no row.

    `records` has the keys of the records with a row, by model with a status, `rows` the keys of the rows, by table of parts.
    What other imports than these batches brought is no part of the folder, unless it was there at the revision `exported`,
    the newest one when the folder was exported.
    """
    found: defaultdict[type[Record], dict[int, list[str]]] = defaultdict(dict)
    for table in TABLES.values():
        if not table.within:
            continue
        model = status_model(table)
        for chunk in chunks(records.get(model, ())):
            for key, lacking in _lacking(
                table, model, chunk, rows.get(table.name, ()), batches, exported
            ).items():
                found[model].setdefault(key, []).extend(_label(table, one) for one in lacking)
    for model, of_model in found.items():
        for its_model, keys in keys_by_model(model, of_model).items():
            slugs = dict(its_model._default_manager.not_ended().filter(pk__in=keys).values_list("pk", "slug"))
            labels = {slug: of_model[key] for key, slug in slugs.items()}
            if labels:
                yield _notice(table_of(its_model), labels)


def _lacking(
    table: Table,
    model: type[Record],
    records: Collection[int],
    rows: Container[Key],
    batches: Collection[int],
    exported: int,
) -> dict[int, list[Key]]:
    """The keys of the stored parts of these records of which there is no row, by record."""
    owner = f"{table.columns[table.within].attribute}_id"
    stored = table.model._base_manager.filter(PrimaryKeyIn(owner, records)).order_by()
    owners = dict(stored.values_list("pk", owner))
    keys = rows_of(stored, {name: table.columns[name] for name in table.key})
    found: defaultdict[int, list[Key]] = defaultdict(list)
    for pk, cells in keys.items():
        if (key := table.key_of(cells)) not in rows:
            found[owners[pk]].append(key)
    of_others = _brought_by_others(table, model, found.keys(), batches, exported) if found else set()
    kept = {record: sorted({*keys} - of_others) for record, keys in found.items()}
    return {record: keys for record, keys in kept.items() if keys}


def _brought_by_others(
    table: Table, model: type[Record], records: Collection[int], batches: Collection[int], exported: int
) -> set[Key]:
    """The keys of the parts of these records that an import of other files was the first to bring, after the export."""
    slugs = dict(model._default_manager.filter(pk__in=records).values_list("pk", "slug"))
    revisions = Revision.objects.for_keys(model, records).applied()
    seen: defaultdict[int, set[Key]] = defaultdict(set)
    found: set[Key] = set()
    references = References(remembers_missing=True)
    for pk, record, content, batch in revisions.values_list("pk", "record", "content", "batch"):
        parts = content.get(NESTED[table.name], ())
        references.prefetch([table.columns[name] for name in table.key], parts)
        keys = {_current_key(table, {**part, table.within: slugs[record]}, references) for part in parts}
        if pk > exported and batch is not None and batch not in batches:
            found |= keys - seen[record]
        seen[record] |= keys
    return found


def _current_key(table: Table, part: FlatRow, references: References) -> Key:
    """The key of a part of a revision, whose references may have other slugs now."""
    columns = table.columns
    current = {
        name: references.with_current_slugs(columns[name], part[name]) for name in table.key if name in part
    }
    return table.key_of(current)


def _label(table: Table, key: Key) -> str:
    """A part as the notice names it: what it is, and what tells it from others of its record."""
    columns = (table.columns[name] for name in table.key)
    told = [
        cell
        for column, cell in zip(columns, key, strict=True)
        if column.name != table.within and cell not in ("", str(column.default()))
    ]
    return f"{table.model._meta.verbose_name} {' / '.join(told)}"


def _notice(table: Table, labels: Mapping[str, list[str]]) -> Notice:
    count = sum(map(len, labels.values()))
    message = ngettext(
        "%(count)s part of a record here is not in the files: %(parts)s. It stays. To remove it, import its row with delete: yes, or remove it in the admin; to have it in the files, export it.",
        "%(count)s parts of records here are not in the files: %(parts)s. They stay. To remove one, import its row with delete: yes, or remove it in the admin; to have it in the files, export it.",
        count,
    )
    named = [f"{slug}: {label}" for slug in sorted(labels) for label in labels[slug]]
    listed = [*named[:MAX_NAMED], *(["…"] if count > MAX_NAMED else [])]
    return Notice(
        FileLocation(table.name),
        message % {"count": count, "parts": pgettext("enumeration of names", "; ").join(listed)},
    )
