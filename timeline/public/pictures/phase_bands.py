"""The bands of the phases: rows, slants at shared years, and which of a phase's names have room."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from timeline.public.pictures.axis import Axis
from timeline.public.pictures.geometry import Scale, Span
from timeline.public.pictures.text_width import BAND, has_han, text_width

# Phases that share more than this overlap, and stand in rows of their own.
MAX_SHARED = datetime.timedelta(366)
# The white line between two bands, in hundredths of a band; the part of a year over which an open end fades.
_GAP, FADE = 0.25, 0.9
# Rem: before a name, and at least after it.
INDENT, _MARGIN = 0.5, 0.2
# How far down in its band the letters of a name reach, as a share of the height: the name ends before the slant there.
_LETTERS = 0.72


@dataclass(frozen=True)
class PhaseText:
    """A phase with its texts in the language of the page, or in `lang`; `last` is `date.max` if nobody knows its end.

    `years` tell it apart in a key where colours are not seen.
    """

    title: str
    short_title: str
    gist: str
    label: str
    address: str
    lang: str
    tone: str
    first: datetime.date
    last: datetime.date
    years: str = ""

    @property
    def is_open(self) -> bool:
        return self.last == datetime.date.max

    @property
    def name_in_key(self) -> str:
        return self.short_title or self.title


# What the picture knows of a phase.
Shown = TypeVar("Shown", bound=PhaseText | Span)


@dataclass(frozen=True)
class PhasePlace(Generic[Shown]):
    """A phase in its row, in positions of the axis; from `begin` to `begin_whole` and from `end_whole` to `end` it is cut by a slant."""

    phase: Shown
    row: int
    begin: float
    end: float
    begin_whole: float
    end_whole: float


def place_phases(phases: Sequence[Shown], axis: Axis | Scale) -> list[PhasePlace[Shown]]:
    """The phases that the axis shows, given in order, each in the first row in which it follows on another."""
    rows: list[int] = []
    placed: list[PhasePlace[Shown]] = []
    for phase in phases:
        begin, end = axis.at(phase.first), axis.after(phase.last)
        if end <= 0 or begin >= axis.size or begin >= end:
            continue
        row, begin_whole = len(rows), begin
        for number, index in enumerate(rows):
            before = placed[index]
            shared = before.phase.last - phase.first if before.phase.last >= phase.first else None
            if shared is None:
                row = number
                break
            if shared <= MAX_SHARED and begin >= before.begin_whole and end >= before.end:
                row, begin_whole = number, before.end
                placed[index] = replace(before, end_whole=begin)
                break
        rows[row : row + 1] = [len(placed)]
        placed.append(PhasePlace(phase, row, begin, end, begin_whole, end))
    return placed


def polygon_across(place: PhasePlace) -> str:
    """The band in a square of 100, cut by the slants, which lean to the right."""
    length = place.end - place.begin

    def at(position: float) -> float:
        return (position - place.begin) / length * 100

    left = _GAP if place.begin_whole > place.begin else 0
    right = 100 - at(place.end_whole) + _GAP if place.end_whole < place.end else 0
    return _points(
        (at(place.begin_whole) + left, 0), (100 - (_GAP if right else 0), 0), (100 - right, 100), (left, 100)
    )


def polygon_down(begin: float, end: float, begin_whole: float, end_whole: float) -> str:
    """The same of a band that runs down, between these heights; its slants lead from the left edge up to the right one."""

    def at(height: float) -> float:
        return (height - begin) / (end - begin) * 100

    above = _GAP if begin_whole > begin else 0
    below = _GAP if end_whole < end else 0
    return _points((0, at(begin_whole) + above), (100, above), (100, at(end_whole) - below), (0, 100 - below))


def _points(*points: tuple[float, float]) -> str:
    return " ".join(",".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in point) for point in points)


def name_across(place: PhasePlace[PhaseText], axis: Axis, is_english: bool) -> str:
    """The title, else the short title, whichever has room in the band before its slanted end; "" if neither has."""
    year = axis.unit / axis.step
    end = (place.end - (place.end - place.end_whole) * _LETTERS) * axis.unit
    if place.phase.is_open:
        end -= year / 2
    room = end - place.begin_whole * axis.unit - INDENT - (0 if place.end_whole < place.end else _MARGIN)
    names = (place.phase.title, place.phase.short_title)
    return next((name for name in names if text_width(name, is_english=is_english, is_bold=True) <= room), "")


def gist_across(
    place: PhasePlace[PhaseText], following: PhasePlace[PhaseText] | None, axis: Axis, is_english: bool
) -> str:
    """What the record dates to a named phase with a year of its own, if it ends before the text of the next phase in the row begins."""
    if place.end_whole <= place.begin_whole or not name_across(place, axis, is_english):
        return ""
    end = following.begin_whole if following else axis.slots
    room = (end - place.begin_whole) * axis.unit - INDENT - (_MARGIN if following else 0)
    return place.phase.gist if text_width(place.phase.gist, is_english=is_english) <= room else ""


def name_down(phase: PhaseText, room: float) -> str:
    """The name that is set vertically in a room of this height in rem: Chinese only, others would have to be turned."""
    names = (phase.short_title, phase.title)
    return next(
        (name for name in names if has_han(name) and text_width(name, size=BAND) <= room),
        "",
    )
