"""Publishes the records of an import, or checks whether they can be published, and what it changes in public."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.bulk_publication import Refusals, objections_to_all, publish_all
from timeline.editing.named_references import publish_references, references_in, references_named_by
from timeline.editing.named_schedules import follow_schedule
from timeline.exchange.importing.file_statuses import StatusNotices, keeps_hidden, status_label
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.pending import FIRST_KEY, PendingRecords
from timeline.exchange.importing.record_models import keys_by_model, record_models, status_model
from timeline.exchange.importing.resolving import NESTED
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import REFERENCES, Entry, ImportBatch, Revision
from timeline.models.chunks import chunks
from timeline.models.named import slug_owner_name
from timeline.models.records import Record, RecordKey, objection_to_named
from timeline.rows.tables import table_of
from timeline.search import index
from timeline.workflow import SCHEDULED, UNPUBLISHED, Objection, Status

# If at least one in so many public entries is new, the whole search index is rebuilt. That costs each new entry at most
# as much as ten old ones.
OPTIMIZE_RATIO = 10


class RecordRows:
    """The rows of records and of their parts in an import that publishes: which it publishes or changes in public."""

    def __init__(self) -> None:
        # The records with a row of their own, by model, with its place and the slug; without those that are held back.
        self.named: defaultdict[type[Record], dict[int, tuple[FileLocation, str]]] = defaultdict(dict)
        # The drafts that are not published since their rows say so, with the status there.
        self.held: dict[RecordKey, str] = {}
        self.statuses = StatusNotices()
        # The published and scheduled records that the import changes, by model, with the place of the first such row.
        self.changed: defaultdict[type[Record], dict[int, FileLocation]] = defaultdict(dict)
        # The rows that do so, by table and key.
        self.changing: set[tuple[str, tuple[str, ...]]] = set()
        # Where a part refers to an entry: by its own entry, nested name and that entry, the place and the column.
        self._references: dict[tuple[int, str, int], tuple[FileLocation, str]] = {}
        # Where a row first refers to a draft of a reference record that was stored before, or is held back: the place and
        # the column.
        self._drafts: dict[RecordKey, tuple[FileLocation, str]] = {}

    def add(self, rows: Sequence[ImportRow], pending: PendingRecords) -> None:
        """Add the rows of a chunk of one table, before any record is published."""
        self._hold_back(rows, pending)
        changing: defaultdict[int, list[ImportRow]] = defaultdict(list)
        for row in rows:
            if not row.outcome or (key := row.owner_pk) is None:
                continue
            if not row.table.within and not keeps_hidden(row.file_status):
                self.named[row.table.model][key] = row.place, row.key[0]  # type: ignore[index]
            self._add_references(row, key, pending)
            if row.outcome != "unchanged":
                changing[key].append(row)
        if not changing:
            return
        model = status_model(rows[0].table)
        public = model._default_manager.published_or_scheduled().filter(pk__in=changing)
        for its_model, keys in keys_by_model(model, public.order_by().values_list("pk", flat=True)).items():
            for key in keys:
                self.changed[its_model].setdefault(key, changing[key][0].place)
                self.changing |= {(row.table.name, row.key) for row in changing[key]}

    def _hold_back(self, rows: Sequence[ImportRow], pending: PendingRecords) -> None:
        """Leave the drafts among the records of these rows drafts, as the rows say. What is public stays so."""
        hiding = {
            row.pk: row
            for row in rows
            if row.outcome and row.pk is not None and keeps_hidden(row.file_status)
        }
        if not hiding:
            return
        table = rows[0].table
        model: type[Record] = table.model  # type: ignore[assignment]
        drafts = _drafts_among(model, hiding)
        pending.keep_hidden(model, drafts)
        self.held |= {(slug_owner_name(model), key): hiding[key].file_status for key in drafts}
        self.statuses.drafts[table.name] += [hiding[key].key[0] for key in drafts]
        public = model._default_manager.published_or_scheduled().filter(pk__in=hiding.keys() - {*drafts})
        for key in public.order_by("pk").values_list("pk", flat=True):
            if hiding[key].file_status != SCHEDULED:
                self.statuses.public[table.name].append(hiding[key].key[0])

    def _add_references(self, row: ImportRow, key: int, pending: PendingRecords) -> None:
        for column, named in row.named():
            if issubclass(column.model, Entry):
                for other in named if row.table.within else ():
                    self._references[key, NESTED[row.table.name], other] = row.place, column.name
            elif drafts := pending.unpublished_references(column.model):
                for other in drafts.intersection(named):
                    self._drafts.setdefault((slug_owner_name(column.model), other), (row.place, column.name))

    def problems(self, publication: "Publication", others: PendingRecords) -> Iterator[Problem]:
        """The objections to these records, each at the row that it concerns."""
        refused = publication.refused
        places: dict[RecordKey, FileLocation] = {}
        for model, of_model in self.named.items():
            places |= {(slug_owner_name(model), key): place for key, (place, _slug) in of_model.items()}
        for model, changed in self.changed.items():
            places |= {(slug_owner_name(model), key): place for key, place in changed.items()}
        keys = {one.other for objections in refused.values() for one in objections if one.other is not None}
        hidden = {entry.pk: entry for chunk in chunks(sorted(keys)) for entry in others.fetch(Entry, chunk)}
        for key, objections in refused.items():
            if (root := publication.named_by.get(key)) is not None:
                yield from self._problems_of_draft(key, root, objections, places, others)
                continue
            for objection in objections:
                if objection.other is None:
                    label = str(_("cited sources")) if objection.field == "citations" else ""
                    yield Problem(places[key], objection.message, objection.field, label=label)
                    continue
                other = hidden[objection.other]
                reference = (key[1], objection.field, objection.other)
                place, column = self._references.get(reference, (places[key], objection.field))
                message = objection.message
                if other.has_ended:
                    message = _("%(reason)s Publish it again first, or leave it out.") % {"reason": message}
                elif (status := self.held.get((slug_owner_name(Entry), other.pk))) is not None:
                    message = _("%(reason)s Its row has the status “%(status)s”.") % {
                        "reason": message,
                        "status": status_label(status),
                    }
                elif (slug_owner_name(Entry), other.pk) not in refused:
                    message = _("%(reason)s Publish it first, or import its row too.") % {"reason": message}
                yield Problem(place, message, column, other.slug)

    def _problems_of_draft(
        self,
        key: RecordKey,
        root: RecordKey,
        objections: Sequence[Objection],
        places: Mapping[RecordKey, FileLocation],
        others: PendingRecords,
    ) -> Iterator[Problem]:
        """The objections to a draft that is published with what names it, at a row that does."""
        place, column = self._drafts.get(key, (places[root], ""))
        model = next(model for model in REFERENCES if slug_owner_name(model) == key[0])
        (record,) = others.fetch(model, [key[1]])
        for objection in objections:
            yield Problem(place, objection_to_named(record, objection).message, column, record.slug)


@dataclass(frozen=True)
class Publication:
    """The publication of an import: the records by model, those refused, and the last revision before it.

    `named_by` has the drafts without a row that are published with them, each with a record with a row that leads to it.
    What was scheduled for a later time and is public earlier with them is not among these: a reviewer had let it through,
    and undoing the import does not move it back.
    """

    records: Mapping[type[Record], list[int]] = field(default_factory=dict)
    named_by: Mapping[RecordKey, RecordKey] = field(default_factory=dict)
    refused: Refusals = field(default_factory=dict)
    last_revision_before: int = 0

    @property
    def keys(self) -> set[RecordKey]:
        """The keys of the published records."""
        keys = {(slug_owner_name(model), key) for model, of_model in self.records.items() for key in of_model}
        return (keys | self.named_by.keys()) - self.refused.keys()

    @property
    def drafts_named(self) -> dict[type[Record], list[int]]:
        """The keys of the drafts without a row that are published, by model."""
        found: dict[type[Record], list[int]] = {}
        for model in REFERENCES:
            if keys := sorted(key for table, key in self.named_by if table == slug_owner_name(model)):
                found[model] = keys
        return found

    def save(self, batch: ImportBatch) -> None:
        """Add the revisions of the publication to the record of the import."""
        keys: defaultdict[str, list[int]] = defaultdict(list)
        for table, key in sorted(self.keys):
            keys[table].append(key)
        for table, of_table in keys.items():
            for chunk in chunks(of_table):
                of_publishing = Revision.objects.filter(table=table, record__in=chunk)
                of_publishing.filter(pk__gt=self.last_revision_before).update(batch=batch)
        entries = len(keys[slug_owner_name(Entry)])
        if entries and entries * OPTIMIZE_RATIO >= Entry.objects.published().count():
            index.optimize(connection)


def publish(rows: RecordRows, by: AbstractUser, pending: PendingRecords) -> Publication:
    """Publish those of the records with rows that are drafts, and the drafts that records with rows name.

    If there is an objection to any of them, nothing is published.
    """
    last = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
    publication = check_publication(rows, by, pending, last)
    if not publication.refused:
        publish_all(publication.records, by=by)
        for model, changed in rows.changed.items():
            for chunk in chunks(changed):
                _publish_named_by(model, chunk, by)
                _follow_changes(model, chunk, by)
    return publication


def _publish_named_by(model: type[Record], keys: Sequence[int], by: AbstractUser) -> None:
    """Publish the drafts that these published and scheduled records name now: at once, or with what is scheduled."""
    now = timezone.now()
    by_time: defaultdict[datetime.datetime, list[int]] = defaultdict(list)
    public = model._default_manager.published_or_scheduled().filter(pk__in=keys).order_by()
    for key, public_from in public.values_list("pk", "published_at"):
        by_time[max(public_from, now)].append(key)
    for public_from, some in sorted(by_time.items()):
        publish_references(references_named_by({model: some}), by=by, public_from=public_from)


def _follow_changes(model: type[Record], keys: Sequence[int], by: AbstractUser) -> None:
    """Move what only the former text of these scheduled records named, which is that of their last revision."""
    for record in model._default_manager.scheduled().filter(pk__in=keys).order_by("pk"):
        last = Revision.objects.for_record(record).applied().last()
        if last is not None:
            follow_schedule(references_in(table_of(model), last.content), record.published_at, by=by)


def check_publication(
    rows: RecordRows, by: AbstractUser, pending: PendingRecords, last_revision: int = 0
) -> Publication:
    """The publication of these records as `publish` would carry it out, with every objection to it."""
    drafts = _drafts(rows.named)
    named_by = _named_drafts(drafts, rows.changed, pending)
    publication = Publication(drafts, named_by, {}, last_revision)
    together = {model: [*keys] for model, keys in drafts.items()}
    for model, keys in publication.drafts_named.items():
        together.setdefault(model, []).extend(keys)
    refused = objections_to_all(together, by=by, others=pending)
    entries = (key for model, keys in drafts.items() if issubclass(model, Entry) for key in keys)
    published = {key for key in entries if (slug_owner_name(Entry), key) not in refused}
    refused |= _objections_to_changes(rows.changed, published, pending)
    refused |= {key: [_objection_to_held(rows.held[key])] for key in named_by.keys() & rows.held.keys()}
    return Publication(drafts, named_by, refused, last_revision)


def _objections_to_changes(
    changed: Mapping[type[Record], Mapping[int, FileLocation]],
    published: Collection[int],
    others: PendingRecords,
) -> Refusals:
    """The objections to published records as the import leaves them, by key.

    There is none to their being somebody's own work, nor to new entries, nor to a reference to what the import publishes.
    A missing citation is reported at the row that deleted the last one.
    """
    found: Refusals = {}
    for model, keys in changed.items():
        for chunk in chunks(keys):
            objections = model.objections_of(others.fetch(model, chunk), others=others)
            for key, those in objections.items():
                if kept := [one for one in those if one.other not in published and one.field != "citations"]:
                    found[slug_owner_name(model), key] = kept
    return found


def _objection_to_held(status: str) -> Objection:
    """The objection to publishing a draft with what names it, though its row says that it is none."""
    message = _("its row has the status “%(status)s”. Make it “%(published)s”, or leave out what names it.")
    return Objection("", message % {"status": status_label(status), "published": Status.PUBLISHED.label})


def _drafts(
    records: Mapping[type[Record], Mapping[int, tuple[FileLocation, str]]],
) -> dict[type[Record], list[int]]:
    """Those of these records that are drafts, as the new ones are, in the order of imports."""
    drafts: dict[type[Record], list[int]] = {}
    for model in record_models():
        if model not in records:
            continue
        drafts[model] = _drafts_among(model, records[model])
    return drafts


def _drafts_among(model: type[Record], keys: Collection[int]) -> list[int]:
    """The keys of the drafts among these records of one model, the new ones among them."""
    drafts = sorted(key for key in keys if key >= FIRST_KEY)
    for chunk in chunks(sorted(key for key in keys if key < FIRST_KEY)):
        unpublished = model._default_manager.with_status(*UNPUBLISHED).filter(pk__in=chunk)
        drafts += unpublished.order_by("pk").values_list("pk", flat=True)
    return drafts


def _named_drafts(
    drafts: Mapping[type[Record], Collection[int]],
    changed: Mapping[type[Record], Collection[int]],
    pending: PendingRecords,
) -> dict[RecordKey, RecordKey]:
    """The other drafts that become public with these, as what becomes public names them, each with one that leads to it."""
    wanted: dict[type[Record], set[int]] = {
        model: {*pending.unpublished_references(model)} - {*drafts.get(model, ())} for model in REFERENCES
    }
    found: dict[RecordKey, RecordKey] = {}
    queue: list[tuple[type[Record], Collection[int]]] = [*drafts.items(), *changed.items()]
    while queue and any(wanted.values()):
        model, keys = queue.pop()
        for chunk in chunks(keys):
            for owner, named, key in pending.naming(model, chunk, wanted):
                if key in wanted[named]:
                    wanted[named].remove(key)
                    naming = (slug_owner_name(model), owner)
                    found[slug_owner_name(named), key] = found.get(naming, naming)
                    queue.append((named, [key]))
    return found
