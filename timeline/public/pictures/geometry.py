"""The geometry of the pictures: days to percents of the width, marks into rows, what does not fit into counts.

Across, everything is a percentage, so that one picture fits every width; down, everything is in CSS pixels for a text
of 12, and templates write it in parts of the text (`ems`), so that a picture grows with what is written in it. Marks are
put into rows as if the picture were as narrow as on a phone: where there is more room they only come farther apart.
This module knows neither the database nor the page: what a mark stands for travels along as `subject`.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# CSS pixels: the plot of a phone of 320, and the least size of what is pointed at (WCAG 2.2, 2.5.8).
PHONE_WIDTH = 284
DESKTOP_WIDTH = 760
TARGET = 24
# Half the thickness of a mark.
CAP = 5
# Rows of one lane, beyond which marks are counted instead of drawn.
MAX_ROWS = 7
LABEL = 22
# The height of a strip of years, and the most that one block of it takes.
ACTIVITY_HEIGHT = 40
BLOCK = 7
# The least distance of two labels of years.
LABEL_APART = 40
# The height of a tick, and how many places for one there are across.
TICK = 34
MAX_TICKS = 400
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
class GoalSpan:
    """Something declared at one time and due at another, either of which may be missing."""

    subject: Any
    declared: Span | None
    due: Span | None

    def axis_days(self) -> list[tuple[datetime.date, datetime.date]]:
        """First and last days that an axis has to take, with a year more where one of the ends is not known."""
        days = [(span.first, span.last) for span in (self.declared, self.due) if span is not None]
        if self.declared is not None and self.due is None and self.declared.last < datetime.date.max:
            days.append((self.declared.last, datetime.date.max))
        if self.declared is None and self.due is not None and self.due.first.year > 1:
            before = datetime.date(self.due.first.year - 1, 1, 1)
            days.append((before, before))
        return days


@dataclass(frozen=True)
class Scale:
    """Whole years, the first and the last included, across the width."""

    first: int
    last: int

    def at(self, day: datetime.date) -> float:
        """The share of the width that lies before this day begins; what lies outside is put at the edge."""
        beginning = datetime.date(day.year, 1, 1)
        leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
        years = day.year - self.first + (day - beginning).days / (366 if leap else 365)
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
class Cluster:
    """As many marks as there was no room for, at one place; the years that they begin in."""

    count: int
    x: str
    y: int
    first_year: int
    last_year: int


@dataclass(frozen=True)
class GoalLine:
    """A promise: a mark where it was declared, one where it is due, and the way between them."""

    subject: Any
    y: int
    declared: Mark | None
    due: Mark | None
    x1: str
    x2: str


@dataclass(frozen=True)
class GoalBar:
    """A promise in a row of its own; where one of its ends is not known, dots trail from the other or lead to it."""

    line: GoalLine | None
    assessed: list[Mark]
    trails_from: str = ""
    leads_to: str = ""


@dataclass(frozen=True)
class Block:
    """As many as began in one year and are alike in `subject`, upon those below them, each as high as any other."""

    subject: Any
    count: int
    x: str
    width: str
    y: float
    height: float


@dataclass(frozen=True)
class Band:
    """A phase: its strip at `y`, whether its end is not known, and whether it began before the axis does."""

    subject: Any
    x: str
    width: str
    y: int
    is_open: bool
    is_clipped: bool = False


@dataclass(frozen=True)
class Track:
    """One kind: its label, what is drawn of it, and the heights between which it lies; what has no date has no place in time."""

    name: Any
    top: int
    bottom: int
    marks: list[Mark] = field(default_factory=list)
    lines: list[GoalLine] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    is_undated: bool = False

    @property
    def label_y(self) -> int:
        return self.top + LABEL - 7

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class Picture:
    """A whole picture; `plot` and `foot` are the heights at which the tracks begin and the axis stands.

    `legend_items` are the names of the signs that need a word in its legend; who knows what is drawn tells them.
    """

    scale: Scale
    years: list[AxisYear]
    bands: list[Band]
    tracks: list[Track]
    plot: int
    foot: int
    height: int
    legend_items: frozenset[str] = frozenset()

    @property
    def plot_height(self) -> int:
        return self.foot - self.plot

    @property
    def label_y(self) -> int:
        return self.foot + 15


@dataclass(frozen=True)
class Strip:
    """All of time in one strip: phases, a tick wherever something stands, and the place of one thing among them."""

    years: list[AxisYear]
    bands: list[Band]
    ticks: list[str]
    here: Mark | None
    due: Mark | None
    foot: int
    height: int

    @property
    def tick_top(self) -> int:
        return self.foot - TICK

    @property
    def label_y(self) -> int:
        return self.foot + 15


class _RowPacker:
    """Places side by side in as few rows as hold them, each where it first fits; none beyond `MAX_ROWS`."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def place(self, begins: float, ends: float) -> int | None:
        for row, end in enumerate(self.ends):
            if end <= begins:
                self.ends[row] = ends
                return row
        if len(self.ends) == MAX_ROWS:
            return None
        self.ends.append(ends)
        return len(self.ends) - 1


def _extent(begins: float, ends: float) -> tuple[float, float]:
    """What a mark takes of a phone's width, in pixels: never less than what a finger meets."""
    return begins * PHONE_WIDTH - TARGET / 2, ends * PHONE_WIDTH + TARGET / 2


def _ends(scale: Scale, span: Span) -> tuple[float, float]:
    """Where a mark is drawn. A day is a point; whatever is known less exactly is as long as what it can mean."""
    begins, ends = scale.at(span.first), scale.after(span.last)
    if span.first == span.last:
        return begins, begins
    # Its round ends take half its thickness on both sides; a month, which has no room for that, keeps its length.
    inset = min(CAP / (PHONE_WIDTH + DESKTOP_WIDTH) * 2, (ends - begins) / 8)
    return begins + inset, ends - inset


def _clusters(overflowing: Sequence[tuple[float, datetime.date]], y: int) -> list[Cluster]:
    """What had no room, counted by places as wide as a label of a count."""
    places: dict[int, list[tuple[float, datetime.date]]] = defaultdict(list)
    columns = PHONE_WIDTH // (2 * TARGET)
    for where, day in overflowing:
        places[min(int(where * columns), columns - 1)].append((where, day))
    return [
        Cluster(
            len(found),
            percent((column + 0.5) / columns),
            y,
            min(day.year for _where, day in found),
            max(day.year for _where, day in found),
        )
        for column, found in sorted(places.items())
    ]


def draw_track(name: Any, spans: Iterable[Span], scale: Scale, top: int) -> Track:
    """Marks in rows below the lane's label."""
    rows, marks, overflowing = _RowPacker(), [], []
    for span in spans:
        begins, ends = _ends(scale, span)
        row = rows.place(*_extent(begins, ends))
        if row is None:
            overflowing.append((begins, span.first))
        else:
            y = top + LABEL + row * TARGET + TARGET // 2
            marks.append(Mark(span.subject, percent(begins), percent(ends), y, span.first == span.last))
    bottom = top + LABEL + len(rows.ends) * TARGET
    clusters = _clusters(overflowing, bottom + TARGET // 2)
    return Track(name, top, bottom + (TARGET if clusters else 0), marks, [], clusters)


def draw_goal_track(name: Any, goal_spans: Iterable[GoalSpan], scale: Scale, top: int) -> Track:
    """Promises in rows below the lane's label; one with neither time is left to the strip of what has no date."""
    rows, lines, overflowing = _RowPacker(), [], []
    for goal_span in goal_spans:
        known = [span for span in (goal_span.declared, goal_span.due) if span is not None]
        if not known:
            continue
        places = [_ends(scale, span) for span in known]
        begins, ends = places[0][0], places[-1][1]
        row = rows.place(*_extent(begins, max(ends, places[0][1])))
        if row is None:
            overflowing.append((begins, known[0].first))
            continue
        y = top + LABEL + row * TARGET + TARGET // 2
        lines.append(draw_goal_line(goal_span, scale, y))
    bottom = top + LABEL + len(rows.ends) * TARGET
    clusters = _clusters(overflowing, bottom + TARGET // 2)
    return Track(name, top, bottom + (TARGET if clusters else 0), [], lines, clusters)


def draw_goal_line(goal_span: GoalSpan, scale: Scale, y: int) -> GoalLine:
    """The promise as it is drawn at this height."""

    def mark(span: Span | None) -> Mark | None:
        if span is None:
            return None
        begins, ends = _ends(scale, span)
        return Mark(goal_span.subject, percent(begins), percent(ends), y, span.first == span.last)

    declared, due = mark(goal_span.declared), mark(goal_span.due)
    first, last = declared or due, due or declared
    if first is None or last is None:
        raise ValueError("a promise without a day")
    return GoalLine(goal_span.subject, y, declared, due, first.x1, last.x2)


def draw_goal_bar(goal_span: GoalSpan, assessed: Iterable[Span], scale: Scale, y: int) -> GoalBar:
    """The promise in a row of its own at this height, with the times at which it was assessed."""
    marks = []
    for span in assessed:
        begins, ends = _ends(scale, span)
        middle = percent((begins + ends) / 2)
        marks.append(Mark(span.subject, middle, middle, y))
    if goal_span.declared is None and goal_span.due is None:
        return GoalBar(None, marks)
    drawn = draw_goal_line(goal_span, scale, y)
    return GoalBar(
        drawn,
        marks,
        trails_from=drawn.declared.x2 if drawn.declared and not drawn.due else "",
        leads_to=drawn.due.x1 if drawn.due and not drawn.declared else "",
    )


def draw_blocks(counts: Mapping[int, Mapping[Any, int]], scale: Scale, most: int) -> list[Block]:
    """A year's number as the height of its blocks, upwards from nought; `most` is the greatest number in any year of what is compared."""
    size = min(BLOCK, ACTIVITY_HEIGHT / max(most, 1))
    width = 1 / (scale.last + 1 - scale.first)
    drawn = []
    for year, alike in sorted(counts.items()):
        below = 0
        for of, count in alike.items():
            below += count
            x = (year - scale.first + 0.1) * width
            drawn.append(
                Block(
                    of,
                    count,
                    percent(x),
                    percent(width * 0.8),
                    -below * size,
                    count * size,
                )
            )
    return drawn


def draw_undated_track(name: Any, undated: Sequence[Any], top: int) -> Track:
    """What has no date, side by side at no place in time; beyond some rows it is counted."""
    across = PHONE_WIDTH // TARGET - 1
    shown = undated[: across * MAX_ROWS]
    marks = []
    for number, of in enumerate(shown):
        row, column = divmod(number, across)
        x = str(column * TARGET + TARGET // 2)
        marks.append(Mark(of, x, x, top + LABEL + row * TARGET + TARGET // 2))
    rows = -(-len(shown) // across)
    bottom = top + LABEL + rows * TARGET
    clusters = []
    if len(undated) > len(shown):
        # In a row of its own, where a count of any size of text has room.
        clusters = [Cluster(len(undated) - len(shown), "2em", bottom + TARGET // 2, 0, 0)]
        bottom += TARGET
    return Track(name, top, bottom, marks, [], clusters, is_undated=True)


def draw_bands(phases: Sequence[Span], scale: Scale, top: int, height: int) -> tuple[list[Band], int]:
    """The phases as strips, those that overlap one below the other, and the height at which they end."""
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


def draw_picture(
    phases: Sequence[Span],
    kinds: Mapping[Any, Sequence[Span]],
    goal_spans: tuple[Any, Sequence[GoalSpan]],
    undated: tuple[Any, Sequence[Any]],
    *,
    own: Sequence[Span] | None = None,
    band: int = 24,
) -> Picture:
    """Phases, one lane for each kind, the goal_spans, and what has no date; what is empty takes no room.

    The first year is that of the first of all phases or, where `own` names some of them, of what is drawn and these;
    a phase that is over by then is not drawn. `band` is the height of a phase's strip, in CSS pixels.
    """
    spans = [span for found in kinds.values() for span in found]
    spans += [
        span
        for goal_span in goal_spans[1]
        for span in (goal_span.declared, goal_span.due)
        if span is not None
    ]
    first = Scale.over((span.first, span.last) for span in (*spans, *(phases if own is None else own))).first
    phases = [phase for phase in phases if phase.last.year >= first]
    last = Scale.over((span.first, span.last) for span in (*spans, *phases)).last
    scale = Scale(first, last)
    strips, plot = draw_bands(phases, scale, 0, band)
    top, tracks = plot + 6, []
    for name, found in kinds.items():
        if found:
            tracks.append(draw_track(name, found, scale, top))
            top = tracks[-1].bottom
    if goal_spans[1]:
        drawn = draw_goal_track(*goal_spans, scale, top)
        if drawn.lines:
            tracks.append(drawn)
            top = drawn.bottom
    foot = top + 6
    height = foot + LABEL
    if undated[1]:
        tracks.append(draw_undated_track(*undated, height))
        height = tracks[-1].bottom
    return Picture(scale, axis_years(scale), strips, tracks, plot, foot, height)


def draw_strip(
    phases: Sequence[Span],
    known: Collection[Span],
    here: Span | None,
    due: Span | None = None,
    *,
    band: int = 24,
) -> Strip:
    """Where `here` stands among all that is known; ticks that would fall upon each other are one."""
    marked = [span for span in (here, due) if span is not None]
    scale = Scale.over((span.first, span.last) for span in (*phases, *known, *marked))
    strips, plot = draw_bands(phases, scale, 0, band)
    foot = plot + TICK + 8
    places = {round(scale.at(span.first) * MAX_TICKS) for span in known}

    def mark(span: Span | None) -> Mark | None:
        if span is None:
            return None
        begins, ends = _ends(scale, span)
        return Mark(span.subject, percent(begins), percent(ends), foot - TICK // 2, span.first == span.last)

    return Strip(
        axis_years(scale),
        strips,
        [percent(place / MAX_TICKS) for place in sorted(places)],
        mark(here),
        mark(due),
        foot,
        foot + LABEL,
    )
