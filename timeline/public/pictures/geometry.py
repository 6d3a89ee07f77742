"""The geometry of the pictures: days to percents of the width, the years of an axis, and the phases over it.

Across, everything is a percentage, so that one picture fits every width; down, everything is in CSS pixels for a text
of 12, and templates write it in parts of the text (`ems`), so that a picture grows with what is written in it. Marks are
put into rows as if the picture were as narrow as on a phone: where there is more room they only come farther apart.
Only `overview` and `goals` know the database. In the other modules of this package, `subject` is the object that a
mark represents.
"""

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# CSS pixels: the plot of a phone of 320, and the least size of what is pointed at (WCAG 2.2, 2.5.8).
PHONE_WIDTH = 284
DESKTOP_WIDTH = 760
TARGET = 24
# Half the thickness of a mark.
CAP = 5
# The height of a line with a label.
LABEL = 22
# The least distance of two labels of years.
LABEL_APART = 40
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def percent(share: float) -> str:
    """A share of the width as SVG writes it, to a hundredth of a per cent."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Span:
    """What is to be drawn from its first to its last day, both included; `date.max` is an end that nobody knows."""

    subject: Any
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Scale:
    """Whole years, the first and the last included, across the width."""

    first: int
    last: int

    def at(self, day: datetime.date) -> float:
        """The share of the width that lies before this day begins; what lies outside is put at the edge."""
        beginning = datetime.date(day.year, 1, 1)
        length = 366 if calendar.isleap(day.year) else 365
        years = day.year - self.first + (day - beginning).days / length
        return min(max(years / (self.last + 1 - self.first), 0.0), 1.0)

    def after(self, day: datetime.date) -> float:
        """The share of the width that has gone by when this day ends."""
        if day.year > self.last:
            return 1.0
        return self.at(day + datetime.timedelta(1)) if day < datetime.date.max else 1.0

    def at_day(self, day: datetime.date) -> str:
        """Where this day is, "" where it lies outside."""
        return percent(self.at(day)) if self.first <= day.year <= self.last else ""

    @classmethod
    def over(cls, days: Iterable[tuple[datetime.date, datetime.date]]) -> "Scale":
        """As many years as these first and last days take; an end that nobody knows is given one year more."""
        firsts, lasts = [], []
        for first, last in days:
            firsts.append(first.year)
            lasts.append(first.year + 1 if last == datetime.date.max else last.year)
        return cls(min(firsts, default=2000), max(lasts, default=2000))


@dataclass(frozen=True)
class AxisYear:
    """A year on the axis: where it begins, where its label stands, whether there is room for it on a phone, and on one with large text."""

    number: int
    x: str
    middle: str
    is_always_shown: bool
    is_shown_in_large_text: bool = True


@dataclass(frozen=True)
class Mark:
    """A mark from `x1` to `x2` at the height `y`; a day is told from what is known less exactly."""

    subject: Any
    x1: str
    x2: str
    y: int
    is_day: bool = False


@dataclass(frozen=True)
class Band:
    """The band of a phase at `y`; whether its end is unknown, and whether it began before the axis."""

    subject: Any
    x: str
    width: str
    y: int
    is_open: bool
    is_clipped: bool = False


def mark_ends(scale: Scale, span: Span) -> tuple[float, float]:
    """Where a mark is drawn. A day is a point; whatever is known less exactly is as long as what it can mean."""
    begins, ends = scale.at(span.first), scale.after(span.last)
    if span.first == span.last:
        return begins, begins
    # Its round ends take half its thickness on both sides; a month, which has no room for that, keeps its length.
    inset = min(CAP / (PHONE_WIDTH + DESKTOP_WIDTH) * 2, (ends - begins) / 8)
    return begins + inset, ends - inset


def draw_bands(phases: Sequence[Span], scale: Scale, top: int, height: int) -> tuple[list[Band], int]:
    """The bands of the phases, overlapping ones below each other, and the height at which they end."""
    ends: list[float] = []
    drawn = []
    for phase in phases:
        begins, until = scale.at(phase.first), scale.after(phase.last)
        row = next((row for row, end in enumerate(ends) if end <= begins), len(ends))
        ends[row : row + 1] = [until]
        is_open = phase.last == datetime.date.max
        is_clipped = phase.first.year < scale.first
        drawn.append(
            Band(
                phase.subject,
                percent(begins),
                percent(until - begins),
                top + row * height,
                is_open,
                is_clipped,
            )
        )
    return drawn, top + len(ends) * height


def axis_years(scale: Scale) -> list[AxisYear]:
    """The years of the axis that are labelled, a whole step apart; fewer of them where there is less room."""
    count = scale.last + 1 - scale.first

    def step(width: int) -> int:
        return next((step for step in STEPS if step * width / count >= LABEL_APART), STEPS[-1])

    sparse, dense = step(PHONE_WIDTH), step(DESKTOP_WIDTH)
    # Text of twice the size leaves room for half as many; they are chosen among those of a phone.
    apart = next((apart for apart in (1, 2, 5, 10) if apart * sparse >= step(PHONE_WIDTH // 2)), 20)
    labelled, on_phones = [], 0
    for number in range(scale.first, scale.last + 1):
        if dense > 1 and number % dense:
            continue
        always = (number - scale.first) % sparse == 0 if sparse < 5 else number % sparse == 0
        labelled.append(
            AxisYear(
                number,
                percent((number - scale.first) / count),
                percent((number - scale.first + 0.5) / count),
                always,
                always and on_phones % apart == 0,
            )
        )
        on_phones += always
    return labelled
