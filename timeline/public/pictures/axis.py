"""The axis of the picture: days to positions in columns of years, and columns to shares of the width."""

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass

# More columns have no room for a name; with fewer, columns are as wide as with so many.
MAX_COLUMNS, MIN_SLOTS = 24, 6
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
# The plot in rem at the least width at which the picture lies across, in Chinese and in English.
PLOT, PLOT_ENGLISH = 60.3, 58.3


def rem(length: float) -> str:
    """A length as SVG writes it, to a thousandth of a rem."""
    return f"{length:.3f}".rstrip("0").rstrip(".") + "rem"


def percent_of(share: float) -> str:
    """A number of hundredths of the width, as SVG writes it."""
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Column:
    """The years of one column, the first and the last included."""

    first: int
    last: int


@dataclass(frozen=True)
class Axis:
    """Whole years in columns of `step` years each. Positions count columns from the left edge, 1.5 is the middle of the second."""

    first: int
    last: int
    step: int = 1
    plot: float = PLOT

    @classmethod
    def over(cls, years: Iterable[int], plot: float = PLOT) -> "Axis":
        """The axis over these years, in the narrowest columns of which there are not too many. Raises ValueError without a year."""
        found = {*years}
        first, last = min(found), max(found)
        step = next(step for step in STEPS if last // step - first // step < MAX_COLUMNS)
        return cls(first if step == 1 else first // step * step, last, step, plot)

    @property
    def size(self) -> int:
        """The number of columns."""
        return (self.last - self.first) // self.step + 1

    @property
    def slots(self) -> int:
        """The number of columns for which the width has room."""
        return max(self.size, MIN_SLOTS)

    @property
    def unit(self) -> float:
        """The width of a column in rem, in the narrowest plot."""
        return self.plot / self.slots

    @property
    def columns(self) -> list[Column]:
        return [
            Column(max(year, datetime.MINYEAR), min(year + self.step - 1, datetime.MAXYEAR))
            for year in range(self.first, self.last + 1, self.step)
        ]

    def column_of(self, year: int) -> int:
        """The number of the column of a year, from 0."""
        return (year - self.first) // self.step

    def at(self, day: datetime.date) -> float:
        """The position at which this day begins; of days outside, the nearest edge."""
        length = 366 if calendar.isleap(day.year) else 365
        years = day.year - self.first + (day.timetuple().tm_yday - 1) / length
        return min(max(years / self.step, 0.0), float(self.size))

    def after(self, day: datetime.date) -> float:
        """The position at which this day has ended; `date.max` stands for an end that nobody knows."""
        return self.at(day + datetime.timedelta(1)) if day < datetime.date.max else float(self.size)

    def percent(self, position: float) -> str:
        """The position, or a number of columns, as a share of the width."""
        return percent_of(position / self.slots * 100)
