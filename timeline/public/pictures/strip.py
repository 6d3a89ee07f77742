"""A strip of all years: the phases, and the position of one entry over them.

Places across are in per cent of the width, so that one picture fits every screen; everything else is in rem. Texts are
measured by the number of their characters, once for a desktop and once for a phone.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic

from timeline.public.pictures.axis import rem
from timeline.public.pictures.geometry import STEPS, Scale, Span, Subject, percent
from timeline.public.pictures.goal_rings import OPEN_RING
from timeline.public.pictures.phase_bands import PhasePlace, place_phases
from timeline.public.pictures.text_width import ACROSS, text_width

# Rem: the strip at its narrowest on a screen of 52rem, and on a phone of 20rem.
WIDE, NARROW = 49.0, 17.75
# Rem: the height of a phase's band, the strip above the first and below the last, and the most bands above each other.
BAND, TOP, FOOT, MAX_ROWS = 1.25, 1.35, 2.1, 3
# Rem: the size of a phase's name on a phone.
SMALL = 0.6875
# Rem, and years: the least distance of two labels of years.
LABELS_APART, YEARS_APART = 2.6, 3
# An interval longer than this is dated by its first and last day, and drawn as points over its columns.
MONTH = 31


@dataclass(frozen=True)
class StripYear:
    """A year that is written above the strip; `on_phones` where it has room there, `is_own` the year of the entry."""

    number: int
    x: str
    on_phones: bool
    is_own: bool


@dataclass(frozen=True)
class StripBand(Generic[Subject]):
    """The band of a phase in a row, its corners in per cent of its width, and its names where they have room.

    `fade` is the place and width of the last year of a phase without a known end, in per cent of the band.
    """

    subject: Subject
    x: str
    top: float
    width: str
    points: str
    text_x: str
    name: str
    name_on_phones: str
    fade: tuple[str, str] | None = None

    @property
    def text_y(self) -> str:
        return rem(self.top + 0.9)

    @property
    def y(self) -> str:
        return rem(self.top)


@dataclass(frozen=True)
class StripMark:
    """The entry: a day, a month, or points over the years in which it may lie. Its label begins or ends there.

    Where the label would touch that of the due date, it is left out, on phones or everywhere.
    """

    form: str
    x: str
    width: str
    label: str
    label_is_before: bool
    is_labelled: bool
    is_labelled_on_phones: bool


@dataclass(frozen=True)
class StripDue:
    """The end of the due period of a goal, and the line that leads there from its mark.

    `label_on_phones` is the label, a shorter one or "", whichever has room there.
    """

    from_x: str
    x: str
    label: str
    label_on_phones: str
    label_is_before: bool


@dataclass(frozen=True)
class Strip(Generic[Subject]):
    """The years, the phases over them, and the marks of the entry; `due_ring` names the ring at its due date."""

    first: int
    count: int
    years: list[StripYear]
    bands: list[StripBand[Subject]]
    mark: StripMark | None
    due: StripDue | None
    rows: int
    due_ring: str

    @property
    def foot(self) -> float:
        """Where the bands end."""
        return TOP + BAND * max(self.rows, 1)

    @property
    def mark_y(self) -> str:
        return rem(self.foot + 0.6)

    @property
    def label_y(self) -> str:
        return rem(self.foot + 1.85)

    @property
    def height(self) -> str:
        return rem(self.foot + FOOT)

    @property
    def year_lines(self) -> str:
        """The path of the lines between years, in a box as many units wide as there are years."""
        step = next(step for step in STEPS if self.count <= 40 * step)
        return "".join(f"M{year} 0V1" for year in range(0, self.count + 1, step))


def draw_strip(
    phases: Sequence[Span[Subject]],
    years: Iterable[tuple[datetime.date, datetime.date]],
    here: Span | None,
    due: Span | None = None,
    *,
    names: Callable[[Subject], Sequence[str]] = lambda _phase: (),
    label: str = "",
    due_labels: tuple[str, str] = ("", ""),
    due_ring: str = OPEN_RING,
) -> Strip[Subject]:
    """The strip over the phases, these first and last days, the entry and its due period.

    `names` are those of a phase, the best first. `label` is written at the entry; at its due date the first of
    `due_labels`, or the second, which is shorter.
    """
    own = [span for span in (here, due) if span is not None]
    scale = Scale.over([*years, *((span.first, span.last) for span in (*phases, *own))])
    count = scale.last + 1 - scale.first
    # Row by row; what has none of them is left out.
    places = sorted(place_phases(phases, scale), key=lambda place: place.row)
    bands = [_band(place, count, names(place.phase.subject)) for place in places if place.row < MAX_ROWS]
    rows = min(max((place.row + 1 for place in places), default=0), MAX_ROWS)
    mark, ring = _marks(here, due, scale, label, due_labels)
    return Strip(
        scale.first, count, _years(scale, count, phases, here, due), bands, mark, ring, rows, due_ring
    )


def _years(
    scale: Scale, count: int, phases: Sequence[Span], here: Span | None, due: Span | None
) -> list[StripYear]:
    """The years that are written, those that tell most first: of the entry, the ends of the axis, the phases."""
    own = [here.first.year] if here else []
    wanted = [
        *own,
        *([due.last.year] if due else []),
        scale.first,
        scale.last,
        *(phase.first.year for phase in phases),
    ]
    in_range = [year for year in wanted if scale.first <= year <= scale.last]
    everywhere = _apart(in_range, max(YEARS_APART, math.ceil(LABELS_APART * count / NARROW)))
    on_desktops = _apart([*everywhere, *in_range], max(1, math.ceil(LABELS_APART * count / WIDE)))
    return [
        StripYear(year, percent((year - scale.first + 0.5) / count), year in everywhere, year in own)
        for year in sorted(on_desktops)
    ]


def _apart(years: Iterable[int], least: int) -> list[int]:
    """The years that are at least so far from those before them in the list."""
    chosen: list[int] = []
    for year in years:
        if all(abs(year - other) >= least for other in chosen):
            chosen.append(year)
    return chosen


def _band(place: PhasePlace[Span[Subject]], count: int, names: Sequence[str]) -> StripBand[Subject]:
    phase, begins, shared_first, shared_last = place.phase, place.begin, place.begin_whole, place.end_whole
    length = place.end - begins

    def across(position: float) -> str:
        return f"{(position - begins) / length * 100:.2f}"

    is_open = phase.last == datetime.date.max
    last_year = min(1 / count / length, 1.0)
    # A phase without a known end fades out over its last year.
    room = shared_last - (0.3 / count if is_open else 0) - shared_first

    def fitting(width: float, size: float, margin: float) -> str:
        return next((name for name in names if text_width(name, size=size) + margin <= room * width), "")

    return StripBand(
        phase.subject,
        percent(begins),
        TOP + place.row * BAND,
        percent(length),
        f"{across(shared_first)},0 {across(place.end)},0 {across(shared_last)},100 0,100",
        percent(shared_first),
        fitting(WIDE, ACROSS, 0.75),
        fitting(NARROW, SMALL, 0.3),
        (percent(1 - last_year), percent(last_year)) if is_open else None,
    )


def _form(span: Span) -> str:
    if span.first == span.last:
        return "day"
    return "month" if span.last - span.first < datetime.timedelta(MONTH) else "years"


@dataclass(frozen=True)
class _Label:
    """A label that begins or ends at a place."""

    text: str
    place: float
    is_before: bool

    def reach(self, width: float) -> tuple[float, float]:
        """From where to where it reaches in a strip of this width, in shares of it."""
        length = text_width(self.text) / width
        return (self.place - length, self.place) if self.is_before else (self.place, self.place + length)

    def fits(self, width: float) -> bool:
        first, last = self.reach(width)
        return first >= 0 and last <= 1

    def touches(self, other: "_Label | None", width: float) -> bool:
        if other is None or not other.text:
            return False
        (first, last), (others_first, others_last) = self.reach(width), other.reach(width)
        return first < others_last + 0.02 and others_first < last + 0.02


def _marks(
    here: Span | None, due: Span | None, scale: Scale, label: str, due_labels: tuple[str, str]
) -> tuple[StripMark | None, StripDue | None]:
    """The marks of the entry and of its due date, with their labels where they have room."""
    own = due_label = on_phones = ring = None
    begins = ends = 0.0
    if here is not None:
        begins, ends = scale.at(here.first), scale.after(here.last)
        own = _Label(label, begins, begins + text_width(label) / NARROW > 1)
    if due is not None:
        end = scale.after(due.last)
        sides = [_Label(due_labels[0], end, is_before) for is_before in (True, False)]
        free = (side for side in sides if side.fits(WIDE) and not side.touches(own, WIDE))
        due_label = next(free, sides[0] if end > 0.5 else sides[1])
        shorter = (_Label(text, end, due_label.is_before) for text in due_labels)
        on_phones = next((one for one in shorter if one.fits(NARROW)), None)
        begin = end if here is None else ends if _form(here) == "years" else begins
        ring = StripDue(
            percent(begin),
            percent(end),
            due_label.text,
            on_phones.text if on_phones else "",
            due_label.is_before,
        )
    if here is None or own is None:
        return None, ring
    form = _form(here)
    width = ends - begins if form == "years" else 0
    is_labelled = not own.touches(due_label, WIDE)
    return StripMark(
        form,
        percent(begins),
        percent(width),
        label,
        own.is_before,
        is_labelled,
        is_labelled and not own.touches(on_phones, NARROW),
    ), ring
