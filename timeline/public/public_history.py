"""The public history of a record, from its revisions: published, changed and withdrawn, with the columns.

It names nobody and omits what no reader saw: drafts, reviews, working copies, and schedules that were
cancelled. Of the comments of editors, only the reason for a withdrawal is public; besides, the notes for readers.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from timeline.editing.approvals import NOTE_COLUMNS
from timeline.editing.comparison import changed_columns, column_label
from timeline.editing.revisions import table_of_record
from timeline.models import Entry, FormerAddress, Revision
from timeline.models.records import Record
from timeline.models.revisions import WRITING
from timeline.rows.cell_text import plain_text
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow
from timeline.workflow import ENDED, Status, transition_to

# Columns that editors alone know by their labels: what changes on the page with them.
READER_LABELS = {"examined": gettext_lazy("Not given by the sources")}


class PublicEvent(models.TextChoices):
    """An event as readers saw it."""

    PUBLISHED = "published", pgettext_lazy("public history", "First published")
    CHANGED = "changed", pgettext_lazy("public history", "Changed")
    PUBLISHED_AGAIN = "published_again", pgettext_lazy("public history", "Published again")


@dataclass(frozen=True)
class PublicChange:
    """A public event, with the columns that changed since the previous public state.

    The event is the status of the record if its publication ended.
    """

    at: datetime.datetime
    event: PublicEvent | Status
    columns: list[str] = field(default_factory=list)
    reason: str = ""
    note: str = ""
    note_en: str = ""
    is_minor: bool = False

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
    note: str = ""
    note_en: str = ""
    is_minor: bool = False


def public_changes(record: Record, moments: Sequence[Moment]) -> list[PublicChange]:
    """These moments of the record with the columns that changed, without those in which no reader saw a change.

    Of a change before which nothing was recorded, no column is known.
    """
    table = table_of_record(record)
    rows = _rows(record, table, moments)
    changes = []
    for moment in moments:
        columns = _changed(table, rows.get(moment.before or 0), rows.get(moment.number))
        if columns or moment.note or moment.event != PublicEvent.CHANGED or moment.before is None:
            told = (moment.reason, moment.note, moment.note_en, moment.is_minor)
            changes.append(PublicChange(moment.at, moment.event, columns, *told))
    return changes


def public_moments(record: Record, now: datetime.datetime | None = None) -> list[Moment]:
    """The public events of a record up to now, newest first."""
    now = now or timezone.now()
    revisions = (
        Revision.objects.for_record(record)
        .applied()
        .values_list("number", "created_at", "status", "public_from", "comment", "action", *NOTE_COLUMNS)
    )
    moments: list[Moment] = []
    since: datetime.datetime | None = None  # the start of the present publication, which may be in the future
    shown = before = None  # the public revision, and the one public before it
    for number, at, status, public_from, reason, action, *told in revisions:
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
            if number == 1 and action in WRITING and since < at and not isinstance(record, Entry):
                # Nobody knows since when it was public: what was, before such records had a status, got one later.
                moments.append(Moment(at, PublicEvent.CHANGED, number, None, "", *told))
            else:
                event = PublicEvent.PUBLISHED if before is None else PublicEvent.PUBLISHED_AGAIN
                moments.append(Moment(since, event, number, before, "", *told))
        elif at < since or public_from is not None and at < public_from:
            # Readers never saw the earlier revision; this one may have moved the time.
            since = public_from or since
            moments[-1] = replace(moments[-1], at=since, number=number)
        else:
            moments.append(Moment(at, PublicEvent.CHANGED, number, shown, "", *told))
        shown = number
    return [moment for moment in reversed(moments) if moment.at <= now]


def last_public_titles(record: Record) -> dict[str, str]:
    """The titles in each language that a record whose publication ended had then, by column; its own if that is not recorded.

    What is changed since is not public until the record is published again.
    """
    revisions = Revision.objects.for_record(record).applied()
    published = revisions.with_status(Status.PUBLISHED).values_list("number", flat=True).last()
    ended = revisions.with_status(*ENDED).filter(number__gt=published or 0).first()
    row = ended.content if ended else {}
    return {name: str(row.get(name, getattr(record, name))) for name in ("title", "title_en")}


def add_change_notes(entries: Sequence[Any]) -> None:
    """Let each of these entries, which have `last_public_change`, say in `change_note` what readers are told of it."""
    noted = Revision.objects.for_keys(Entry, [entry.pk for entry in entries]).applied()
    noted = noted.with_status(Status.PUBLISHED).filter(is_minor=False).exclude(change_note="")
    columns = ("record", "created_at", "change_note", "change_note_en")
    notes = {(record, at): note for record, at, *note in noted.values_list(*columns)}
    for entry in entries:
        note = notes.get((entry.pk, entry.last_public_change), ("", ""))
        entry.change_note, entry.change_note_en = note


def _rows(record: Record, table: Table, moments: Iterable[Moment]) -> dict[int, WholeRow]:
    """The rows of the compared revisions, with current slugs in their references."""
    numbers = {number for moment in moments if moment.before for number in (moment.before, moment.number)}
    revisions = Revision.objects.for_record(record).filter(number__in=numbers)
    rows = dict(revisions.values_list("number", "content"))
    slugs = {slug for row in rows.values() for _model, slug in table.references_in(row)}
    if not FormerAddress.objects.filter(slug__in=slugs).exists():
        return rows
    references = References()
    table.prefetch_references([*rows.values()], references)
    return {number: table.with_current_slugs(row, references) for number, row in rows.items()}


def _changed(table: Table, old: WholeRow | None, new: WholeRow | None) -> list[str]:
    """The labels of the columns that differ, of a switch with its new state. A column missing from one of the rows is ignored."""
    if old is None or new is None:
        return []
    names = changed_columns(table, old, new)
    labels = (_changed_label(table, name, new[name]) for name in names if name in old and name in new)
    return list(dict.fromkeys(labels))


def _changed_label(table: Table, name: str, value: object) -> str:
    if name in READER_LABELS:
        return str(READER_LABELS[name])
    label = column_label(table, name)
    if not isinstance(value, bool):
        return label
    # The label of a switch reads as what is so now.
    state = pgettext("public history", "%(label)s (now “%(state)s”)")
    return state % {"label": label, "state": plain_text(value)}
