"""The rows of the history of a record: its revisions, each with what it changed, in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.editing.comparison import changed_columns, column_label, count_changed_parts
from timeline.editing.copy_states import former_numbers
from timeline.models import Revision
from timeline.models.records import Record
from timeline.rows.tables import Table, WholeRow


@dataclass(frozen=True)
class HistoryRow:
    """A revision with the number of the one that it changed, and the fields that it changed.

    `is_chosen` is whether it is of another page and was chosen there to be compared.
    """

    revision: Revision
    former_number: int | None = None
    changes: Sequence[str] = ()
    is_chosen: bool = False


def history_rows(table: Table, revisions: Sequence[Revision]) -> list[HistoryRow]:
    """The rows of some successive revisions, newest first, in a constant number of queries."""
    if not revisions:
        return []
    model, key = revisions[0].model, revisions[0].record
    former = former_numbers(model, key)
    before = {former[one.number] for one in revisions if one.number in former}
    # With the oldest of these, so that a page without earlier ones has as many queries.
    numbers = before - {one.number for one in revisions} | {revisions[-1].number}
    earlier = Revision.objects.for_key(model, key).filter(number__in=numbers)
    contents = _with_current_slugs(table, {one.number: one.content for one in (*revisions, *earlier)})
    return [
        HistoryRow(
            one,
            number := former.get(one.number),
            _changes(table, contents[number], contents[one.number]) if number else [],
        )
        for one in revisions
    ]


def chosen_rows(record: Record, numbers: Collection[int], shown: Sequence[Revision]) -> list[HistoryRow]:
    """The rows of those chosen revisions that the page does not show."""
    others = {*numbers} - {revision.number for revision in shown}
    found = Revision.objects.for_record(record).filter(number__in=others).order_by("-number")
    return [HistoryRow(one, is_chosen=True) for one in found.select_related("created_by").defer("content")]


def _with_current_slugs(table: Table, contents: dict[int, WholeRow]) -> dict[int, WholeRow]:
    references = table.stored_references(*contents.values())
    return {number: table.with_current_slugs(row, references) for number, row in contents.items()}


def _changes(table: Table, old: WholeRow, new: WholeRow) -> list[str]:
    """The labels of the columns that differ, with numbers of nested records. A column missing from one row is ignored."""
    names = [name for name in changed_columns(table, old, new) if name in old and name in new]
    return [
        _part_changes(table, name, old[name], new[name]) if name in table.parts else column_label(table, name)
        for name in names
    ]


def _part_changes(table: Table, name: str, old: Sequence[WholeRow], new: Sequence[WholeRow]) -> str:
    added, changed, removed = count_changed_parts(table.parts[name], old, new)
    counted = chain(
        [ngettext("%(number)s added", "%(number)s added", added) % {"number": added}] if added else [],
        [ngettext("%(number)s changed", "%(number)s changed", changed) % {"number": changed}]
        if changed
        else [],
        [ngettext("%(number)s removed", "%(number)s removed", removed) % {"number": removed}]
        if removed
        else [],
    )
    return _("%(label)s (%(counts)s)") % {
        "label": column_label(table, name),
        "counts": pgettext("enumeration", ", ").join(counted),
    }
