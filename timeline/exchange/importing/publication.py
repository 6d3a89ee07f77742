"""Publishes the entries of an import."""

from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.db.models import Max

from timeline.editing.bulk_publication import publish_all
from timeline.exchange.importing.chunks import chunks, keys_by_kind
from timeline.exchange.importing.outcomes import Outcomes
from timeline.exchange.importing.row_warnings import warn_of_unchanged_entries
from timeline.exchange.readers.types import Notice, Problem
from timeline.models import Entry, ImportBatch, Kind, Revision
from timeline.rows.tables import Table, table_of
from timeline.search import index
from timeline.workflow import UNPUBLISHED

# If at least one in so many public entries is new, the whole search index is rebuilt. That costs each new entry at most
# as much as ten old ones.
OPTIMIZE_RATIO = 10


@dataclass
class Publication:
    """The publication of an import: the keys of the published entries, and the last revision before it."""

    keys: set[int] = field(default_factory=set)
    last_revision_before: int = 0

    def save(self, batch: ImportBatch) -> None:
        """Add the revisions of the publication to the record of the import."""
        for chunk in chunks(self.keys):
            of_publishing = Revision.objects.filter(entry_id__in=chunk, pk__gt=self.last_revision_before)
            of_publishing.update(batch=batch)
        if self.keys and len(self.keys) * OPTIMIZE_RATIO >= Entry.objects.published().count():
            index.optimize(connection)


def publish_entries(outcomes: Outcomes, *, by: AbstractUser) -> Publication:
    """Publish the entries of the files that are not public. Each refusal is a problem of its row."""
    report, places = outcomes.report, outcomes.places
    drafts = keys_by_kind(places, Entry.objects.with_status(*UNPUBLISHED))
    for chunk in chunks(places):
        warn_of_unchanged_entries(
            chunk, lambda pk, message: report.notices.append(Notice(places[pk], message))
        )
    last = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
    refused = publish_all({Kind(kind).model: keys for kind, keys in drafts.items()}, by=by)
    published = {key for keys in drafts.values() for key in keys} - refused.keys()
    for kind, keys in drafts.items():
        _report(outcomes, table_of(Kind(kind).model), {*keys} & published)
    report.problems += [
        Problem(places[key], objection.message, objection.field)
        for key, objections in refused.items()
        for objection in objections
    ]
    return Publication(published, last)


def _report(outcomes: Outcomes, table: Table, keys: set[int]) -> None:
    outcomes.report.published_of[table.name] += len(keys)
    if outcomes.include_rows:
        slugs = {*table.model._default_manager.filter(pk__in=keys).values_list("slug", flat=True)}
        for row in outcomes.report.rows:
            row["publishes"] |= row["table"] == table.name and row["key"] in slugs
