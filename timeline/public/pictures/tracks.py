"""Pictures in tracks: one for each kind of entry, marks in rows, and counts of what does not fit."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from timeline.public.pictures.geometry import (
    LABEL,
    PHONE_WIDTH,
    STEPS,
    TARGET,
    AxisYear,
    Band,
    Mark,
    Scale,
    Span,
    axis_years,
    draw_bands,
    mark_ends,
    percent,
)
from timeline.public.pictures.goal_lines import GoalLine, GoalSpan, draw_goal_line

# The most rows of one track; further marks are counted instead of drawn.
MAX_ROWS = 7
# The most columns by which they are counted: the years, or where there are more several years together.
MAX_COLUMNS = 24
# Undated entries stand side by side in two rows.
_UNDATED_ACROSS = PHONE_WIDTH // TARGET - 1
MAX_UNDATED = 2 * _UNDATED_ACROSS


@dataclass(frozen=True)
class CountedYears:
    """Entries that are counted instead of drawn, and the years in which their dates begin, all in one column."""

    subject: Any
    first: int
    last: int
    count: int


@dataclass(frozen=True)
class TrackContent:
    """What a track shows: its heading, what is drawn in it, and what is only counted."""

    heading: Any
    items: Sequence[Any] = ()
    counted: Sequence[CountedYears] = ()


@dataclass(frozen=True)
class Cluster:
    """A number of entries at one position, the years in which they begin, and the objects that stand for them.

    Without a position in time, the years are 0. The caller sets where the count leads, and whether a filter excludes all.
    """

    count: int
    x: str
    y: int
    first_year: int
    last_year: int
    subjects: tuple[Any, ...] = ()
    query: str = ""
    is_filtered_out: bool = False


@dataclass(frozen=True)
class Track:
    """The marks of one kind under its heading, between two heights. Undated entries have no position in time."""

    heading: Any
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
    """A whole picture; `plot` and `foot` are the heights of the first track and of the axis.

    `legend_items` are the names of the symbols that the legend explains; the caller sets them.
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


class _RowPacker:
    """Puts each mark into the first row in which it fits, with at most `MAX_ROWS` rows."""

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
    """The pixels that a mark takes of a phone's width: at least the size of a touch target."""
    return begins * PHONE_WIDTH - TARGET / 2, ends * PHONE_WIDTH + TARGET / 2


def years_per_column(scale: Scale) -> int:
    """The years of a column: of those that begin in one column, what is not drawn is counted together."""
    return next(
        step for step in STEPS if scale.last // step - scale.first // step < MAX_COLUMNS or step == STEPS[-1]
    )


def column_capacity(scale: Scale) -> int:
    """The most marks of one track that can begin in one column and be drawn."""
    width = PHONE_WIDTH * years_per_column(scale) / (scale.last + 1 - scale.first)
    return MAX_ROWS * max(1, int(width / TARGET))


def _clusters(counted: Iterable[CountedYears], scale: Scale, top: int) -> tuple[list[Cluster], int]:
    """The counts by column, in rows below this height so that they do not overlap; and the height at which they end."""
    step = years_per_column(scale)
    columns: dict[int, list[CountedYears]] = defaultdict(list)
    for years in counted:
        columns[years.first // step].append(years)
    rows, clusters = _RowPacker(), []
    for column, found in sorted(columns.items()):
        first, last = max(column * step, scale.first), min((column + 1) * step - 1, scale.last)
        middle = ((first + last + 1) / 2 - scale.first) / (scale.last + 1 - scale.first)
        # As wide as its label. With so many columns there always is a row.
        row = rows.place(middle * PHONE_WIDTH - TARGET, middle * PHONE_WIDTH + TARGET) or 0
        clusters.append(
            Cluster(
                sum(years.count for years in found),
                percent(middle),
                top + row * TARGET + TARGET // 2,
                min(years.first for years in found),
                max(years.last for years in found),
                tuple(years.subject for years in found),
            )
        )
    return clusters, top + len(rows.ends) * TARGET


def _cluster_of_all(left: Sequence[CountedYears], top: int) -> list[Cluster]:
    """One count for all, in a row of its own, where a count of any size of text has room."""
    if not left:
        return []
    subjects = tuple(years.subject for years in left)
    return [Cluster(sum(years.count for years in left), "2em", top + TARGET // 2, 0, 0, subjects)]


def draw_track(
    heading: Any, spans: Iterable[Span], scale: Scale, top: int, counted: Sequence[CountedYears] = ()
) -> Track:
    """The track of a kind: marks in rows below its label, then the counts of what is not drawn."""
    rows, marks, overflowing = _RowPacker(), [], [*counted]
    for span in spans:
        begins, ends = mark_ends(scale, span)
        row = rows.place(*_extent(begins, ends))
        if row is None:
            overflowing.append(CountedYears(span.subject, span.first.year, span.first.year, 1))
        else:
            y = top + LABEL + row * TARGET + TARGET // 2
            marks.append(Mark(span.subject, percent(begins), percent(ends), y, span.first == span.last))
    clusters, bottom = _clusters(overflowing, scale, top + LABEL + len(rows.ends) * TARGET)
    return Track(heading, top, bottom, marks, [], clusters)


def draw_goal_track(
    heading: Any,
    goal_spans: Iterable[GoalSpan],
    scale: Scale,
    top: int,
    counted: Sequence[CountedYears] = (),
) -> Track:
    """The track of goals: lines in rows below its label, then one count of the others.

    Goals with neither date belong to the undated track.
    """
    rows, lines, overflowing = _RowPacker(), [], [*counted]
    for goal_span in goal_spans:
        known = [span for span in (goal_span.declared, goal_span.due) if span is not None]
        if not known:
            continue
        places = [mark_ends(scale, span) for span in known]
        begins, ends = places[0][0], places[-1][1]
        row = rows.place(*_extent(begins, max(ends, places[0][1])))
        if row is None:
            overflowing.append(CountedYears(goal_span.subject, known[0].first.year, known[0].first.year, 1))
            continue
        y = top + LABEL + row * TARGET + TARGET // 2
        lines.append(draw_goal_line(goal_span, scale, y))
    bottom = top + LABEL + len(rows.ends) * TARGET
    clusters = _cluster_of_all(overflowing, bottom)
    return Track(heading, top, bottom + (TARGET if clusters else 0), [], lines, clusters)


def draw_undated_track(
    heading: Any, undated: Sequence[Any], top: int, counted: Sequence[CountedYears] = ()
) -> Track:
    """The track of undated entries, side by side, at most `MAX_UNDATED`, then one count of the others."""
    marks = []
    for number, of in enumerate(undated[:MAX_UNDATED]):
        row, column = divmod(number, _UNDATED_ACROSS)
        x = str(column * TARGET + TARGET // 2)
        marks.append(Mark(of, x, x, top + LABEL + row * TARGET + TARGET // 2))
    bottom = top + LABEL + -(-len(marks) // _UNDATED_ACROSS) * TARGET
    others = [*(CountedYears(of, 0, 0, 1) for of in undated[MAX_UNDATED:]), *counted]
    clusters = _cluster_of_all(others, bottom)
    return Track(heading, top, bottom + (TARGET if clusters else 0), marks, [], clusters, is_undated=True)


def picture_scale(
    phases: Sequence[Span], days: Sequence[tuple[datetime.date, datetime.date]], own: Sequence[Span] | None
) -> tuple[Scale, list[Span]]:
    """The axis of a picture, and the phases over it.

    It begins with the first phase or day; with `own`, only these phases count, and phases that ended earlier are not
    drawn.
    """
    first = Scale.over([*days, *((span.first, span.last) for span in (phases if own is None else own))]).first
    drawn = [phase for phase in phases if phase.last.year >= first]
    return Scale(first, Scale.over([*days, *((phase.first, phase.last) for phase in drawn)]).last), drawn


def draw_picture(
    scale: Scale,
    phases: Sequence[Span],
    tracks: Iterable[TrackContent],
    goals: TrackContent,
    undated: TrackContent,
    *,
    band: int = 24,
) -> Picture:
    """Draw the phases, a track for each kind, the track of goals and the undated track. Empty tracks are left out.

    The items of `tracks` are spans, those of `goals` goal spans, those of `undated` subjects. `band` is the height of a
    phase's band, in CSS pixels.
    """
    bands, plot = draw_bands(phases, scale, 0, band)
    top, drawn = plot + 6, []
    for track in tracks:
        if track.items or track.counted:
            drawn.append(draw_track(track.heading, track.items, scale, top, track.counted))
            top = drawn[-1].bottom
    if goals.items:
        of_goals = draw_goal_track(goals.heading, goals.items, scale, top, goals.counted)
        if of_goals.lines:
            drawn.append(of_goals)
            top = of_goals.bottom
    foot = top + 6
    height = foot + LABEL
    if undated.items:
        drawn.append(draw_undated_track(undated.heading, undated.items, height, undated.counted))
        height = drawn[-1].bottom
    return Picture(scale, axis_years(scale), bands, drawn, plot, foot, height)
