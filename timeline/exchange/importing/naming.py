"""Which records name reference records that are not public: as stored, and as rows that are not written leave them."""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from django.db.models import ManyToManyField, Model

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.record_models import record_models
from timeline.models import REFERENCES
from timeline.models.records import NamingColumn, Record, naming_columns
from timeline.rows.bulk import AnyField
from timeline.rows.columns import Column, PrimaryKeyIn
from timeline.rows.tables import TABLES
from timeline.workflow import ENDED, UNPUBLISHED

_PARTS = {table.model for table in TABLES.values() if table.within}


class PendingNaming:
    """What rows of an import name, as far as it is stored and not public.

    What is public needs no check, and what is new in the files has a row of its own, unless that says that it is a draft.
    """

    models: tuple[type[Record], ...] = REFERENCES

    def __init__(self) -> None:
        # As they were before the import, and as rows keep them: by model, the keys of drafts, and the titles of what was withdrawn by key.
        self._unpublished: dict[type[Model], frozenset[int]] = {}
        self._ended: dict[type[Model], dict[int, str]] = {}
        self.clear()

    def clear(self) -> None:
        """Forget the rows, when they are written."""
        # By column and the key of the record, the keys of what it names.
        self._named: defaultdict[NamingColumn, dict[int, list[int]]] = defaultdict(dict)
        # By column, the keys of the records, or of the parts, of which the stored value no longer counts.
        self._replaced: defaultdict[NamingColumn, set[int]] = defaultdict(set)

    def unpublished(self, model: type[Model]) -> frozenset[int]:
        """The keys of the drafts of a model of reference records; of other models, none."""
        if model not in self.models:
            return frozenset()
        if model not in self._unpublished:
            drafts = model._default_manager.with_status(*UNPUBLISHED).order_by()
            self._unpublished[model] = frozenset(drafts.values_list("pk", flat=True))
        return self._unpublished[model]

    def keep_hidden(self, model: type[Record], keys: Collection[int]) -> None:
        """Count these records, which the import leaves drafts, among those that were before."""
        if keys and model in self.models:
            self._unpublished[model] = self.unpublished(model) | {*keys}

    def ended(self, model: type[Model]) -> Mapping[int, str]:
        """The titles of the withdrawn records of a model of reference records by key; of other models, none."""
        if model not in self.models:
            return {}
        if model not in self._ended:
            ended = model._default_manager.with_status(*ENDED).order_by()
            self._ended[model] = dict(ended.values_list("pk", "title"))
        return self._ended[model]

    def add(self, row: ImportRow) -> None:
        """Add a row that is checked: of a new or changed record or part, or of a deleted part."""
        if row.outcome == "deleted":
            for column in row.table.columns.values():
                if column.name != row.table.within and self._has_hidden(column) and row.pk is not None:
                    self._replaced[_naming_column(column.field)].add(row.pk)
            return
        for column, keys in row.named():
            if not self._has_hidden(column):
                continue
            naming, owner = _naming_column(column.field), row.owner_pk
            if row.pk is not None:
                self._replaced[naming].add(row.pk)
            if owner is None:
                continue
            hidden = [key for key in keys if self._is_hidden(naming.named, key)]
            if row.table.within:
                self._named[naming].setdefault(owner, []).extend(hidden)
            else:
                self._named[naming][owner] = hidden

    def _has_hidden(self, column: Column) -> bool:
        """Whether a column of a table refers to reference records, and any of them is not public."""
        model = column.field.related_model
        return model in self.models and bool(self.unpublished(model) or self.ended(model))

    def _is_hidden(self, model: type[Record], key: int) -> bool:
        return key in self.unpublished(model) or key in self.ended(model)

    def pairs(
        self, model: type[Model], keys: Collection[int], named: Mapping[type[Record], Collection[int]]
    ) -> Iterator[tuple[int, type[Record], int]]:
        """Which of these records of one model name which of these reference records: key, model and key of the other."""
        for column in naming_columns(model):
            if not (wanted := named.get(column.named)):
                continue
            rows = column.rows._base_manager.filter(
                PrimaryKeyIn(column.key, keys), PrimaryKeyIn(column.column, wanted)
            )
            for row, owner, other in rows.order_by("pk").values_list("pk", column.key, column.column):
                if (row if column.rows in _PARTS else owner) not in self._replaced[column]:
                    yield owner, column.named, other
            pending = self._named[column]
            for owner in keys if pending else ():
                yield from ((owner, column.named, key) for key in pending.get(owner, ()) if key in wanted)


@functools.cache
def _naming_column(field: AnyField) -> NamingColumn:
    """The column of a field that refers to reference records."""
    place: tuple[type[Model] | None, str] = (field.model, field.name)
    if isinstance(field, ManyToManyField):
        place = (field.remote_field.through, field.m2m_reverse_field_name())
    columns = (column for model in record_models() for column in naming_columns(model))
    return next(column for column in columns if (column.rows, column.column) == place)
