"""Publishes the entries of an import, or checks whether they can be published, and what it changes in public."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from timeline.editing.bulk_publication import objections_to_all, publish_all
from timeline.exchange.importing.import_row import ImportRow, is_part_of_entry
from timeline.exchange.importing.pending import FIRST_KEY, PendingRecords
from timeline.exchange.importing.resolving import NESTED
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Entry, ImportBatch, Kind, Revision
from timeline.models.chunks import chunks
from timeline.search import index
from timeline.workflow import UNPUBLISHED, Objection

# If at least one in so many public entries is new, the whole search index is rebuilt. That costs each new entry at most
# as much as ten old ones.
OPTIMIZE_RATIO = 10


class EntryRows:
    """The rows of entries and of their parts in an import that publishes: which it publishes or changes in public."""

    def __init__(self) -> None:
        # The entries with a row of their own, by model, with its place and the slug.
        self.named: defaultdict[type[Entry], dict[int, tuple[FileLocation, str]]] = defaultdict(dict)
        # The published and scheduled entries that the import changes, by model, with the place of the first such row.
        self.changed: defaultdict[type[Entry], dict[int, FileLocation]] = defaultdict(dict)
        # The rows that do so, by table and key.
        self.changing: set[tuple[str, tuple[str, ...]]] = set()
        # Where a part refers to an entry: by its own entry, nested name and that entry, the place and the column.
        self._references: dict[tuple[int, str, int], tuple[FileLocation, str]] = {}

    def add(self, rows: Sequence[ImportRow]) -> None:
        """Add the rows of a chunk, before any entry is published."""
        changing: defaultdict[int, list[ImportRow]] = defaultdict(list)
        for row in rows:
            if not row.outcome or (key := row.owner_pk) is None:
                continue
            if issubclass(row.table.model, Entry):
                self.named[row.table.model][key] = row.place, row.key[0]
            elif is_part_of_entry(row.table):
                self._add_references(row, key)
            else:
                continue
            if row.outcome != "unchanged":
                changing[key].append(row)
        public = Entry.objects.published_or_scheduled().filter(pk__in=changing)
        for key, kind in public.order_by("pk").values_list("pk", "kind"):
            self.changed[Kind(kind).model].setdefault(key, changing[key][0].place)
            self.changing |= {(row.table.name, row.key) for row in changing[key]}

    def _add_references(self, row: ImportRow, key: int) -> None:
        for name, column in row.table.columns.items():
            other = row.links.get(column.attribute)
            if other is not None and name != row.table.within and issubclass(column.model, Entry):
                self._references[key, NESTED[row.table.name], other] = row.place, name

    def problems(
        self, refused: Mapping[int, Sequence[Objection]], others: PendingRecords
    ) -> Iterator[Problem]:
        """The objections to these entries, each at the row that it concerns."""
        places = {key: place for of_model in self.named.values() for key, (place, _slug) in of_model.items()}
        places |= {key: place for of_model in self.changed.values() for key, place in of_model.items()}
        keys = {one.other for objections in refused.values() for one in objections if one.other is not None}
        hidden = {entry.pk: entry for chunk in chunks(sorted(keys)) for entry in others.fetch(Entry, chunk)}
        for key, objections in refused.items():
            for objection in objections:
                if objection.other is None:
                    yield Problem(places[key], objection.message, objection.field)
                    continue
                other = hidden[objection.other]
                reference = (key, objection.field, objection.other)
                place, column = self._references.get(reference, (places[key], objection.field))
                message = objection.message
                if other.has_ended:
                    message = _("%(reason)s Publish it again first, or leave it out.") % {"reason": message}
                elif other.pk not in refused:
                    message = _("%(reason)s Publish it first, or import its row too.") % {"reason": message}
                yield Problem(place, message, column, other.slug)


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


def objections_to_changes(
    changed: Mapping[type[Entry], Mapping[int, FileLocation]],
    publication: Publication,
    others: PendingRecords,
) -> dict[int, list[Objection]]:
    """The objections to published entries as the import leaves them, by key.

    There is none to their being somebody's own work, nor to new entries, nor to a reference to what the import publishes.
    A missing citation is reported at the row that deleted the last one.
    """
    published = publication.keys
    found: dict[int, list[Objection]] = {}
    for model, keys in changed.items():
        for chunk in chunks(keys):
            objections = model.objections_of(others.fetch(model, chunk), others=others)
            for key, those in objections.items():
                if kept := [one for one in those if one.other not in published and one.field != "citations"]:
                    found[key] = kept
    return found


def _drafts(entries: Mapping[type[Entry], list[int]]) -> dict[type[Entry], list[int]]:
    """Those of these entries that are drafts, as the new ones are."""
    drafts: dict[type[Entry], list[int]] = {}
    for model, keys in entries.items():
        drafts[model] = [key for key in keys if key >= FIRST_KEY]
        for chunk in chunks(key for key in keys if key < FIRST_KEY):
            unpublished = Entry.objects.with_status(*UNPUBLISHED).filter(pk__in=chunk)
            drafts[model] += unpublished.order_by("pk").values_list("pk", flat=True)
    return drafts
