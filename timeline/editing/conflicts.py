"""Conflicts between two people's changes of one record, by column, and their merge where possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timeline.editing.comparison import DiffSegment, compare_rows, diff_text
from timeline.rows.cell_text import cell_text
from timeline.rows.tables import MutableWholeRow, Table, WholeRow

THEIRS, MINE = "theirs", "mine"
# Lists and nested records with the changes of both. Where both changed the same one,
# that of one side is used.
BOTH, BOTH_THEIRS, BOTH_MINE = "both", "both-theirs", "both-mine"


@dataclass(frozen=True)
class ColumnMerge:
    """One column that two people changed differently: its original value and the possible results by side.

    `side` is the proposal: theirs or mine if only one of them changed it, both if they changed different
    parts, and "" if somebody must choose.
    """

    name: str
    label: str
    base: str
    sides: dict[str, list[DiffSegment]]
    side: str

    @property
    def is_conflict(self) -> bool:
        """Whether both changed the same part, so that somebody must choose."""
        return not self.side


def three_way_merge(table: Table, base: WholeRow, theirs: WholeRow, mine: WholeRow) -> list[ColumnMerge]:
    """Return the columns in which theirs and mine differ."""
    found = []
    for difference in compare_rows(table, theirs, mine):
        name = difference.column
        with_slugs = difference.old != cell_text(table, name, theirs.get(name))
        original = cell_text(table, name, base.get(name), with_slugs=with_slugs)
        texts = {THEIRS: difference.old, MINE: difference.new}
        side = ""
        if theirs.get(name) == base.get(name):
            side = MINE
        elif mine.get(name) == base.get(name):
            side = THEIRS
        elif (merged := merge_lists(table, name, base, theirs, mine)) is not None:
            side = BOTH
            texts[BOTH] = cell_text(table, name, merged, with_slugs=with_slugs)
        else:
            for both, prefer in ((BOTH_THEIRS, THEIRS), (BOTH_MINE, MINE)):
                if (merged := merge_lists(table, name, base, theirs, mine, prefer)) is not None:
                    text = cell_text(table, name, merged, with_slugs=with_slugs)
                    if text not in texts.values():
                        texts[both] = text
        sides = {one: diff_text(original, text) for one, text in texts.items()}
        found.append(ColumnMerge(name, difference.label, original, sides, side))
    return found


def resolved_row(
    table: Table,
    base: WholeRow,
    theirs: WholeRow,
    mine: WholeRow,
    sides: Mapping[str, str],
) -> MutableWholeRow:
    """Return their row with the chosen side of each column in which mine differs."""
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
    base: WholeRow,
    theirs: WholeRow,
    mine: WholeRow,
    prefer: str = "",
) -> Sequence[object] | None:
    """Merge the changes of a list of slugs or of nested records. Returns None for other columns.

    `prefer` is THEIRS or MINE and decides where both changed the same nested record; otherwise
    such a conflict returns None.
    """
    rows = (base, theirs, mine)
    values = [value for row in rows if isinstance(value := row.get(name), list)]
    if len(values) < len(rows):
        return None
    if name not in table.parts:
        before, their, my = map(set, values)
        return sorted(their & my | (their ^ my) - before)
    part = table.parts[name]
    parent_slug = base["slug"]
    keyed = [{part.key_of({**one, part.within: parent_slug}): one for one in value} for value in values]
    # Nested records with the same key are indistinguishable.
    if any(len(by_key) != len(value) for by_key, value in zip(keyed, values, strict=True)):
        return None
    merged = _merge_by_key(keyed, prefer)
    return None if merged is None else part.sort_parts(merged.values())


def _merge_by_key(
    three: Sequence[Mapping[tuple[str, ...], WholeRow]], prefer: str
) -> dict[tuple[str, ...], WholeRow] | None:
    """Merge two mappings by key. Returns None if both changed a value and neither is preferred."""
    base, theirs, mine = three
    found = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        original, their, my = base.get(key), theirs.get(key), mine.get(key)
        if their == my or my == original:
            result = their
        elif their == original:
            result = my
        elif prefer:
            result = my if prefer == MINE else their
        else:
            return None
        if result is not None:
            found[key] = result
    return found
