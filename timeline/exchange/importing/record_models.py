"""The models of the records that the rows of an import are, or belong to."""

import functools
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Model

from timeline.models import Entry, Kind
from timeline.models.chunks import chunks
from timeline.models.records import Record, naming_columns
from timeline.rows.tables import TABLES, Table, table_of


def status_model(table: Table) -> type[Record]:
    """The model with the status of the records that rows of the table are or belong to: of all kinds of entry, Entry."""
    return _status_model(table.columns[table.within].model if table.within else table.model)


@functools.cache
def _status_model(model: type[Model]) -> type[Record]:
    found: type[Record] = model._meta.get_field("status").model  # type: ignore[assignment]
    return found


@functools.cache
def record_models() -> tuple[type[Record], ...]:
    """The models of all records, in the order of imports: each refers to those before it or to itself."""
    return tuple(table.model for table in TABLES.values() if issubclass(table.model, Record))


@functools.cache
def models_of(model: type[Record]) -> tuple[type[Record], ...]:
    """The models of the records of a model with a status: of Entry, those of the kinds, in the order of imports."""
    return tuple(one for one in record_models() if issubclass(one, model))


def keys_by_model(model: type[Record], keys: Iterable[int]) -> dict[type[Record], list[int]]:
    """The keys of records of a model with a status by their own models; entries that no longer exist are left out."""
    if model is not Entry:
        return {model: sorted(keys)}
    found: dict[type[Record], list[int]] = {}
    for chunk in chunks(sorted(keys)):
        for key, kind in Entry.objects.filter(pk__in=chunk).order_by("pk").values_list("pk", "kind"):
            found.setdefault(Kind(kind).model, []).append(key)
    return found


def naming_records(model: type[Record], keys: Sequence[int]) -> Iterator[tuple[type[Record], int, int]]:
    """What names these records of one model: the model with its status, its key, and the key of what it names."""
    if issubclass(model, Entry):
        yield from ((Entry, key, named) for key, named in model.references_to(keys))
        return
    for owner in record_models():
        for column in naming_columns(owner):
            if column.named is model:
                rows = column.rows._base_manager.filter(**{f"{column.column}__in": keys}).order_by()
                for key, named in rows.values_list(column.key, column.column):
                    yield status_model(table_of(owner)), key, named
