"""A row of a file on its way into the record."""

from dataclasses import dataclass, field
from typing import Any

from timeline.exchange.readers.types import FileLocation
from timeline.rows.columns import FALSE_WORDS, TRUE_WORDS, PlainValue
from timeline.rows.tables import FlatRow

EMPTY_VALUES: tuple[PlainValue, ...] = (None, "", [])


@dataclass(frozen=True)
class ColumnChange:
    """A column of an existing record, before and after."""

    place: FileLocation
    key: str
    column: str
    old: PlainValue
    new: PlainValue


@dataclass(slots=True, eq=False)
class ImportRow:
    """A row of a file on its way: what the record is now, what the row makes of it, and what is wrong with it."""

    place: FileLocation
    cells: dict[str, PlainValue]
    key: tuple[str, ...]
    # Whether an empty cell says that there is nothing, or says nothing.
    clears: bool
    parent_pk: int | None = None
    pk: int | None = None
    stored: FlatRow | None = None
    differing_columns: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, int | None] = field(default_factory=dict)
    many: dict[str, list[int]] = field(default_factory=dict)
    changes: dict[str, PlainValue] = field(default_factory=dict)
    errors: bool = False
    # Whether another record has this slug, or once had it.
    is_taken: bool = False
    # Whether the row says that the part is to go.
    is_deletion: bool = False
    record: Any = None

    def is_unset(self, name: str) -> bool:
        """Whether the cell is empty and means nothing by it; a text that is empty on purpose is no empty cell."""
        return self.cells[name] is None and not self.clears


def display_value(value: PlainValue) -> str:
    """A cell in a message."""
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def is_equivalent(cell: PlainValue, old: PlainValue) -> bool:
    """Whether a cell that is written otherwise plainly means what is there."""
    if isinstance(old, list):
        return isinstance(cell, list) and sorted(set(cell)) == old
    if isinstance(old, bool):
        return isinstance(cell, str) and cell.lower() in (TRUE_WORDS if old else FALSE_WORDS)
    return isinstance(old, int) and str(old) == cell
