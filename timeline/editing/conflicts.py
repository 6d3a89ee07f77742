"""What two people made of one record since it was opened: column by column, and both together where that can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from timeline.editing.comparison import DiffSegment, cell_text, compare_rows, diff_text
from timeline.rows.tables import TABLES, Table

THEIRS, MINE = "theirs", "mine"
# Lists and parts with what each changed of them; where both changed one part, with that of the one or of the other.
BOTH, BOTH_THEIRS, BOTH_MINE = "both", "both-theirs", "both-mine"
LABELS = {
    THEIRS: _("Theirs"),
    MINE: _("Mine"),
    BOTH: _("Both"),
    BOTH_THEIRS: _("Both; where both changed the same, theirs"),
    BOTH_MINE: _("Both; where both changed the same, mine"),
}


@dataclass(frozen=True)
class ColumnMerge:
    """One column that two people made different: what it was, and what it may become, by side.

    `side` is what is proposed: theirs or mine where only one of them changed it, both where each changed other parts of it,
    and "" where somebody must choose.
    """

    name: str
    label: str
    base: str
    sides: dict[str, list[DiffSegment]]
    side: str

    @property
    def is_conflict(self) -> bool:
        """Whether both changed the same, so that somebody must choose."""
        return not self.side

    @property
    def choices(self) -> list[tuple[str, Any, list[DiffSegment]]]:
        """The sides with their labels and texts."""
        return [(side, LABELS[side], text) for side, text in self.sides.items()]


def three_way_merge(
    table: Table, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[ColumnMerge]:
    """The columns in which theirs and mine differ."""
    found = []
    for difference in compare_rows(table, theirs, mine):
        name = difference.column
        with_slugs = difference.old != cell_text(table, name, theirs.get(name))
        began = cell_text(table, name, base.get(name), with_slugs=with_slugs)
        texts = {THEIRS: difference.old, MINE: difference.new}
        side = ""
        if theirs.get(name) == base.get(name):
            side = MINE
        elif mine.get(name) == base.get(name):
            side = THEIRS
        elif (together := merge_lists(table, name, base, theirs, mine)) is not None:
            side = BOTH
            texts[BOTH] = cell_text(table, name, together, with_slugs=with_slugs)
        else:
            for both, prefer in ((BOTH_THEIRS, THEIRS), (BOTH_MINE, MINE)):
                if (together := merge_lists(table, name, base, theirs, mine, prefer)) is not None:
                    text = cell_text(table, name, together, with_slugs=with_slugs)
                    if text not in texts.values():
                        texts[both] = text
        sides = {one: diff_text(began, text) for one, text in texts.items()}
        found.append(ColumnMerge(name, difference.label, began, sides, side))
    return found


def resolved_row(
    table: Table,
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    sides: Mapping[str, str],
) -> dict[str, Any]:
    """Their row with what was chosen for each column in which mine differs."""
    row = {**theirs}
    for name, side in sides.items():
        if side == MINE:
            row[name] = mine[name]
        elif side != THEIRS:
            prefer = {BOTH_THEIRS: THEIRS, BOTH_MINE: MINE}.get(side, "")
            row[name] = merge_lists(table, name, base, theirs, mine, prefer)
    return row


def merge_lists(
    table: Table,
    name: str,
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    prefer: str = "",
) -> list[Any] | None:
    """A list or the parts of a record with what each changed of it; None where it is neither.

    Where both changed one part, it is as `prefer` says; None where that says neither theirs nor mine.
    """
    values: list[Any] = [row.get(name) for row in (base, theirs, mine)]
    if not all(isinstance(value, list) for value in values):
        return None
    if name not in table.nested:
        together = _merge_by_key([{one: one for one in value} for value in values], prefer)
        return None if together is None else [*together]
    part = TABLES[table.nested[name]]
    parent_slug = base["slug"]
    keyed = [{part.key_of({**one, part.within: parent_slug}): one for one in value} for value in values]
    # Parts that have one key cannot be told apart.
    if any(len(by_key) != len(value) for by_key, value in zip(keyed, values, strict=True)):
        return None
    together = _merge_by_key(keyed, prefer)
    return None if together is None else part.sort_parts(together.values())


def _merge_by_key(three: Sequence[Mapping[Any, Any]], prefer: str) -> dict[Any, Any] | None:
    """What stands by key in theirs or mine, with the changes of each; None where both changed one and none is preferred."""
    base, theirs, mine = three
    found = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        began, their, my = base.get(key), theirs.get(key), mine.get(key)
        if their == my or my == began:
            left = their
        elif their == began:
            left = my
        elif prefer:
            left = my if prefer == MINE else their
        else:
            return None
        if left is not None:
            found[key] = left
    return found
