"""Publishes the entries of an import, or checks whether they can be published."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.db.models import Max

from timeline.editing.bulk_publication import objections_to_all, publish_all
from timeline.exchange.importing.pending import FIRST_KEY, PendingRecords
from timeline.models import Entry, ImportBatch, Revision
from timeline.models.chunks import chunks
from timeline.search import index
from timeline.workflow import UNPUBLISHED, Objection

# If at least one in so many public entries is new, the whole search index is rebuilt. That costs each new entry at most
# as much as ten old ones.
OPTIMIZE_RATIO = 10


@dataclass(frozen=True)
class Publication:
    """The publication of an import: the entries by model, those refused, and the last revision before it."""

    entries: Mapping[type[Entry], list[int]] = field(default_factory=dict)
    refused: Mapping[int, list[Objection]] = field(default_factory=dict)
    last_revision_before: int = 0

    @property
    def keys(self) -> set[int]:
        """The keys of the published entries."""
        return {key for keys in self.entries.values() for key in keys} - self.refused.keys()

    def save(self, batch: ImportBatch) -> None:
        """Add the revisions of the publication to the record of the import."""
        keys = self.keys
        for chunk in chunks(sorted(keys)):
            of_publishing = Revision.objects.filter(entry_id__in=chunk, pk__gt=self.last_revision_before)
            of_publishing.update(batch=batch)
        if keys and len(keys) * OPTIMIZE_RATIO >= Entry.objects.published().count():
            index.optimize(connection)


def publish(entries: Mapping[type[Entry], list[int]], by: AbstractUser) -> Publication:
    """Publish those of these entries that are drafts and to which there is no objection."""
    drafts = _drafts(entries)
    last = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
    return Publication(drafts, publish_all(drafts, by=by), last)


def check_publication(
    entries: Mapping[type[Entry], list[int]], by: AbstractUser, pending: PendingRecords
) -> Publication:
    """The publication of these entries as `publish` would carry it out."""
    drafts = _drafts(entries)
    return Publication(drafts, objections_to_all(drafts, by=by, others=pending))


def _drafts(entries: Mapping[type[Entry], list[int]]) -> dict[type[Entry], list[int]]:
    """Those of these entries that are drafts, as the new ones are."""
    drafts: dict[type[Entry], list[int]] = {}
    for model, keys in entries.items():
        drafts[model] = [key for key in keys if key >= FIRST_KEY]
        for chunk in chunks(key for key in keys if key < FIRST_KEY):
            unpublished = Entry.objects.with_status(*UNPUBLISHED).filter(pk__in=chunk)
            drafts[model] += unpublished.order_by("pk").values_list("pk", flat=True)
    return drafts
