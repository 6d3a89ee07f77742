"""The picture down, for narrow windows: a row for each column of years, with its best entries and the goals due in it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from django.utils.translation import pgettext

from timeline.public.pictures.axis import Axis, Column, rem
from timeline.public.pictures.due_goals import DueGoal
from timeline.public.pictures.phase_bands import PhasePlace, PhaseText, name_down, polygon_down
from timeline.public.pictures.picture_entries import PictureEntry
from timeline.public.pictures.text_width import DOWN, text_width

# Rem: the heights of a row, of an empty one, and of the line that goals due in it add.
ROW, EMPTY, DUE = 1.68, 1.1, 1.22
# Rem: the first row; the first band and the width that each takes; from the last band, or from the years, to the names.
_TOP, _BAND_X, _BAND, _BAND_APART, _NAMES_AFTER = 0.2, 2.65, 1.5, 1.6, 0.4
# Rem: windows, each with the width of the picture in it. The classes of what is hidden in narrower windows name them.
WINDOWS = ((20, 18.0), (22.5, 20.5), (24, 22.0), (25, 23.0), (30, 27.5), (40, 37.5))
# From where the second best entry stands, in Chinese and in English.
SECOND, SECOND_ENGLISH = "50%", "57%"
# The part of a slant that a name keeps clear of.
_SLANT = 0.65
# Rem, from the mark: its name; after it the count of the others.
_NAME_X, _AFTER = 0.8, 0.4
# Lines of goals stand this far apart at the right edge; more of them would cover the names.
_LINES_APART, _LINES_MARGIN, MAX_LINES, MAX_GOALS = 0.75, 0.35, 3, 12
# Rem: half of a ring and the air beside it; the distance of the rings of goals due, and the middle of the first.
_RING, _RINGS_APART, _RINGS_X = 0.4, 0.75, 0.28


@dataclass(frozen=True)
class CountLink:
    """A number of entries in words, and where they are listed.

    `states` are what is known of them in words, of which the first may stand without the others; `rings` the signs of it.
    """

    text: str
    address: str
    states: Sequence[str] = ()
    rings: Sequence[str] = ()


@dataclass(frozen=True)
class RowEntries:
    """A column of years: its label and link, its best entries, and how many it has; and its due goals."""

    years: Column
    label: str
    address: str
    best: Sequence[PictureEntry]
    size: int
    due: CountLink | None = None


@dataclass(frozen=True)
class RowName:
    entry: PictureEntry
    reach_width: str

    @property
    def is_dot(self) -> bool:
        return self.entry.precision != "year"


@dataclass(frozen=True)
class RowMore:
    """The number of a row's entries that are not named; `room` is the class of windows with room for it after one name."""

    size: int
    label: str
    room: str = ""


@dataclass(frozen=True)
class RowDue:
    """The goals due in a row: their rings, each with its distance, and their states, each with the class of windows with room."""

    link: CountLink
    rings: list[tuple[str, str]]
    text_x: str
    states: list[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """A drawn row; its contents are placed from its own top, which is `y`.

    `more` counts all but the first entry, and is None if there are none; `more_of_two` all but both that wide windows name.
    """

    years: RowEntries
    top: float
    height: float
    names: list[RowName]
    more: RowMore | None
    more_of_two: RowMore | None
    due: RowDue | None = None

    @property
    def y(self) -> str:
        return rem(self.top)

    @property
    def text_y(self) -> str:
        return rem(1.13 if self.years.address else 0.84)

    @property
    def due_y(self) -> str:
        return rem(self.height - DUE)


@dataclass(frozen=True)
class BandDown:
    phase: PhaseText
    x: str
    y: str
    height: str
    points: str
    name: str
    name_x: str
    name_y: str
    fade_y: str
    fade_height: str


@dataclass(frozen=True)
class GoalLineDown:
    """The line of a goal, also in rem: where it begins and ends, and how far from the right edge it reaches with its ring."""

    goal: DueGoal
    x: str
    y1: str
    y2: str
    ring_y: str
    begin: float
    end: float
    reach: float


@dataclass(frozen=True)
class PictureDown:
    """The picture down; heights in rem as SVG writes them."""

    height: str
    names_x: str
    second_x: str
    rows: list[Row]
    bands: list[BandDown]
    lines: list[GoalLineDown] = field(default_factory=list)


def draw_down(
    rows: Iterable[RowEntries],
    axis: Axis,
    phases: Sequence[PhasePlace],
    goals: Sequence[DueGoal],
    goal_count: int,
    more_label: Callable[[Column, int], str],
    *,
    is_english: bool = False,
) -> PictureDown:
    """Draw one row below the other. The lines of goals are left out if there are too many of them.

    `more_label` returns the label of the link to so many more entries of these years.
    """
    columns = max((place.row for place in phases), default=-1) + 1
    names_x = _BAND_X + columns * _BAND_APART - (_BAND_APART - _BAND if columns else 0) + _NAMES_AFTER
    found = [*rows]
    heights = [_TOP, *(_TOP + height for height in accumulate(map(_height, found)))]
    bands = [_band(place, heights, axis) for place in phases]
    lines = _goal_lines(goals, heights, axis) if goal_count <= MAX_GOALS else []
    drawn = []
    for row, top, bottom in zip(found, heights, heights[1:], strict=False):
        reaches = [line.reach for line in lines if line.begin < bottom and line.end + _RING > top]
        taken = names_x + max(reaches, default=0)
        drawn.append(_row(row, top, taken, more_label, is_english))
    second_x = SECOND_ENGLISH if is_english else SECOND
    return PictureDown(rem(heights[-1] + 0.1), rem(names_x), second_x, drawn, bands, lines)


def _height(row: RowEntries) -> float:
    return (ROW if row.best or row.address else EMPTY) + (DUE if row.due else 0)


def _row(
    row: RowEntries, top: float, taken: float, more_label: Callable[[Column, int], str], is_english: bool
) -> Row:
    """The row, of whose width so much is `taken` beside the names, in rem."""
    names = []
    for entry in row.best[:2]:
        width = text_width(entry.name, is_english=is_english, is_bold=entry.is_of_story, size=DOWN)
        names.append((entry, width))
    drawn = [RowName(entry, rem(width + _NAME_X + _AFTER)) for entry, width in names]
    mores: list[RowMore | None] = [None, None]
    for number in range(len(names)):
        if more := row.size - number - 1:
            width = _NAME_X + names[0][1] + _AFTER + text_width(f"＋{more}", size=DOWN)
            mores[number] = RowMore(more, more_label(row.years, more), _room(taken + width))
    due = _due(row.due, taken, is_english) if row.due else None
    return Row(row, top, _height(row), drawn, mores[0], mores[1], due)


def _due(link: CountLink, taken: float, is_english: bool) -> RowDue:
    text_x = _NAME_X + max(len(link.rings) - 1, 0) * _RINGS_APART
    states, text = [], link.text
    for number, state in enumerate(link.states):
        words = pgettext("enumeration", ", ") + state if number else f" · {state}"
        text += words
        states.append((words, _room(taken + text_x + text_width(text, is_english=is_english, size=DOWN))))
    rings = [(ring, rem(_RINGS_X + number * _RINGS_APART)) for number, ring in enumerate(link.rings)]
    return RowDue(link, rings, rem(text_x), states)


def _room(width: float) -> str:
    """The class of what is hidden in windows in which the picture is narrower than this; "" if it is in none."""
    number = next(
        (number for number, (_window, room) in enumerate(WINDOWS) if width <= room), len(WINDOWS) - 1
    )
    return f"from-{math.floor(WINDOWS[number][0])}" if number else ""


def _height_at(position: float, heights: Sequence[float]) -> float:
    """The height at a position of the axis; the columns are rows of different heights."""
    column = min(int(position), len(heights) - 2)
    return heights[column] + (position - column) * (heights[column + 1] - heights[column])


def _band(place: PhasePlace, heights: Sequence[float], axis: Axis) -> BandDown:
    begin, end, begin_whole, end_whole = (
        _height_at(position, heights)
        for position in (place.begin, place.end, place.begin_whole, place.end_whole)
    )
    # A name is narrower than its band, so that it stands between the ends of the slants.
    above = begin + (begin_whole - begin) * _SLANT
    below = end - (end - end_whole) * _SLANT
    x = _BAND_X + place.row * _BAND_APART
    fade = 0.5 if place.phase.is_open else 0
    return BandDown(
        place.phase,
        rem(x),
        rem(begin),
        rem(end - begin),
        polygon_down(begin, end, begin_whole, end_whole),
        name_down(place.phase, (end + end_whole - begin - begin_whole) / 2 - fade),
        rem(x + _BAND / 2),
        rem((above + below - fade * _SLANT) / 2),
        rem(end - fade) if fade else "",
        rem(fade + 0.05),
    )


def _goal_lines(goals: Iterable[DueGoal], heights: Sequence[float], axis: Axis) -> list[GoalLineDown]:
    """The lines of goals at the right edge, each in the first place that is free; none if there are too many abreast."""

    def column_of(year: int) -> int:
        # Of years outside the axis, whose counts may be older than the goals, the nearest.
        return min(max(axis.column_of(year), 0), len(heights) - 2)

    ends: list[float] = []
    lines = []
    for goal in goals:
        if not goal.is_set:
            continue
        is_within = goal.due.year <= axis.columns[-1].last
        begin = heights[column_of(goal.entry.first.year)] + ROW / 2
        end = heights[column_of(goal.due.year) + 1] - (0.65 if is_within else 0)
        place = next((number for number, taken in enumerate(ends) if taken < begin), len(ends))
        ends[place : place + 1] = [end]
        from_edge = _LINES_MARGIN + place * _LINES_APART
        ring_y = rem(end) if is_within else ""
        lines.append(
            GoalLineDown(goal, rem(-from_edge), rem(begin), rem(end), ring_y, begin, end, from_edge + _RING)
        )
    return lines if len(ends) <= MAX_LINES else []
