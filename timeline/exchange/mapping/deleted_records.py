"""The drafts that an import made and somebody deleted since, which a row would make anew."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from timeline.editing.revisions import deleted_drafts
from timeline.exchange.mapping.identities import Traits, identifying_values, traits_of
from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.rows.tables import Table


@dataclass(frozen=True, slots=True)
class DeletedRecord:
    """What is compared of a deleted record, as an import wrote it or as it was at last; when, and its deletion."""

    traits: Traits
    imported_at: datetime.datetime
    deletion: Revision


def deleted_by_hash(table: Table, hashes: Collection[int], city: str) -> dict[int, list[DeletedRecord]]:
    """The deleted records that have one of these hashes, by hash, the last one deleted first.

    What went with the undoing of its import is none of them: who imports the file again wants it again.
    """
    found: dict[int, list[DeletedRecord]] = {}
    model = table.record_model
    for chunk in chunks(deleted_drafts(model).iterator() if hashes else ()):
        imported = Revision.objects.for_keys(model, [one.record for one in chunk])
        imported = imported.filter(batch__isnull=False).select_related("batch").by_number()
        by_record: dict[int, list[Revision]] = {}
        for revision in imported:
            by_record.setdefault(revision.record, []).append(revision)
        for deletion in chunk:
            states = by_record.get(deletion.record, [])
            if not states or _was_undone(states[0], deletion):
                continue
            for content in [deletion.content, *(state.content for state in states)]:
                deleted = DeletedRecord(traits_of(table, content), states[-1].created_at, deletion)
                for _identity, value in identifying_values(table, content, city):
                    if value in hashes:
                        found.setdefault(value, []).append(deleted)
    return found


def _was_undone(first: Revision, deletion: Revision) -> bool:
    """Whether the record went before or with the undoing of the import that made it."""
    undone_at = first.batch.undone_at if first.batch else None
    return undone_at is not None and deletion.created_at <= undone_at
