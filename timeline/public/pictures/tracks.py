"""The tracks of the picture across: named entries in rows, and below them strokes or counts for all the others."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from timeline.public.pictures.arc_curves import Anchor, Box
from timeline.public.pictures.arc_words import OwnArc
from timeline.public.pictures.axis import Axis, Column, rem
from timeline.public.pictures.naming import (
    DOT,
    DOT_ONLY,
    FEW,
    Candidate,
    Placed,
    best_of_columns,
    extent_of,
    in_naming_order,
    pack,
)
from timeline.public.pictures.picture_entries import PictureEntry, one_of_each_day
from timeline.public.pictures.strokes import Cell, More, Stroke, draw_feet
from timeline.public.pictures.text_width import text_width

# Rem: the heights of a track above its rows, of a row, of the strokes below, and of a track at least.
TOP, ROW, FOOT, BARE, MIN_HEIGHT = 0.3, 1.72, 1.3, 0.2, 2.7
# Rem, within a row: the middle of a dot, and the row of points; the top of a name, the bottom without and with points.
_DOT_Y, _POINTS_Y = 0.7, 1.36
_NAME_TOP, _NAME_BOTTOM, _POINTS_BOTTOM = 0.25, 1.15, 1.5
# Rem, around a name; the top and the bottom of strokes and counts.
_NAME_AIR, _FOOT_TOP, _FOOT_BOTTOM = 0.1, 0.05, 0.9


@dataclass(frozen=True)
class DrawnName:
    """An entry with its name; all lengths as SVG writes them, those down from the top of its row."""

    entry: PictureEntry
    text: str
    x: str
    width: str
    y: str
    reach_x: str
    reach_width: str
    text_x: str
    is_before_mark: bool
    precision: str
    anchor: Anchor
    box: Box
    arcs: Sequence[OwnArc] = ()

    @property
    def is_dot(self) -> bool:
        return self.precision != "year"

    @property
    def is_at_end(self) -> bool:
        """Whether the name ends where the row of points does."""
        return self.is_before_mark and not self.is_dot


@dataclass(frozen=True)
class TrackEntries:
    """What is known of a track: the best entries of each column, and how many there are in each."""

    name: str
    label: str
    count: str
    rows: int
    entries: Sequence[PictureEntry]
    sizes: Mapping[int, int]


@dataclass(frozen=True)
class Track:
    """A drawn track between two heights in rem."""

    name: str
    label: str
    count: str
    top: float
    bottom: float
    names: list[DrawnName]
    strokes: list[Stroke]
    mores: list[More]
    foot: float

    @property
    def line_y(self) -> str:
        return rem(self.top)

    @property
    def label_y(self) -> str:
        return rem(self.top + 1.3)

    @property
    def count_y(self) -> str:
        return rem(self.top + 2.4)

    @property
    def stroke_y(self) -> str:
        return rem(self.foot)

    @property
    def foot_boxes(self) -> list[Box]:
        """What the strokes and the counts cover."""
        top, bottom = self.foot + _FOOT_TOP, self.foot + _FOOT_BOTTOM
        extents = [stroke.extent for stroke in self.strokes] + [more.extent for more in self.mores]
        return [Box(left, right, top, bottom) for left, right in extents]

    @property
    def more_y(self) -> str:
        return rem(self.foot + 0.78)


def draw_tracks(
    tracks: Sequence[TrackEntries],
    axis: Axis,
    top: float,
    max_links: int,
    name_text: Callable[[PictureEntry], str],
    more_link: Callable[[str, int, Column], tuple[str, str]],
    *,
    is_english: bool = False,
) -> tuple[list[Track], float]:
    """Draw the tracks below each other from this height, with at most so many links; and the height at which they end.

    `name_text` returns the name of an entry with the number of those that share it, `more_link` the address and the label of
    the number of a track's entries in these years.
    """
    by_track = {track.name: one_of_each_day(track.entries) for track in tracks}
    texts = {entry.key: name_text(entry) for found in by_track.values() for entry in found}
    candidates = {
        name: [_candidate(entry, texts[entry.key], axis, is_english) for entry in found]
        for name, found in by_track.items()
    }
    columns = best_of_columns(candidate for found in candidates.values() for candidate in found)
    are_few = sum(size for track in tracks for size in track.sizes.values()) <= FEW
    best = {candidate.key for found in columns.values() for candidate in found[: None if are_few else 1]}
    placed = {
        track.name: pack(in_naming_order(candidates[track.name], best), track.rows, axis, are_few=are_few)
        for track in tracks
    }
    named = sum(len(found) for found in placed.values())
    unnamed = {track.name: _unnamed(track, placed[track.name], axis) for track in tracks}
    feet = draw_feet(unnamed, axis, max_links - named, more_link)
    drawn = []
    for track in tracks:
        entries = {entry.key: entry for entry in by_track[track.name]}
        names = [
            _drawn_name(entries[one.candidate.key], texts[one.candidate.key], one, axis, top, is_english)
            for one in sorted(placed[track.name], key=lambda one: (one.candidate.begin, one.row))
        ]
        rows = max((one.row + 1 for one in placed[track.name]), default=1)
        strokes, mores = feet[track.name]
        foot = top + TOP + rows * ROW
        has_foot = bool(strokes or mores)
        bottom = max(foot + (FOOT if has_foot else BARE), top + MIN_HEIGHT)
        drawn.append(Track(track.name, track.label, track.count, top, bottom, names, strokes, mores, foot))
        top = bottom
    return drawn, top


def _candidate(entry: PictureEntry, text: str, axis: Axis, is_english: bool) -> Candidate:
    return Candidate(
        entry.key,
        entry.track,
        axis.column_of(entry.first.year),
        axis.at(entry.first),
        axis.after(entry.last),
        entry.precision != "year",
        text_width(text, is_english=is_english, is_bold=entry.is_of_story),
        entry.score,
        entry.relations,
        entry.first,
        entry.slug,
    )


def _drawn_name(
    entry: PictureEntry, text: str, placed: Placed, axis: Axis, top: float, is_english: bool
) -> DrawnName:
    candidate = placed.candidate
    width, y = candidate.width, top + TOP + placed.row * ROW
    reach, text_x, reach_x = width + 0.4, 0.0, -0.2
    if candidate.is_dot:
        reach += DOT
        text_x = DOT
        if placed.is_before_mark:
            reach, text_x, reach_x = width + 0.4 + DOT_ONLY, DOT_ONLY - DOT, -width - 0.4
    elif placed.is_before_mark:
        reach_x = -width - 0.2
    length = max(candidate.end - candidate.begin, 0)
    left, right, _is_before = extent_of(candidate, axis)
    bottom = _NAME_BOTTOM if candidate.is_dot else _POINTS_BOTTOM
    middle = _DOT_Y if candidate.is_dot else _POINTS_Y
    return DrawnName(
        entry,
        text,
        axis.percent(candidate.begin),
        "" if candidate.is_dot else axis.percent(length),
        rem(y),
        rem(reach_x),
        rem(reach),
        rem(text_x),
        placed.is_before_mark,
        entry.precision,
        Anchor(candidate.begin / axis.slots * 100, y + middle),
        Box(left - _NAME_AIR, right + _NAME_AIR, y + _NAME_TOP, y + bottom),
    )


def _unnamed(track: TrackEntries, placed: Iterable[Placed], axis: Axis) -> dict[int, Cell]:
    """The entries of each column that no name stands for."""
    by_key = {entry.key: entry for entry in track.entries}
    named = [by_key[one.candidate.key] for one in placed]
    days = {entry.first for entry in named if entry.precision == "day"}
    keys = {entry.key for entry in named}
    covered: dict[int, int] = defaultdict(int)
    for entry in named:
        covered[axis.column_of(entry.first.year)] += entry.same_day
    others: dict[int, list[PictureEntry]] = defaultdict(list)
    for entry in sorted(track.entries, key=lambda entry: (entry.first, entry.last, entry.slug)):
        if entry.key not in keys and not (entry.precision == "day" and entry.first in days):
            others[axis.column_of(entry.first.year)].append(entry)
    return {
        column: Cell(size - covered[column], others[column])
        for column, size in sorted(track.sizes.items())
        if size > covered[column]
    }
