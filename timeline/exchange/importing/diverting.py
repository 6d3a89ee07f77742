"""Diverts the rows of public entries to working copies, and records what an import changes, so that it can be undone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from timeline.editing.revisions import record_revisions
from timeline.exchange.importing.chunks import keys_by_kind
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.outcomes import Outcomes, is_part_of_entry
from timeline.exchange.importing.working_copies import WorkingCopyChange, compare_with_copies
from timeline.models import Action, Entry, Revision
from timeline.rows.tables import Table, table_of


class Diverter:
    """Diverts the rows of one import.

    With `publish`, public entries are changed directly. `by` returns the account of the import, and creates it if there
    is none yet.
    """

    def __init__(self, outcomes: Outcomes, *, publish: bool, by: Callable[[], AbstractUser]) -> None:
        self.outcomes = outcomes
        self.publish = publish
        self.by = by
        # The changes of entries that are or were public, for their working copies.
        self.changes: defaultdict[int, WorkingCopyChange] = defaultdict(WorkingCopyChange)

    def compare(self, table: Table, items: Sequence[ImportRow]) -> None:
        """Compare the rows with the working copies that they change, instead of the public entries."""
        if not self.publish and (issubclass(table.model, Entry) or is_part_of_entry(table)):
            compare_with_copies(table, items)

    def divert(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        """Divert the rows that go into working copies. Returns the others, which are to be written."""
        if issubclass(table.model, Entry):
            self._save_initial_revisions(item.pk for item in items)
            return items if self.publish else self._divert_entries(table, items)
        if is_part_of_entry(table):
            self._save_initial_revisions(item.parent_pk for item in items)
            return items if self.publish else self._divert_parts(table, items)
        self._remember_before(table_of(table.columns[table.within].model) if table.within else table, items)
        return items

    def _divert_entries(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        rest = []
        for item in items:
            if item.pk is not None and item.record.is_ever_public:
                change = self.changes[item.pk]
                change.place = item.place
                change.columns |= item.changes
                self.outcomes.record_diverted(table, item, "changed")
            else:
                rest.append(item)
        return rest

    def _divert_parts(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        keys = {item.parent_pk for item in items if item.parent_pk is not None}
        public = {*Entry.objects.ever_public().filter(pk__in=keys).values_list("pk", flat=True)}
        rest = []
        for item in items:
            if item.parent_pk is None or item.parent_pk not in public:
                rest.append(item)
                continue
            change = self.changes[item.parent_pk]
            change.place = change.place or item.place
            outcome = "deleted" if item.is_deletion else "new" if item.stored is None else "changed"
            key = {name: item.cells[name] for name in table.key}
            part = table.with_defaults(key) | (item.stored or {}) | item.changes
            del part[table.within]
            change.parts[table.name][item.key] = None if outcome == "deleted" else part
            self.outcomes.record_diverted(table, item, outcome)
        return rest

    def _remember_before(self, table: Table, items: Sequence[ImportRow]) -> None:
        """Remember the rows of records before they change. Entries have revisions instead."""
        before = self.outcomes.before[table.name]
        keys = {item.pk if item.parent_pk is None else item.parent_pk for item in items}
        fresh = [key for key in keys if key is not None and key not in before]
        before |= {key: row for key, (row, _keys) in table.whole_rows_of(fresh).items()}

    def _save_initial_revisions(self, keys: Iterable[int | None]) -> None:
        """Record a revision of entries without one, so that undoing the import can restore them."""
        there = {key for key in keys if key is not None} - self.outcomes.written
        kept = Revision.objects.filter(entry_id__in=there).order_by().values_list("entry_id", flat=True)
        for of_kind in keys_by_kind(there - {*kept}).values():
            record_revisions(
                of_kind, by=self.by(), action=Action.SAVED, comment=_("As it was before the import")
            )
