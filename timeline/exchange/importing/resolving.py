"""Resolves rows: their own record, what is stored of it, and the records that their cells refer to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.importing.moved_citations import find_moved
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.record_models import status_model
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.models import Area, Goal, Kind, Revision
from timeline.models.records import Record
from timeline.rows.columns import Column, FlatRow
from timeline.rows.grouping import inner_grouping, outer_groupings
from timeline.rows.references import References, ResolvedReference
from timeline.rows.tables import TABLES, Table, WholeRow, table_of
from timeline.values.text import clean_line

# By table of parts, the name of its rows in the whole row of a record.
NESTED = {part.name: name for table in TABLES.values() for name, part in table.parts.items()}


class Resolver:
    """Resolves the rows of one import."""

    def __init__(self, pending: PendingRecords, unread_tables: Collection[str], *, publish: bool) -> None:
        self.pending = pending
        self.references = References(pending)
        self.publish = publish
        self._unread_models: list[type[Model]] = [TABLES[name].model for name in unread_tables]
        # The slugs of rows with errors, for which rows that refer to them are not blamed.
        self._failed: set[tuple[type[Model], str]] = set()
        # By table, the keys of the parts with errors to which its rows would belong.
        self._failed_groups: set[tuple[str, tuple[str, ...]]] = set()

    def add_unread(self, table: Table) -> None:
        """Excuse the rows that refer to records of the table that are not there: it has rows that could not be read."""
        self._unread_models.append(table.model)

    def identify(self, table: Table, rows: Sequence[ImportRow], seen: SeenKeys) -> list[ImportRow]:
        """The rows that are identified, each by a key of its own. What the keys of the others name is looked up as well.

        Parts get the key of the record that they belong to, and in their own key current slugs.
        """
        self.note_failures(rows)
        identified = [row for row in rows if row.key]
        if table.within:
            identified = self._without_failed_groups(table, identified)
            self._resolve_keys(table, rows)
            identified = [row for row in identified if row.parent_pk is not None]
            # The parent may have another slug now.
            identified = self._without_failed_groups(table, identified)
        return [row for row in identified if self._claim_key(row, seen)]

    def _without_failed_groups(self, table: Table, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """The rows without those that belong to a part with errors, for which they are not blamed."""
        grouping, remaining = inner_grouping(table), []
        for row in rows:
            if grouping and (table.name, _group_key(row, [*grouping.columns])) in self._failed_groups:
                row.follows_failure = True
            else:
                remaining.append(row)
        return remaining

    def note_failures(self, rows: Iterable[ImportRow]) -> None:
        """Excuse the rows that refer to those of these with errors."""
        for row in rows:
            if row.has_errors and not row.table.within:
                self._failed.add((row.table.model, str(row.cells.get("slug"))))
                self.pending.add_failed(row)
            for grouping in outer_groupings(row.table) if row.has_errors else ():
                self._failed_groups.add((grouping.inner, _group_key(row, [*grouping.columns.values()])))

    def add_written(self, rows: Sequence[ImportRow]) -> None:
        """Let later rows refer to these, which were written."""
        for row in rows:
            if row.outcome == "new" and not row.table.within and row.pk is not None:
                self.references.add(row.table.model, row.key[0], row.pk)
                if isinstance(row.record, Area):
                    self.pending.add_link(row.record)

    def _resolve_keys(self, table: Table, rows: Sequence[ImportRow]) -> None:
        for column in (table.columns[name] for name in table.key):
            if not column.field.is_relation:
                continue
            # Where the row around it has errors, what it says of itself is reported there.
            named = [
                row
                for row in rows
                if row.cells.get(column.name) not in EMPTY_VALUES
                and not (row.follows_failure and column.name == table.within)
            ]
            self.references.load(column.model, [str(row.cells[column.name]) for row in named])
            for row in named:
                slug = str(row.cells[column.name])
                found = self.references.find(column.model, slug)
                if found is None:
                    self._add_unknown(row, column, slug)
                    continue
                row.cells[column.name] = found.slug
                if column.name == table.within:
                    row.parent_pk = found.pk

    def _claim_key(self, row: ImportRow, seen: SeenKeys) -> bool:
        """Set the key as it is compared. Returns False, with an error, if an earlier row has it."""
        columns = row.table.columns
        row.key = tuple(
            str(row.cells[name]) if name == "slug" else columns[name].normalized_key(row.cells[name])
            for name in row.table.key
        )
        first = seen.add(row.key, row.place)
        if first is row.place:
            return True
        message = _("The same key stands at %(first)s already.") % {"first": first}
        row.add_error(message, ", ".join(row.table.key), " / ".join(row.key))
        self.note_failures([row])
        return False

    def find_stored(self, table: Table, rows: Sequence[ImportRow]) -> None:
        """Set the primary key and the stored columns of each row.

        Those of public records are the columns of their working copies, unless the import publishes.
        """
        if not rows:
            return
        name = table.columns[table.within].attribute if table.within else "slug"
        values = {row.parent_pk if table.within else row.key[0] for row in rows}
        stored = table.rows_of(table.model._base_manager.filter(**{f"{name}__in": values}))
        # A part may have been stored before its locator was cleaned.
        by_key = {tuple(map(clean_line, table.sort_key(cells))): (pk, cells) for pk, cells in stored.items()}
        if table.model is Goal:
            self.pending.update_goals(stored)
        for row in rows:
            row.pk, row.stored = by_key.get(row.key, (None, None))
        if any(row.cited_rows for row in rows):
            _find_moved(table, rows, by_key)
        if not self.publish:
            _compare_with_copies(table, rows)

    def load_references(self, table: Table, rows: Sequence[ImportRow]) -> None:
        """Find the records that these rows refer to, in bulk."""
        for column in table.columns.values():
            cells = [row.cells.get(column.name) for row in rows] if column.field.is_relation else []
            if slugs := [slug for cell in cells if cell not in EMPTY_VALUES for slug in column.slugs(cell)]:
                self.references.load(column.model, slugs)

    def find(self, row: ImportRow, column: Column, slug: str) -> ResolvedReference | None:
        """The record with this slug, or None, which is an error of the row."""
        found = self.references.find(column.model, slug)
        # `identify()` has reported the references in the key of a part.
        if found is None and not (row.table.within and column.name in row.table.key):
            self._add_unknown(row, column, slug)
        if found is not None and (title := self.pending.ended(column.model).get(found.pk)):
            reason = _("“%(title)s”, which this names, was withdrawn.") % {"title": title}
            message = _("%(reason)s A reviewer publishes it again first, or it is left out.") % {
                "reason": reason
            }
            row.add_error(message, column.name, row.cells.get(column.name))
        return found

    def _add_unknown(self, row: ImportRow, column: Column, slug: str) -> None:
        """Add the error of a reference to a missing record, unless the reason is another error."""
        if any(issubclass(model, column.model) for model in self._unread_models) or any(
            failed == slug and issubclass(model, column.model) for model, failed in self._failed
        ):
            row.follows_failure = True
        else:
            cell = row.cells.get(column.name)
            whole = cell if isinstance(cell, str) else ""
            row.add_error(self.references.unknown_message(column, slug, whole), column.name, cell)
        self.note_failures([row])


def _group_key(row: ImportRow, names: Sequence[str]) -> tuple[str, ...]:
    """The key of the part that a row is, or that it names by these columns."""
    columns = row.table.columns
    parent = str(row.cells.get(row.table.within))
    return (parent, *(columns[name].normalized_key(row.cells.get(name)) for name in names))


def _find_moved(
    table: Table, rows: Sequence[ImportRow], stored: Mapping[tuple[str, ...], tuple[int, FlatRow]]
) -> None:
    """Let the stored columns of citations that have moved be those of the former places."""
    parents = {row.key[0]: row.parent_pk for row in rows}
    parts: defaultdict[int, dict[tuple[str, ...], FlatRow]] = defaultdict(dict)
    for key, (_pk, cells) in stored.items():
        if (parent := parents.get(key[0])) is not None:
            parts[parent][key] = cells
    find_moved(table, rows, parts)
    for row in rows:
        if row.former_key:
            row.pk, row.stored = stored[row.former_key]


def _compare_with_copies(table: Table, rows: Sequence[ImportRow]) -> None:
    """Let the stored columns of public records be those of their working copies, which the admin displays for editing.

    A part that only the working copy has is no record yet; one that the copy deleted does not count as one.
    """
    of_record = {row: row.owner_pk for row in rows}
    keys = {key for key in of_record.values() if key is not None}
    model = status_model(table)
    copies = Revision.objects.for_keys(model, keys).working_copies()
    by_model: defaultdict[type[Record], dict[int, WholeRow]] = defaultdict(dict)
    for record, kind, content in copies.values_list("record", "kind", "content"):
        by_model[Kind(kind).model if kind else model][record] = content
    contents: dict[int, WholeRow] = {}
    for its_model, of_model in by_model.items():
        owner, references = table_of(its_model), References()
        owner.prefetch_references([*of_model.values()], references)
        contents |= {key: owner.with_current_slugs(copy, references) for key, copy in of_model.items()}
    parts_of_copies = _parts_of_copies(table, rows, contents) if table.within else {}
    of_table = {row: row.former_key for row in rows if row.parent_pk in contents}
    find_moved(table, [*of_table], parts_of_copies)
    for row, key in of_record.items():
        if key not in contents:
            continue
        if not table.within:
            content = contents[key]
            present = row.stored or {}
            compared = present.keys() & content.keys() - {*table.key}
            row.stored = present | {name: content[name] for name in compared}
            continue
        part = parts_of_copies[key].get(row.former_key or row.key)
        if part is None or row.stored is None or row.former_key != of_table[row]:
            row.pk = None
        row.stored = part


def _parts_of_copies(
    table: Table, rows: Sequence[ImportRow], contents: Mapping[int, WholeRow]
) -> dict[int, dict[tuple[str, ...], FlatRow]]:
    """The parts that the working copies of the records of these rows have, by the key of the record and their own."""
    found: dict[int, dict[tuple[str, ...], FlatRow]] = {}
    for row in rows:
        key, within = row.parent_pk, {table.within: row.cells[table.within]}
        if key is not None and key in contents and key not in found:
            parts = contents[key].get(NESTED[table.name], ())
            whole = [table.with_defaults({**part, **within}) for part in parts]
            found[key] = {table.key_of(part): part for part in whole}
    return found
