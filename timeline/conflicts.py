"""What two people made of one record since it was opened: column by column, and both together where that can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from timeline.history import Piece, as_text, differences, pieces
from timeline.rows import TABLES, Table

THEIRS, MINE, BOTH = "theirs", "mine", "both"


@dataclass(frozen=True)
class ThreeWays:
    """One column that two people made different: both values as text, and where each leaves what they began from.

    `side` is what is proposed: theirs or mine where only one of them changed it, both where it is a list or the parts of a
    record and each changed others of them, and "" where somebody must choose. `both` is what that would be, or None.
    """

    name: str
    label: str
    base: str
    theirs: list[Piece]
    mine: list[Piece]
    both: list[Piece] | None
    side: str

    @property
    def is_contested(self) -> bool:
        """Whether both changed the same, so that somebody must choose."""
        return not self.side

    @property
    def sides(self) -> tuple[str, ...]:
        """What can be chosen."""
        return (THEIRS, MINE) if self.both is None else (THEIRS, MINE, BOTH)


def three_ways(
    table: Table, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[ThreeWays]:
    """The columns in which theirs and mine differ."""
    found = []
    for difference in differences(table, theirs, mine):
        name = difference.column
        with_slugs = difference.old != as_text(table, name, theirs.get(name))
        began = as_text(table, name, base.get(name), with_slugs=with_slugs)
        both = None
        if theirs.get(name) == base.get(name):
            side = MINE
        elif mine.get(name) == base.get(name):
            side = THEIRS
        else:
            together = merged(table, name, base, theirs, mine)
            side = "" if together is None else BOTH
            if together is not None:
                both = pieces(began, as_text(table, name, together, with_slugs=with_slugs))
        found.append(
            ThreeWays(
                name,
                difference.label,
                began,
                pieces(began, difference.old),
                pieces(began, difference.new),
                both,
                side,
            )
        )
    return found


def chosen_row(
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
        elif side == BOTH:
            row[name] = merged(table, name, base, theirs, mine)
    return row


def merged(
    table: Table, name: str, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[Any] | None:
    """A list or the parts of a record with what both changed of it; None where they changed the same part, or where it is neither."""
    values: list[Any] = [row.get(name) for row in (base, theirs, mine)]
    if not all(isinstance(value, list) for value in values):
        return None
    if name not in table.nested:
        together = _both({one: one for one in value} for value in values)
        return None if together is None else [*together]
    part = TABLES[table.nested[name]]
    around = base["slug"]
    keyed = [{part.key_of({**one, part.within: around}): one for one in value} for value in values]
    # Parts that have one key cannot be told apart.
    if any(len(by_key) != len(value) for by_key, value in zip(keyed, values, strict=True)):
        return None
    together = _both(keyed)
    return None if together is None else part.in_order(together.values())


def _both(three: Iterable[Mapping[Any, Any]]) -> dict[Any, Any] | None:
    """What stands by key in theirs or mine, with the changes of each; None where both changed what stands by one key."""
    base, theirs, mine = three
    found = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        began, their, my = base.get(key), theirs.get(key), mine.get(key)
        if their != my and began not in (their, my):
            return None
        left = my if their == began else their
        if left is not None:
            found[key] = left
    return found
