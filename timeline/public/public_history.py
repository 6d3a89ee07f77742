"""What became of an entry in public, from its revisions: when it was published, changed and withdrawn, and in which columns.

Nobody is named, and nothing is told of what no reader saw: drafts, reviews, working copies, what was appointed and taken
back. Of what editors wrote beside their revisions only the reason of a withdrawal was meant for readers.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from timeline.editing.comparison import changed_columns, column_label
from timeline.editing.revisions import table_of_entry
from timeline.models import Entry, FormerAddress, Revision
from timeline.models.named import slug_owner_name
from timeline.rows.tables import TABLES, Table
from timeline.workflow import ENDED, Status, transition_to

# So many changes are told at once; of so many the columns are told at all.
MAX_RECENT = 20
MAX_COMPARED = 60


class PublicEvent(models.TextChoices):
    """What happened while an entry was public."""

    PUBLISHED = "published", pgettext_lazy("public history", "First published")
    CHANGED = "changed", pgettext_lazy("public history", "Changed")
    PUBLISHED_AGAIN = "published_again", pgettext_lazy("public history", "Published again")


@dataclass(frozen=True)
class PublicChange:
    """One turn in public: the columns in which the entry then differed from what readers had seen before.

    The event is the status of the entry if its publication ended.
    """

    at: datetime.datetime
    event: PublicEvent | Status
    columns: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def label(self) -> str:
        return str(
            transition_to(self.event).public_label if isinstance(self.event, Status) else self.event.label
        )


@dataclass(frozen=True)
class PublicHistory:
    """All of it, newest first: what is told at once, what is told on request, and how much between is only counted."""

    recent: list[PublicChange] = field(default_factory=list)
    older: list[PublicChange] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class _Event:
    """A turn, the revision that readers saw from then on, and the one that they had seen before."""

    at: datetime.datetime
    event: PublicEvent | Status
    number: int
    before: int | None = None
    reason: str = ""


def public_history_of(entry: Entry, now: datetime.datetime | None = None) -> PublicHistory:
    """The past of an entry until now, in a number of queries that does not grow with it."""
    moments = _moments(entry, now or timezone.now())
    if not moments:
        return PublicHistory()
    compared = moments[-MAX_COMPARED:]
    left_out = max(len(moments) - MAX_COMPARED - 1, 0)
    if len(moments) > MAX_COMPARED:
        # The first publication is told in any case, without comparison with anything.
        compared = [moments[0], *compared]
    table = table_of_entry(entry)
    rows = _rows(entry, table, compared)
    told = []
    for moment in reversed(compared):
        columns = _changed(table, rows.get(moment.before or 0), rows.get(moment.number))
        if columns or moment.event != PublicEvent.CHANGED:
            told.append(PublicChange(moment.at, moment.event, columns, moment.reason))
    return PublicHistory(told[:MAX_RECENT], told[MAX_RECENT:], left_out)


def _moments(entry: Entry, now: datetime.datetime) -> list[_Event]:
    """The turns of an entry, oldest first."""
    kept = (
        Revision.objects.for_entry(entry)
        .applied()
        .values_list("number", "created_at", "status", "public_from", "comment")
    )
    moments: list[_Event] = []
    since: datetime.datetime | None = None  # the present publication, which may lie ahead
    shown = before = None  # what it shows, and what readers had seen before it
    for number, at, status, public_from, why in kept:
        if status != Status.PUBLISHED:
            if since is not None and status in ENDED:
                moments.append(_Event(at, Status(status), number, reason=why))
                before = shown
            elif since is not None:
                moments.pop()  # taken back before its time
            since = None
            continue
        if since is None:
            since = public_from or at
            event = PublicEvent.PUBLISHED if before is None else PublicEvent.PUBLISHED_AGAIN
            moments.append(_Event(since, event, number, before))
        elif at < since:
            moments[-1] = replace(moments[-1], number=number)  # readers only ever saw it so
        else:
            moments.append(_Event(at, PublicEvent.CHANGED, number, shown))
        shown = number
    return [moment for moment in moments if moment.at <= now]


def _rows(entry: Entry, table: Table, moments: Iterable[_Event]) -> dict[int, Mapping[str, Any]]:
    """The rows of the revisions that are compared, each reference under the slug that its record has today."""
    numbers = {number for moment in moments if moment.before for number in (moment.before, moment.number)}
    kept = Revision.objects.for_entry(entry).filter(number__in=numbers)
    rows = dict(kept.values_list("number", "content"))
    named = {pair for row in rows.values() for pair in _references(table, row)}
    former = FormerAddress.objects.filter(slug__in={slug for _owner, slug in named})
    moved = {
        (owner, slug): record
        for owner, slug, record in former.values_list("table", "slug", "record")
        if (owner, slug) in named
    }
    if not moved:
        return rows
    today = _today(moved)
    return {number: _renamed(table, row, today) for number, row in rows.items()}


def _today(moved: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], str]:
    """The present slugs of records by their former ones, each with its table of addresses."""
    found: dict[tuple[str, str], str] = {}
    for owner in {owner for owner, _slug in moved}:
        model: Any = apps.get_model("timeline", owner)
        records = {record for (of, _slug), record in moved.items() if of == owner}
        slugs = dict(model._base_manager.filter(pk__in=records).values_list("pk", "slug"))
        found |= {
            pair: slugs[record] for pair, record in moved.items() if pair[0] == owner and record in slugs
        }
    return found


def _references(table: Table, row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Each slug in a whole row that names another record, with the table of addresses in which it is to be found."""
    for name, column in table.columns.items():
        if column.field.is_relation and row.get(name):
            for slug in column.slugs(row[name]):
                yield slug_owner_name(column.model), slug
    for name, part in table.nested.items():
        for inner in row.get(name, []):
            yield from _references(TABLES[part], inner)


def _renamed(table: Table, row: Mapping[str, Any], today: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    now = dict(row)
    for name, column in table.columns.items():
        if column.field.is_relation and row.get(name):
            owner = slug_owner_name(column.model)
            found = [today.get((owner, slug), slug) for slug in column.slugs(row[name])]
            now[name] = sorted(set(found)) if column.is_many_to_many else found[0]
    for name, part in table.nested.items():
        if name in row:
            inner = TABLES[part]
            now[name] = inner.sort_parts(_renamed(inner, each, today) for each in row[name])
    return now


def _changed(table: Table, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[str]:
    """In words, the columns in which two rows differ; a column that one of them did not have yet says nothing."""
    if old is None or new is None:
        return []
    names = changed_columns(table, old, new)
    labels = (column_label(table, name) for name in names if name in old and name in new)
    return list(dict.fromkeys(labels))
