"""Diverts what an import may not change: rows of public entries go into working copies instead of the tables.

What is to be changed is kept as it was, so that the import can be undone.
"""

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
    """The rows of an import before they are compared, and before they are written.

    With `publish` what is public is changed directly. `by` gives the account that does the import, which is made where
    there is none yet.
    """

    def __init__(self, outcomes: Outcomes, *, publish: bool, by: Callable[[], AbstractUser]) -> None:
        self.outcomes = outcomes
        self.publish = publish
        self.by = by
        # What is or was public and is to get a working copy.
        self.changes: defaultdict[int, WorkingCopyChange] = defaultdict(WorkingCopyChange)

    def compare(self, table: Table, items: Sequence[ImportRow]) -> None:
        """Compare rows with the working copies that they are to change, instead of with what is public."""
        if not self.publish and (issubclass(table.model, Entry) or is_part_of_entry(table)):
            compare_with_copies(table, items)

    def divert(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        """Take those out that go into working copies; the rest is to be written."""
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
        """Keep what records are before they are changed; of entries their revisions say it."""
        before = self.outcomes.before[table.name]
        keys = {item.pk if item.parent_pk is None else item.parent_pk for item in items}
        fresh = [key for key in keys if key is not None and key not in before]
        before |= {key: row for key, (row, _keys) in table.whole_rows_of(fresh).items()}

    def _save_initial_revisions(self, keys: Iterable[int | None]) -> None:
        """A revision of entries as they are before the import, where none was kept yet: nobody else could put them back."""
        there = {key for key in keys if key is not None} - self.outcomes.written
        kept = Revision.objects.filter(entry_id__in=there).order_by().values_list("entry_id", flat=True)
        for of_kind in keys_by_kind(there - {*kept}).values():
            record_revisions(
                of_kind, by=self.by(), action=Action.SAVED, comment=_("As it was before the import")
            )
