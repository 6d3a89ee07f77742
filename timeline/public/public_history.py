"""The public history of an entry, from its revisions: published, changed and withdrawn, with the columns.

It names nobody and omits what no reader saw: drafts, reviews, working copies, and schedules that were
cancelled. Of the comments of editors, only the reason for a withdrawal is public.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
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


class PublicEvent(models.TextChoices):
    """An event as readers saw it."""

    PUBLISHED = "published", pgettext_lazy("public history", "First published")
    CHANGED = "changed", pgettext_lazy("public history", "Changed")
    PUBLISHED_AGAIN = "published_again", pgettext_lazy("public history", "Published again")


@dataclass(frozen=True)
class PublicChange:
    """A public event, with the columns that changed since the previous public state.

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
class Moment:
    """An event, the number of the revision it made public, and of the one public before."""

    at: datetime.datetime
    event: PublicEvent | Status
    number: int
    before: int | None = None
    reason: str = ""


def public_changes(entry: Entry, moments: Sequence[Moment]) -> list[PublicChange]:
    """These moments of the entry with the columns that changed, without those in which no reader saw a change."""
    table = table_of_entry(entry)
    rows = _rows(entry, table, moments)
    changes = []
    for moment in moments:
        columns = _changed(table, rows.get(moment.before or 0), rows.get(moment.number))
        if columns or moment.event != PublicEvent.CHANGED:
            changes.append(PublicChange(moment.at, moment.event, columns, moment.reason))
    return changes


def public_moments(entry: Entry, now: datetime.datetime | None = None) -> list[Moment]:
    """The public events of an entry up to now, newest first."""
    now = now or timezone.now()
    revisions = (
        Revision.objects.for_entry(entry)
        .applied()
        .values_list("number", "created_at", "status", "public_from", "comment")
    )
    moments: list[Moment] = []
    since: datetime.datetime | None = None  # the start of the present publication, which may be in the future
    shown = before = None  # the public revision, and the one public before it
    for number, at, status, public_from, reason in revisions:
        if status != Status.PUBLISHED:
            if since is not None and status in ENDED:
                moments.append(Moment(at, Status(status), number, reason=reason))
                before = shown
            elif since is not None:
                moments.pop()  # cancelled before it was due
            since = None
            continue
        if since is None:
            since = public_from or at
            event = PublicEvent.PUBLISHED if before is None else PublicEvent.PUBLISHED_AGAIN
            moments.append(Moment(since, event, number, before))
        elif at < since:
            moments[-1] = replace(moments[-1], number=number)  # readers never saw the earlier revision
        else:
            moments.append(Moment(at, PublicEvent.CHANGED, number, shown))
        shown = number
    return [moment for moment in reversed(moments) if moment.at <= now]


def _rows(entry: Entry, table: Table, moments: Iterable[Moment]) -> dict[int, Mapping[str, Any]]:
    """The rows of the compared revisions, with current slugs in their references."""
    numbers = {number for moment in moments if moment.before for number in (moment.before, moment.number)}
    revisions = Revision.objects.for_entry(entry).filter(number__in=numbers)
    rows = dict(revisions.values_list("number", "content"))
    references = {pair for row in rows.values() for pair in _references(table, row)}
    former = FormerAddress.objects.filter(slug__in={slug for _owner, slug in references})
    moved = {
        (owner, slug): record
        for owner, slug, record in former.values_list("table", "slug", "record")
        if (owner, slug) in references
    }
    if not moved:
        return rows
    current = _today(moved)
    return {number: _renamed(table, row, current) for number, row in rows.items()}


def _today(moved: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], str]:
    """The current slugs of records by model and former slug."""
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
    """The references of a whole row: the name of the model that owns the slug, and the slug."""
    for name, column in table.columns.items():
        if column.field.is_relation and row.get(name):
            for slug in column.slugs(row[name]):
                yield slug_owner_name(column.model), slug
    for name, part in table.nested.items():
        for inner in row.get(name, []):
            yield from _references(TABLES[part], inner)


def _renamed(table: Table, row: Mapping[str, Any], today: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    renamed = dict(row)
    for name, column in table.columns.items():
        if column.field.is_relation and row.get(name):
            owner = slug_owner_name(column.model)
            found = [today.get((owner, slug), slug) for slug in column.slugs(row[name])]
            renamed[name] = sorted(set(found)) if column.is_many_to_many else found[0]
    for name, part in table.nested.items():
        if name in row:
            inner = TABLES[part]
            renamed[name] = inner.sort_parts(_renamed(inner, each, today) for each in row[name])
    return renamed


def _changed(table: Table, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[str]:
    """The labels of the columns that differ. A column missing from one of the rows is ignored."""
    if old is None or new is None:
        return []
    names = changed_columns(table, old, new)
    labels = (column_label(table, name) for name in names if name in old and name in new)
    return list(dict.fromkeys(labels))
