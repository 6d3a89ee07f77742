"""A row of a file during its import."""

from dataclasses import dataclass, field
from typing import Any

from timeline.exchange.readers.types import FileLocation
from timeline.rows.columns import FALSE_WORDS, TRUE_WORDS, PlainValue
from timeline.rows.tables import FlatRow

EMPTY_VALUES: tuple[PlainValue, ...] = (None, "", [])


@dataclass(frozen=True)
class ColumnChange:
    """A column of an existing record, with its old and its new value."""

    place: FileLocation
    key: str
    column: str
    old: PlainValue
    new: PlainValue


@dataclass(slots=True, eq=False)
class ImportRow:
    """A row during its import: the stored record, the changes, and whether there are errors."""

    place: FileLocation
    cells: dict[str, PlainValue]
    key: tuple[str, ...]
    # Whether an empty cell clears the value instead of being ignored.
    clears: bool
    parent_pk: int | None = None
    pk: int | None = None
    stored: FlatRow | None = None
    differing_columns: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, int | None] = field(default_factory=dict)
    many: dict[str, list[int]] = field(default_factory=dict)
    changes: dict[str, PlainValue] = field(default_factory=dict)
    has_errors: bool = False
    # Whether the slug is or was another record's.
    is_taken: bool = False
    # Whether the row deletes the part.
    is_deletion: bool = False
    record: Any = None

    def is_unset(self, name: str) -> bool:
        """Whether the cell is empty and is ignored. An intentionally empty text is no empty cell."""
        return self.cells[name] is None and not self.clears


def display_value(value: PlainValue) -> str:
    """The value of a cell for a message."""
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def is_equivalent(cell: PlainValue, old: PlainValue) -> bool:
    """Whether the cell is another spelling of the stored value."""
    if isinstance(old, list):
        return isinstance(cell, list) and sorted(set(cell)) == old
    if isinstance(old, bool):
        return isinstance(cell, str) and cell.lower() in (TRUE_WORDS if old else FALSE_WORDS)
    return isinstance(old, int) and str(old) == cell
