"""The goals with a due date in the picture across: lines from the dates on which they were set, with their states in words."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timeline.public.pictures.arc_curves import Anchor, Box
from timeline.public.pictures.arc_words import OwnArc
from timeline.public.pictures.axis import Axis, rem
from timeline.public.pictures.naming import AIR, RowPacker
from timeline.public.pictures.picture_entries import PictureEntry
from timeline.public.pictures.text_width import text_width
from timeline.public.pictures.tracks import MIN_HEIGHT, TOP

MAX_ROWS = 5
# Rem: a row, within it the top, the middle and the bottom of a goal, and the foot of the track.
ROW, _GOAL_TOP, _MIDDLE, _GOAL_BOTTOM, _FOOT = 1.5, 0.22, 0.7, 1.15, 0.35
# Rem: from the dot, the year or the ring to the text beside it; between two texts, or a text and the line; the ring.
_AFTER_DOT, _AFTER_YEAR, _AFTER_RING, _GAP, _RING = 0.7, 0.3, 0.6, 0.5, 0.35
# The part of a year that its row of points fills; the points begin within it.
_POINTS, _POINTS_MARGIN = 0.94, 0.15


@dataclass(frozen=True)
class DueGoal:
    """A goal with its due date, of which `date.max` is one without end.

    `ring` names the sign of its state, `words` tell it; `words_lang` is their language if there is another around them. A goal of which nobody knows when it was set has no line.
    """

    entry: PictureEntry
    due: datetime.date
    ring: str
    words: str
    is_set: bool = True
    words_lang: str = ""


@dataclass(frozen=True)
class DrawnGoal:
    """A goal with its line; lengths as SVG writes them, those down from the top of its row.

    `ring_x` is "" for a goal that is due after the axis. With `is_joined` name and words are one text at `name_x`, else the line
    begins after the name, `line_dx` after `line_x`: in the gaps of full-width brackets it would be read as a dash.
    """

    goal: DueGoal
    y: str
    mark_x: str
    points_x2: str
    line_x: str
    line_width: str
    line_dx: str
    ring_x: str
    name_x: str
    name_dx: str
    words_x: str
    words_dx: str
    reach_x: str
    reach_width: str
    is_joined: bool
    is_joined_before: bool
    is_words_before: bool
    anchor: Anchor
    box: Box
    arcs: Sequence[OwnArc] = ()

    @property
    def words(self) -> str:
        return self.goal.words if self.ring_x else f"{self.goal.words} ›"

    @property
    def is_dot(self) -> bool:
        return self.goal.is_set and self.goal.entry.precision != "year"

    @property
    def is_year(self) -> bool:
        return self.goal.is_set and self.goal.entry.precision == "year"


@dataclass(frozen=True)
class GoalTrack:
    """The track of the goals with due dates between two heights in rem; `left` is how many are not drawn."""

    label: str
    count: str
    top: float
    bottom: float
    goals: list[DrawnGoal]
    left: int
    foot: float

    @property
    def line_y(self) -> str:
        return rem(self.top)

    @property
    def label_y(self) -> str:
        return rem(self.top + 1.22)

    @property
    def count_y(self) -> str:
        return rem(self.top + 2.3)

    @property
    def left_y(self) -> str:
        return rem(self.foot + 1)


@dataclass(frozen=True)
class _Layout:
    """Where the texts of a goal stand, and from where to where it reaches, in rem."""

    left: float
    right: float
    is_joined: bool = False
    is_joined_before: bool = False
    is_words_before: bool = False


def draw_goal_track(
    label: str,
    count: str,
    goals: Iterable[DueGoal],
    total: int,
    axis: Axis,
    top: float,
    *,
    is_english: bool = False,
) -> GoalTrack:
    """Draw the goals, given in order, each in the first row with room; those without room are counted with the others."""
    packer, drawn = RowPacker(MAX_ROWS), []
    for goal in goals:
        layout = _layout(goal, axis, is_english)
        row = packer.place(layout.left, layout.right, AIR * axis.unit) if layout else None
        if layout is not None and row is not None:
            drawn.append(_drawn(goal, layout, axis, top + TOP + row * ROW, top, is_english))
    foot = top + TOP + packer.used * ROW
    left = total - len(drawn)
    bottom = max(foot + (ROW if left else 0) + _FOOT, top + MIN_HEIGHT)
    return GoalTrack(label, count, top, bottom, drawn, left, foot)


def _ends(goal: DueGoal, axis: Axis) -> tuple[float, float, float, bool]:
    """Where the goal was set, where its line begins and ends, in rem, and whether it is due within the axis."""
    last = (
        datetime.date(axis.columns[-1].last, 12, 31)
        if axis.columns[-1].last < datetime.MAXYEAR
        else datetime.date.max
    )
    is_within = goal.due <= last
    end = axis.after(goal.due) * axis.unit
    if not goal.is_set:
        return end, end, end, is_within
    begin = axis.at(goal.entry.first) * axis.unit
    line = begin if goal.entry.precision != "year" else axis.after(goal.entry.last) * axis.unit
    return begin, min(line, end), end, is_within


def _texts(goal: DueGoal, is_english: bool) -> tuple[float, float]:
    return (
        text_width(goal.entry.name, is_english=is_english),
        text_width(goal.words, is_english=is_english) + _GAP / 2,
    )


def _layout(goal: DueGoal, axis: Axis, is_english: bool) -> _Layout | None:
    """The first of the arrangements that has room: words after the ring, before it, all after it, all before the line."""
    begin, line, end, is_within = _ends(goal, axis)
    name, words = _texts(goal, is_english)
    name += _AFTER_DOT if goal.entry.precision != "year" else _AFTER_YEAR
    room = end - line - _RING
    after = end + _AFTER_RING
    if goal.is_set and name + _GAP / 2 <= room and after + words <= axis.plot:
        return _Layout(begin, after + words)
    if goal.is_set and name + _GAP + words + _AFTER_RING <= room:
        return _Layout(begin, end + _RING, is_words_before=True)
    if after + name + _GAP + words <= axis.plot:
        return _Layout(begin, after + name + _GAP + words, is_joined=True)
    before = (begin if goal.is_set else begin - _RING) - _AFTER_RING - name - _GAP - words
    return _Layout(before, end + _RING, is_joined=True, is_joined_before=True) if before >= 0 else None


def _drawn(goal: DueGoal, layout: _Layout, axis: Axis, y: float, top: float, is_english: bool) -> DrawnGoal:
    begin, line, end, is_within = _ends(goal, axis)
    name, words = _texts(goal, is_english)

    def percent(length: float) -> str:
        return axis.percent(length / axis.unit)

    line_end = end
    words_dx = _AFTER_RING
    if layout.is_words_before:
        words_dx = -_AFTER_RING if is_within else 0
        line_end = end - (_AFTER_RING if is_within else 0) - words - _GAP / 2
    is_year = goal.entry.precision == "year"
    name_x, name_dx = line, _AFTER_YEAR if is_year else _AFTER_DOT
    if layout.is_joined:
        name_x, name_dx = (begin, -_AFTER_RING) if layout.is_joined_before else (end, _AFTER_RING)
    return DrawnGoal(
        goal,
        rem(y - 0.08),
        percent(begin + (_POINTS_MARGIN if is_year else 0)),
        percent(begin + (line - begin) * _POINTS),
        percent(line),
        percent(line_end - line),
        rem(0 if layout.is_joined else name_dx + name + _GAP / 2),
        percent(end) if is_within else "",
        percent(name_x),
        rem(name_dx),
        percent(end),
        rem(words_dx),
        percent(begin),
        percent(max(end - begin, _RING)),
        layout.is_joined,
        layout.is_joined_before,
        layout.is_words_before,
        Anchor(begin / axis.plot * 100, y - 0.08 + _MIDDLE),
        Box(layout.left, layout.right, y - 0.08 + _GOAL_TOP, y - 0.08 + _GOAL_BOTTOM),
    )


def in_order(goals: Sequence[DueGoal]) -> list[DueGoal]:
    """The goals in the order of their rows: by the date on which they were set, then by due date."""
    return sorted(goals, key=lambda goal: (goal.entry.first, goal.due, goal.entry.slug))
