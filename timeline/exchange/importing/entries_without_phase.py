"""Entries of a file that belong to no phase, although one had begun by their date: only new ones are given it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.readers.types import FileLocation, Notice
from timeline.models import Entry, Phase
from timeline.rows.tables import Table

# As many are named.
MAX_NAMED = 5


@dataclass(frozen=True)
class _Found:
    """An entry: the place of its row, and the key of the phase that it would get as a new one."""

    place: FileLocation
    phase: int


class EntriesWithoutPhase:
    """Those of one table. An import does not assign them: an editor may have emptied the phase, and they may be public."""

    def __init__(self, table: Table, pending: PendingRecords) -> None:
        self._is_of_entries = issubclass(table.model, Entry)
        self._pending = pending
        self._count = 0
        self._first: list[_Found] = []

    def check(self, rows: Sequence[ImportRow]) -> None:
        """Note the stored entries of these checked rows that have no phase, where the file does not say that they have none."""
        without = [row for row in rows if self._is_of_entries and _lacks_phase(row)]
        if not without or self._pending.phase_begun_by(datetime.date.max) is None:
            return
        keys = [row.pk for row in without if row.pk is not None]
        days = dict(Entry.objects.filter(pk__in=keys).order_by().values_list("pk", "sort_earliest"))
        for row in without:
            changed = row.record if row.changes else None
            day = changed.sort_earliest if changed is not None else days.get(row.pk or 0)
            if day is None or (changed is not None and changed.phase_id is not None):
                continue
            if (phase := self._pending.phase_begun_by(day)) is not None:
                self._count += 1
                self._first += [_Found(row.place, phase)] if len(self._first) < MAX_NAMED else []

    def notices(self) -> Iterator[Notice]:
        """The notice of all of them, if there are any."""
        if not self._count:
            return
        message = ngettext(
            "%(count)s entry belongs to no phase, although one had begun by its date: %(entries)s. An import gives one to "
            "new entries only. Write it in the column “phase”, or a dash (in YAML nothing) if it belongs to none.",
            "%(count)s entries belong to no phase, although one had begun by their date: %(entries)s. An import gives one "
            "to new entries only. Write it in the column “phase”, or a dash (in YAML nothing) if they belong to none.",
            self._count,
        )
        slugs = {one.pk: one.slug for one in self._pending.fetch(Phase, {one.phase for one in self._first})}
        named = [
            _("%(place)s: %(phase)s") % {"place": one.place, "phase": slugs[one.phase]} for one in self._first
        ]
        words = pgettext("enumeration", ", ").join([*named, *(["…"] if self._count > len(named) else [])])
        place = FileLocation(self._first[0].place.file, self._first[0].place.table)
        yield Notice(place, message % {"count": self._count, "entries": words})


def _lacks_phase(row: ImportRow) -> bool:
    """Whether the row is that of a stored entry without a phase, and does not say so itself."""
    is_decided = "phase" in row.cells and not row.is_unset("phase")
    return (
        bool(row.outcome)
        and not is_decided
        and row.stored is not None
        and row.stored["phase"] in EMPTY_VALUES
    )
