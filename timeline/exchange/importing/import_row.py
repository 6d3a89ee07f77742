"""A row of a file during its import, with everything that the stages find out about it."""

import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.readers.headers import column_label
from timeline.exchange.readers.types import CitedRows, FileLocation, Problem
from timeline.rows.columns import Column, FlatRow, PlainValue, parse_yes_no
from timeline.rows.tables import TABLES, Table

EMPTY_VALUES: tuple[PlainValue, ...] = (None, "", [])
# Django's codes for a missing value, whose own messages mention null.
MISSING_CODES = {"null", "blank", "required"}


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
    """A row during its import: the stored record, the changes, and the problems. One with problems is not written.

    Each stage sets its own attributes. Every stage may add a problem.
    """

    # --- parsing.py
    table: Table
    place: FileLocation
    cells: dict[str, PlainValue]
    # Whether an empty cell clears the value instead of being ignored.
    clears: bool = False
    # Whether it was asked which record the row is.
    is_identified: bool = False
    # Of a citation that the place of a row in its file is made.
    cited_rows: CitedRows | None = None
    # The columns that the file has.
    given: Collection[str] = ()
    # Empty unless the row is identified. Resolving replaces former slugs in it.
    key: tuple[str, ...] = ()
    # Whether the row deletes the part.
    deletes: bool = False
    # The status that the row gives to its record, which only transitions write; empty if it gives none.
    file_status: str = ""
    # The columns that could not be read, which is reported already.
    unread: frozenset[str] = frozenset()
    # The columns whose cells stand for an answer that is missing.
    asked: frozenset[str] = frozenset()

    # --- every stage
    problems: list[Problem] = field(default_factory=list)
    # Whether it fails only because of a cell that could not be read, or of a reference to another row that fails.
    # That is no problem of its own.
    follows_failure: bool = False

    # --- resolving.py
    parent_pk: int | None = None
    # The key of the stored record; `writing.py` or `pending.py` sets that of a new one.
    pk: int | None = None
    # The columns of the record, or of its working copy.
    stored: FlatRow | None = None
    # The key under which a part is stored, if the row gives it another place.
    former_key: tuple[str, ...] = ()
    # Of a citation by a row, the keys of those of its record that name lines where none of its rows stands, and stay.
    left_keys: tuple[tuple[str, ...], ...] = ()

    # --- checking.py
    # Whether the slug is or was another record's.
    is_taken: bool = False
    # Whether the row changes a working copy instead of the public record.
    is_diverted: bool = False
    # The columns whose cells are not what is stored, perhaps only in spelling.
    differing_columns: list[str] = field(default_factory=list)
    # The new values: of columns, of foreign keys and of many-to-many relations; then as flat rows have them.
    values: dict[str, object] = field(default_factory=dict)
    links: dict[str, int | None] = field(default_factory=dict)
    many: dict[str, list[int]] = field(default_factory=dict)
    changes: dict[str, PlainValue] = field(default_factory=dict)
    # The record as it is to be written.
    record: Any = None
    # "new", "changed", "unchanged" or "deleted"; empty if the row has errors, also those that writing adds.
    outcome: str = ""

    @property
    def has_errors(self) -> bool:
        return bool(self.problems) or self.follows_failure

    @property
    def is_written(self) -> bool:
        """Whether the row changes the tables of its record."""
        return self.outcome in ("new", "changed", "deleted") and not self.is_diverted

    @property
    def owner_pk(self) -> int | None:
        """The key of the record, or for a part of the record that it belongs to."""
        return self.parent_pk if self.table.within else self.pk

    def named(self) -> Iterator[tuple[Column, list[int]]]:
        """What the row names, its parent excepted: each column of references that it sets, with the keys."""
        for name, keys in self.many.items():
            yield self.table.columns[name], keys
        for attribute, key in self.links.items():
            column = _columns_by_attribute(self.table.name)[attribute]
            if column.name != self.table.within:
                yield column, [] if key is None else [key]

    def is_unset(self, name: str) -> bool:
        """Whether the cell is empty and is ignored. An intentionally empty text is no empty cell."""
        return self.cells[name] is None and not self.clears

    def add_error(self, message: str, column: str = "", value: PlainValue = None) -> None:
        """Add an error in a column, with the value of the cell unless another is given."""
        if column and value is None:
            value = self.cells.get(column)
        problem = Problem(self.place, message, column, display_value(value), self._label(column))
        # A title with spaces looks like several slugs, each of which is unknown with the same message.
        if problem not in self.problems:
            self.problems.append(problem)

    def _label(self, columns: str) -> str:
        """What people call a column, or several separated by commas, of which the file lacks one; empty if it has them."""
        names = columns.split(", ")
        if all(name in self.given or name not in self.table.columns for name in names):
            return ""
        shown = (
            self.place.named(one) if one in self.given else column_label(self.table, one) for one in names
        )
        return ", ".join(shown)

    def add_field_error(self, column: str, error: ValidationError) -> None:
        """Add the error of a value that its field rejects."""
        missing = error.code in MISSING_CODES
        for message in [_("A value is needed here.")] if missing else error.messages:
            self.add_error(message, column, self.cells.get(column))

    def add_record_errors(self, refusal: ValidationError) -> None:
        """Add the validation errors of the record, column by column."""
        names = {column.attribute: name for name, column in self.table.columns.items()}
        by_attribute = (
            refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
        )
        for attribute, errors in by_attribute.items():
            column = "" if attribute == NON_FIELD_ERRORS else names.get(attribute, attribute)
            for error in errors:
                self.add_field_error(column, error)


@functools.cache
def _columns_by_attribute(table: str) -> dict[str, Column]:
    return {column.attribute: column for column in TABLES[table].columns.values()}


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
        return isinstance(cell, str) and parse_yes_no(cell) is old
    return isinstance(old, int) and str(old) == cell
