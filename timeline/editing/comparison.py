"""Comparison of two flat rows of a record, by column and by character."""

from dataclasses import dataclass
from typing import NamedTuple

from diff_match_patch import diff_match_patch

from timeline.rows.cell_text import cell_text
from timeline.rows.tables import TABLES, Table, WholeRow


class DiffSegment(NamedTuple):
    """A run of characters in both texts ("="), only the old ("-") or only the new ("+")."""

    sign: str
    text: str


@dataclass(frozen=True)
class ColumnDiff:
    """One column that differs between two rows, with both values as text and their differences."""

    column: str
    label: str
    old: str
    new: str
    segments: list[DiffSegment]

    @property
    def old_segments(self) -> list[DiffSegment]:
        return [segment for segment in self.segments if segment.sign != "+"]

    @property
    def new_segments(self) -> list[DiffSegment]:
        return [segment for segment in self.segments if segment.sign != "-"]


def compare_rows(table: Table, old: WholeRow, new: WholeRow) -> list[ColumnDiff]:
    """Return the columns in which two whole rows of a table differ, in the order of the model."""
    found = []
    for name in changed_columns(table, old, new):
        before, after = _distinct_texts(table, name, old.get(name), new.get(name))
        found.append(ColumnDiff(name, column_label(table, name), before, after, diff_text(before, after)))
    return found


def changed_columns(table: Table, old: WholeRow, new: WholeRow) -> list[str]:
    """Return the names of the columns in which two whole rows differ."""
    return [name for name in [*table.columns, *table.nested] if old.get(name) != new.get(name)]


def diff_text(old: str, new: str) -> list[DiffSegment]:
    """Compare two texts by character, with differences grouped for people to read.

    Chinese needs no word boundaries.
    """
    compare = diff_match_patch()
    runs = compare.diff_main(old, new)
    compare.diff_cleanupSemantic(runs)
    return [DiffSegment({0: "=", -1: "-", 1: "+"}[sign], text) for sign, text in runs]


def column_label(table: Table, name: str) -> str:
    if name in table.nested:
        return str(TABLES[table.nested[name]].model._meta.verbose_name)
    return str(table.columns[name].field.verbose_name)


def _distinct_texts(table: Table, name: str, old: object, new: object) -> tuple[str, str]:
    """Return two different cells as text, with slugs added if the titles alone would be the same."""
    texts = cell_text(table, name, old), cell_text(table, name, new)
    if texts[0] != texts[1]:
        return texts
    return cell_text(table, name, old, with_slugs=True), cell_text(table, name, new, with_slugs=True)
