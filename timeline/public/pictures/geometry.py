"""The geometry of the pictures of goals, of an entry in time and of activity: days to percents, years of an axis, phases.

Across, everything is a percentage, so that one picture fits every width; down, each picture has its own lengths, which
grow with the text. `subject` is the object that a mark represents. The overview has an axis of its own (`axis`).
"""

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

# CSS pixels: the plot of a phone of 320, and that of a desktop.
PHONE_WIDTH = 284
DESKTOP_WIDTH = 760
# The least distance of two labels of years.
LABEL_APART = 40
# What a mark represents.
Subject = TypeVar("Subject")
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def percent(share: float) -> str:
    """A share of the width as SVG writes it, to a hundredth of a per cent."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Span(Generic[Subject]):
    """What is to be drawn from its first to its last day, both included; `date.max` is an end that nobody knows."""

    subject: Subject
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Scale:
    """Whole years, the first and the last included, across the width."""

    first: int
    last: int
    # As a share.
    size: ClassVar[int] = 1

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
class Band(Generic[Subject]):
    """The band of a phase across the axis, and whether its end is unknown."""

    subject: Subject
    x: str
    width: str
    is_open: bool


def draw_bands(phases: Sequence[Span[Subject]], scale: Scale) -> list[Band[Subject]]:
    """The bands of the phases, which lie over each other in years that they share."""
    drawn = []
    for phase in phases:
        begins, until = scale.at(phase.first), scale.after(phase.last)
        is_open = phase.last == datetime.date.max
        drawn.append(Band(phase.subject, percent(begins), percent(until - begins), is_open))
    return drawn


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
