"""Comparison of two flat rows of a record: by column, by nested record and by character."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from diff_match_patch import diff_match_patch

from timeline.rows.cell_text import cell_text, is_labelled, part_heading
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow

# In characters: the equal text shown on either side of a difference, the longest equal text that is not shortened, the
# longest changed text that is not, and the most of one text in all.
CONTEXT, LONGEST_EQUAL, LONGEST_CHANGED, LONGEST_TEXT = 60, 200, 1_500, 4_000
# The most nested records of one list that are compared on a page.
MAX_PARTS = 20


class DiffSegment(NamedTuple):
    """A run of characters in both texts ("="), only the old ("-") or only the new ("+").

    Shortened texts have gaps, with the number of characters that are not shown: "…" in equal text, "!" in others.
    """

    sign: str
    text: str

    @property
    def tag(self) -> str:
        """The HTML element of a difference, else ""."""
        return {"-": "del", "+": "ins"}.get(self.sign, "")

    @property
    def is_gap(self) -> bool:
        return self.sign in ("…", "!")


@dataclass(frozen=True)
class ColumnDiff:
    """One column that differs between two rows, with both values, also as text, and their differences.

    `is_whole` is whether long texts and lists are not shortened. `is_old_present` and `is_new_present` are whether the
    record has that value now.
    """

    table: Table
    column: str
    old_value: Any
    new_value: Any
    old: str
    new: str
    references: References
    present: Any = None
    is_whole: bool = False

    @property
    def label(self) -> str:
        return column_label(self.table, self.column)

    @cached_property
    def segments(self) -> list[DiffSegment]:
        return diff_text(self.old, self.new)

    @cached_property
    def old_segments(self) -> list[DiffSegment]:
        return self._side("+")

    @cached_property
    def new_segments(self) -> list[DiffSegment]:
        return self._side("-")

    @property
    def is_old_present(self) -> bool:
        return self._is_present(self.old_value)

    @property
    def is_new_present(self) -> bool:
        return self._is_present(self.new_value)

    @cached_property
    def all_parts(self) -> list["PartDiff"]:
        """The nested records that differ; none for other columns."""
        part = self.table.parts.get(self.column)
        if part is None:
            return []
        pairs = match_parts(part, self.old_value or [], self.new_value or [])
        changed = ((old, new) for old, new in pairs if old != new)
        present = [row_digest(row) for row in self.present or []]
        return [PartDiff(part, old, new, present, self.references) for old, new in changed]

    @property
    def parts(self) -> list["PartDiff"]:
        return self.all_parts if self.is_whole else self.all_parts[:MAX_PARTS]

    @property
    def is_shortened(self) -> bool:
        """Whether some difference is not shown."""
        if self.all_parts:
            return len(self.parts) < len(self.all_parts)
        return any(segment.sign == "!" for segment in (*self.old_segments, *self.new_segments))

    def _side(self, other: str) -> list[DiffSegment]:
        segments = [segment for segment in self.segments if segment.sign != other]
        return segments if self.is_whole else [*_shortened(segments)]

    def _is_present(self, value: object) -> bool:
        return not _differs(self.table, self.column, value, self.present)


@dataclass(frozen=True)
class PartDiff:
    """A nested record that was added, removed or changed. `present` are the digests of those that the record has now."""

    part: Table
    old_row: WholeRow | None
    new_row: WholeRow | None
    present: Sequence[str]
    references: References

    @property
    def heading(self) -> str:
        return part_heading(self.part, self.new_row or self.old_row or {}, references=self.references)

    @cached_property
    def cells(self) -> list[ColumnDiff]:
        """The cells that differ; of an added or removed record those that the heading does not say and are not empty."""
        default = {name: column.default() for name, column in self.part.columns.items()}
        old, new = ({**default, **(row or {})} for row in (self.old_row, self.new_row))
        found = _column_diffs(self.part, old, new, self.references)
        is_changed = self.old_row is not None and self.new_row is not None
        return [cell for cell in found if is_changed or is_labelled(self.part, cell.column)]

    @property
    def old_texts(self) -> list[tuple[str, list[DiffSegment]]]:
        """The former values of the cells that differ, each with its label."""
        return [(cell.label, cell.old_segments) for cell in self.cells]

    @property
    def new_texts(self) -> list[tuple[str, list[DiffSegment]]]:
        return [(cell.label, cell.new_segments) for cell in self.cells]

    @property
    def old_digest(self) -> str:
        """The name of the former record, if the entry does not have it now."""
        return self._digest_of(self.old_row)

    @property
    def new_digest(self) -> str:
        return self._digest_of(self.new_row)

    def _digest_of(self, row: WholeRow | None) -> str:
        digest = row_digest(row) if row is not None else ""
        return "" if digest in self.present else digest


def row_digest(row: WholeRow) -> str:
    """Return a short name of just this row."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:20]


def compare_rows(
    table: Table,
    old: WholeRow,
    new: WholeRow,
    *,
    present: WholeRow | None = None,
    whole: str = "",
) -> list[ColumnDiff]:
    """Return the columns in which two whole rows of a table differ, in the order of the model.

    `present` is what the record is now; `whole` names a column that is not shortened.
    """
    references = table.stored_references(old, new)
    found = _column_diffs(table, old, new, references)
    return [
        replace(diff, present=(present or {}).get(diff.column), is_whole=diff.column == whole)
        for diff in found
    ]


def compare_revisions(
    table: Table, old: WholeRow, new: WholeRow, *, present: WholeRow | None = None, whole: str = ""
) -> list[ColumnDiff]:
    """Compare the contents of two revisions. What was renamed since is no difference."""
    references = table.stored_references(old, new)
    before, after = (table.with_current_slugs(row, references) for row in (old, new))
    return compare_rows(table, before, after, present=present, whole=whole)


def changed_columns(table: Table, old: WholeRow, new: WholeRow) -> list[str]:
    """Return the names of the columns in which two whole rows differ."""
    names = [*table.columns, *table.parts]
    return [name for name in names if _differs(table, name, old.get(name), new.get(name))]


def count_changed_parts(
    part: Table, old: Sequence[WholeRow], new: Sequence[WholeRow]
) -> tuple[int, int, int]:
    """Return how many nested records were added, changed and removed."""
    pairs = match_parts(part, old, new)
    added, removed = sum(one is None for one, _new in pairs), sum(one is None for _old, one in pairs)
    return added, sum(before != after for before, after in pairs) - added - removed, removed


def match_parts(
    part: Table, old: Sequence[WholeRow], new: Sequence[WholeRow]
) -> list[tuple[WholeRow | None, WholeRow | None]]:
    """Pair the former nested records with the present ones, in their order; those that only one list has follow.

    Records are the same if their keys are. Of the others, those are paired that have most cells in common, what they
    refer to included: one that was renumbered, or whose place was corrected, is neither removed nor added.
    """
    before, after = ({_own_key(part, row): row for row in rows} for rows in (old, new))
    pairs: dict[tuple[str, ...], tuple[WholeRow | None, WholeRow | None]] = {
        key: (before[key], row) for key, row in after.items() if key in before
    }
    left = {key: row for key, row in before.items() if key not in after}
    for key, row in after.items():
        if key not in before:
            similar = max(left, key=lambda one: _similarity(part, left[one], row), default=None)
            is_same = similar is not None and _similarity(part, left[similar], row) > 0
            pairs[key] = (left.pop(similar) if is_same and similar is not None else None, row)
    ordered = [pairs[key] for key in after]
    return [*ordered, *((row, None) for row in left.values())]


def diff_text(old: str, new: str) -> list[DiffSegment]:
    """Compare two texts by character, with differences grouped for people to read.

    Chinese needs no word boundaries.
    """
    compare = diff_match_patch()
    runs = compare.diff_main(old, new)
    compare.diff_cleanupSemantic(runs)
    return [DiffSegment({0: "=", -1: "-", 1: "+"}[sign], text) for sign, text in runs]


def column_label(table: Table, name: str) -> str:
    if name in table.parts:
        return str(table.parts[name].model._meta.verbose_name)
    return str(table.columns[name].field.verbose_name)


def _column_diffs(table: Table, old: WholeRow, new: WholeRow, references: References) -> list[ColumnDiff]:
    found = []
    for name in changed_columns(table, old, new):
        values = old.get(name), new.get(name)
        before, after = _distinct_texts(table, name, *values, references)
        found.append(ColumnDiff(table, name, *values, before, after, references))
    return found


def _differs(table: Table, name: str, old: Any, new: Any) -> bool:
    """Whether two cells differ. The order of nested records is no difference, nor is text that is missing."""
    if old == new or (old or "") == (new or "") == "":
        return False
    if name not in table.parts:
        return True
    part = table.parts[name]
    return part.sort_parts(old or []) != part.sort_parts(new or [])


def _own_key(part: Table, row: WholeRow) -> tuple[str, ...]:
    """The normalized key of a nested record within its parent."""
    return part.key_of({**row, part.within: ""})


def _similarity(part: Table, old: WholeRow, new: WholeRow) -> int:
    """How many cells two nested records have in common, defaults excepted; 0 if they refer to different records."""
    relations = (name for name, column in part.columns.items() if column.field.is_relation and name in new)
    if any(old.get(name) != new[name] for name in relations):
        return 0
    return sum(
        new[name] == old.get(name) and new[name] != column.default()
        for name, column in part.columns.items()
        if name in new
    )


def _shortened(segments: Sequence[DiffSegment]) -> Iterator[DiffSegment]:
    """Leave out equal text far from differences, the middle of long differences, and all beyond the most of one text."""
    shown = 0
    for number, (sign, text) in enumerate(segments):
        head, tail, longest = CONTEXT, CONTEXT, LONGEST_EQUAL
        if sign != "=":
            head, tail, longest = LONGEST_CHANGED // 2, LONGEST_CHANGED // 2, LONGEST_CHANGED
        elif len(segments) > 1:
            head, tail = (0 if number == 0 else head), (0 if number == len(segments) - 1 else tail)
        if shown > LONGEST_TEXT:
            yield DiffSegment("!", str(sum(len(left.text) for left in segments[number:])))
            return
        if len(text) > longest:
            hidden = str(len(text) - head - tail)
            yield DiffSegment(sign, text[:head])
            yield DiffSegment("…" if sign == "=" else "!", hidden)
            yield DiffSegment(sign, text[len(text) - tail :])
            shown += head + tail
        else:
            yield DiffSegment(sign, text)
            shown += len(text)


def _distinct_texts(
    table: Table, name: str, old: object, new: object, references: References
) -> tuple[str, str]:
    """Return two different cells as text, with slugs added if the titles alone would be the same."""
    before, after = (cell_text(table, name, value, references=references) for value in (old, new))
    if before != after:
        return before, after
    before, after = (
        cell_text(table, name, value, with_slugs=True, references=references) for value in (old, new)
    )
    return before, after
