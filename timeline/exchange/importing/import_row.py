"""A row of a file on its way into the record."""

from dataclasses import dataclass, field
from typing import Any

from timeline.exchange.readers import Place
from timeline.rows.columns import FALSE, TRUE, Plain
from timeline.rows.tables import Row

NOTHING: tuple[Plain, ...] = (None, "", [])


@dataclass(frozen=True)
class Change:
    """A column of an existing record, before and after."""

    place: Place
    key: str
    column: str
    old: Plain
    new: Plain


@dataclass(slots=True, eq=False)
class Item:
    """A row of a file on its way: what the record is now, what the row makes of it, and what is wrong with it."""

    place: Place
    cells: dict[str, Plain]
    key: tuple[str, ...]
    # Whether an empty cell says that there is nothing, or says nothing.
    clears: bool
    around: int | None = None
    pk: int | None = None
    present: Row | None = None
    differing: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, int | None] = field(default_factory=dict)
    many: dict[str, list[int]] = field(default_factory=dict)
    changes: dict[str, Plain] = field(default_factory=dict)
    errors: bool = False
    # Whether another record has this slug, or once had it.
    is_taken: bool = False
    # Whether the row says that the part is to go.
    deletes: bool = False
    record: Any = None

    def is_silent(self, name: str) -> bool:
        """Whether the cell is empty and means nothing by it; a text that is empty on purpose is no empty cell."""
        return self.cells[name] is None and not self.clears


def shown(value: Plain) -> str:
    """A cell in a message."""
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def means_the_same(cell: Plain, old: Plain) -> bool:
    """Whether a cell that is written otherwise plainly means what is there."""
    if isinstance(old, list):
        return isinstance(cell, list) and sorted(set(cell)) == old
    if isinstance(old, bool):
        return isinstance(cell, str) and cell.lower() in (TRUE if old else FALSE)
    return isinstance(old, int) and str(old) == cell
