"""The foot of a track: a stroke for each entry without a name, or where there are too many, their number."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from timeline.public.pictures.axis import Axis, Column, rem
from timeline.public.pictures.picture_entries import PictureEntry
from timeline.public.pictures.text_width import text_width

# Rem: strokes are this far apart and wide, and at most so many stand in a column.
_STROKE, _STROKE_MARGIN, _STROKE_WIDTH, MAX_STROKES = 0.5, 1.0, 0.2, 6


@dataclass(frozen=True)
class Stroke:
    """An entry without a name, with the text that appears on hover."""

    entry: PictureEntry
    x: str
    stroke_x: str
    reach_x: str
    tip_x: str
    is_tip_before: bool
    extent: tuple[float, float]


@dataclass(frozen=True)
class More:
    """Entries that are only counted, in the years of one or more columns."""

    size: int
    years: Column
    x: str
    address: str
    label: str
    extent: tuple[float, float]


class Cell(NamedTuple):
    """The unnamed entries of a column: their number, and themselves if all are known."""

    size: int
    entries: list[PictureEntry]


def draw_feet(
    unnamed: Mapping[str, Mapping[int, Cell]],
    axis: Axis,
    max_links: int,
    more_link: Callable[[str, int, Column], tuple[str, str]],
) -> dict[str, tuple[list[Stroke], list[More]]]:
    """The strokes and counts of each track. Columns with the fewest get strokes, the others a count, or several together one."""

    def groups(step: int) -> dict[tuple[str, int], list[int]]:
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for track, cells in unnamed.items():
            for column in cells:
                found[track, column // step].append(column)
        return found

    step = next((step for step in range(1, axis.size) if len(groups(step)) <= max_links), axis.size)
    capacity = min(MAX_STROKES, int((axis.unit - _STROKE_MARGIN) / _STROKE))
    found = groups(step)
    links = len(found)
    feet: dict[str, tuple[list[Stroke], list[More]]] = {track: ([], []) for track in unnamed}
    sizes = {
        (track, group): sum(unnamed[track][column].size for column in columns)
        for (track, group), columns in found.items()
    }
    for (track, group), size in sorted(sizes.items(), key=lambda one: (one[1], one[0][1], one[0][0])):
        columns = found[track, group]
        cells = [unnamed[track][column] for column in columns]
        fits = all(cell.size == len(cell.entries) <= capacity for cell in cells)
        strokes, mores = feet[track]
        if fits and links + size - 1 <= max_links:
            links += size - 1
            for column, cell in zip(columns, cells, strict=True):
                strokes += [_stroke(entry, column, number, axis) for number, entry in enumerate(cell.entries)]
        else:
            years = Column(axis.columns[columns[0]].first, axis.columns[columns[-1]].last)
            left = columns[0] * axis.unit
            extent = (left, left + text_width(f"＋{size}") + _STROKE)
            mores.append(More(size, years, axis.percent(columns[0]), *more_link(track, size, years), extent))
    return {
        track: (
            sorted(strokes, key=lambda stroke: (stroke.entry.first, stroke.entry.last, stroke.entry.slug)),
            sorted(mores, key=lambda more: more.years.first),
        )
        for track, (strokes, mores) in feet.items()
    }


def _stroke(entry: PictureEntry, column: int, number: int, axis: Axis) -> Stroke:
    x = 0.3 + number * _STROKE
    tip = text_width(f"{entry.date_text} {entry.name}")
    is_tip_before = column * axis.unit + tip > axis.plot
    return Stroke(
        entry,
        axis.percent(column),
        rem(x),
        rem(x - _STROKE / 2),
        rem(x + 0.3 if is_tip_before else x - 0.3),
        is_tip_before,
        (column * axis.unit + x - _STROKE_WIDTH, column * axis.unit + x + _STROKE_WIDTH),
    )
