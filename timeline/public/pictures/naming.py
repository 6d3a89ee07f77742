"""Which entries of the picture are named, and where each name stands: pure functions of what is known of the entries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timeline.public.pictures.axis import Axis

# What a link from the story, and what each of the other distinctions counts for.
STORY, DISTINCTION = 1000, 3
# In a picture of at most so many entries each is named where it has room.
FEW = 24
# Rem: between a mark and the name beside it, the mark itself, and the air after a name in columns.
DOT, DOT_ONLY, AIR = 0.75, 0.56, 0.1


@dataclass(frozen=True)
class Candidate:
    """An entry that may be named: its place in positions of the axis, its rank, and the width of its name in rem."""

    key: int
    track: str
    column: int
    begin: float
    end: float
    is_dot: bool
    width: float
    score: int
    relations: int
    date: datetime.date
    slug: str

    @property
    def is_of_story(self) -> bool:
        return self.score >= STORY

    @property
    def quality(self) -> tuple[int, int, datetime.date, str]:
        """A sort key, the best first."""
        return (-self.score, -self.relations, self.date, self.slug)


@dataclass(frozen=True)
class Placed:
    """A candidate with a name, in a row from 0; `is_before_mark` if the name stands to the left of its mark."""

    candidate: Candidate
    row: int
    is_before_mark: bool


def best_of_columns(candidates: Iterable[Candidate]) -> dict[int, list[Candidate]]:
    """The candidates of all tracks by column, the best first."""
    found: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda candidate: candidate.quality):
        found[candidate.column].append(candidate)
    return found


def in_naming_order(candidates: Iterable[Candidate], best: set[int]) -> list[Candidate]:
    """The candidates of a track that deserve a name, in the order in which they get one.

    Those deserve it that count for anything, or are among the `best` of a column. First come those of the story, then the best
    of every column before any second.
    """
    ranks: dict[int, int] = defaultdict(int)
    found = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.quality):
        if candidate.score >= 1 or candidate.key in best:
            found.append((not candidate.is_of_story, ranks[candidate.column], candidate.quality, candidate))
            ranks[candidate.column] += 1
    return [candidate for *_order, candidate in sorted(found, key=lambda one: one[:3])]


class RowPacker:
    """Puts extents into the first of a number of rows in which they overlap nothing."""

    def __init__(self, rows: int) -> None:
        self.rows: list[list[tuple[float, float]]] = [[] for _row in range(rows)]

    def place(self, left: float, right: float, air: float) -> int | None:
        """The row, or None if there is no room in any."""
        for number, taken in enumerate(self.rows):
            if all(right + air <= begin or end + air <= left for begin, end in taken):
                taken.append((left, right))
                return number
        return None

    @property
    def used(self) -> int:
        return sum(1 for taken in self.rows if taken)


def pack(ordered: Sequence[Candidate], rows: int, axis: Axis, *, are_few: bool = False) -> list[Placed]:
    """Name the first rows × columns ÷ 3 candidates, at least 2, where each has room; if they `are_few`, all."""
    packer, placed = RowPacker(rows), []
    for candidate in ordered if are_few else ordered[: max(2, rows * axis.slots // 3)]:
        left, right, is_before_mark = extent_of(candidate, axis)
        row = packer.place(left, right, AIR * axis.unit) if left >= 0 else None
        if row is not None:
            placed.append(Placed(candidate, row, is_before_mark))
    return placed


def extent_of(candidate: Candidate, axis: Axis) -> tuple[float, float, bool]:
    """From where to where mark and name reach, in rem, and whether the name stands to the left of the mark."""
    begin, end = candidate.begin * axis.unit, candidate.end * axis.unit
    if candidate.is_dot:
        right = begin + DOT + candidate.width
        if right <= axis.plot:
            return begin, right, False
        return begin - candidate.width - DOT + DOT_ONLY, begin + DOT_ONLY, True
    if begin + candidate.width <= axis.plot:
        return begin, max(begin + candidate.width, end), False
    return min(end - candidate.width, begin), end, True
