"""A working copy as if it were the text of its record, for the checks before publication: nothing is written."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db import models

from timeline.editing.named_references import references_in
from timeline.models import Revision
from timeline.models.records import Record
from timeline.models.stored_records import StoredRecords
from timeline.rows.bulk import AnyField
from timeline.rows.tables import table_of
from timeline.workflow import ENDED


class ProposedRecords(StoredRecords):
    """Other records as the database has them, beside one that has the text of its working copy."""

    def __init__(self, copy: Revision) -> None:
        table = table_of(copy.model)
        row = table.with_current_slugs(copy.content)
        self.record: Any = table.preview_as(copy.record, row)
        self._references = references_in(table, row)

    def citation_counts(self, entries: Collection[int]) -> Counter[int]:
        return Counter({self.record.pk: len(self.record.citations.all())})

    def linked_entries(self, field: AnyField, keys: Collection[int]) -> list[tuple[int, int]]:
        return [(self.record.pk, other.pk) for other in getattr(self.record, field.name).all()]

    def relations_of(self, policies: Collection[int], but: int | None = None) -> set[tuple[str, int, int]]:
        relations = self.record.relations.all()
        return {(one.type, self.record.pk, one.to_policy_id) for one in relations}

    def ended_references(
        self, model: type[models.Model], keys: Collection[int]
    ) -> list[tuple[int, models.Model]]:
        named = (
            one._default_manager.with_status(*ENDED).filter(pk__in=some)
            for one, some in self._references.items()
        )
        return [(self.record.pk, record) for records in named for record in records]

    def named_drafts(
        self, model: type[models.Model], keys: Collection[int]
    ) -> dict[type[Record], dict[int, set[int]]]:
        if {*keys} != {self.record.pk} or not isinstance(self.record, model):
            return super().named_drafts(model, keys)
        found: dict[type[Record], dict[int, set[int]]] = {}
        for named, some in self._references.items():
            hidden = named._default_manager.filter(pk__in=some).hidden_at(None).order_by()
            if drafts := dict.fromkeys(hidden.values_list("pk", flat=True), {self.record.pk}):
                found[named] = drafts
        return found

    def with_working_copy(self, model: type[models.Model], keys: Collection[int]) -> list[int]:
        """None: this copy becomes the text of its record."""
        return []
