"""Pictures in tracks: one for each kind of entry, marks in rows, and counts of what does not fit."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from timeline.public.pictures.geometry import (
    LABEL,
    PHONE_WIDTH,
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


@dataclass(frozen=True)
class Cluster:
    """The number of marks that did not fit at one position, and the years in which they begin."""

    count: int
    x: str
    y: int
    first_year: int
    last_year: int


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


def _clusters(overflowing: Sequence[tuple[float, datetime.date]], y: int) -> list[Cluster]:
    """The marks that did not fit, counted by positions as wide as the label of a count."""
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


def draw_track(heading: Any, spans: Iterable[Span], scale: Scale, top: int) -> Track:
    """The track of a kind: marks in rows below its label."""
    rows, marks, overflowing = _RowPacker(), [], []
    for span in spans:
        begins, ends = mark_ends(scale, span)
        row = rows.place(*_extent(begins, ends))
        if row is None:
            overflowing.append((begins, span.first))
        else:
            y = top + LABEL + row * TARGET + TARGET // 2
            marks.append(Mark(span.subject, percent(begins), percent(ends), y, span.first == span.last))
    bottom = top + LABEL + len(rows.ends) * TARGET
    clusters = _clusters(overflowing, bottom + TARGET // 2)
    return Track(heading, top, bottom + (TARGET if clusters else 0), marks, [], clusters)


def draw_goal_track(heading: Any, goal_spans: Iterable[GoalSpan], scale: Scale, top: int) -> Track:
    """The track of goals: lines in rows below its label. Goals with neither date belong to the undated track."""
    rows, lines, overflowing = _RowPacker(), [], []
    for goal_span in goal_spans:
        known = [span for span in (goal_span.declared, goal_span.due) if span is not None]
        if not known:
            continue
        places = [mark_ends(scale, span) for span in known]
        begins, ends = places[0][0], places[-1][1]
        row = rows.place(*_extent(begins, max(ends, places[0][1])))
        if row is None:
            overflowing.append((begins, known[0].first))
            continue
        y = top + LABEL + row * TARGET + TARGET // 2
        lines.append(draw_goal_line(goal_span, scale, y))
    bottom = top + LABEL + len(rows.ends) * TARGET
    clusters = _clusters(overflowing, bottom + TARGET // 2)
    return Track(heading, top, bottom + (TARGET if clusters else 0), [], lines, clusters)


def draw_undated_track(heading: Any, undated: Sequence[Any], top: int) -> Track:
    """The track of undated entries, side by side; those beyond `MAX_ROWS` rows are counted."""
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
    return Track(heading, top, bottom, marks, [], clusters, is_undated=True)


def draw_picture(
    phases: Sequence[Span],
    kinds: Mapping[Any, Sequence[Span]],
    goal_heading: Any,
    goal_spans: Sequence[GoalSpan],
    undated_heading: Any,
    undated: Sequence[Any],
    *,
    own: Sequence[Span] | None = None,
    band: int = 24,
) -> Picture:
    """Draw the phases, a track for each kind, the track of goals and the undated track. Empty tracks are left out.

    `kinds` maps the heading of each track to its spans. The axis begins with the first phase or entry; with `own`, only
    these phases and the entries count, and phases that ended earlier are not drawn. `band` is the height of a
    phase's band, in CSS pixels.
    """
    spans = [span for found in kinds.values() for span in found]
    spans += [
        span for goal_span in goal_spans for span in (goal_span.declared, goal_span.due) if span is not None
    ]
    first = Scale.over((span.first, span.last) for span in (*spans, *(phases if own is None else own))).first
    phases = [phase for phase in phases if phase.last.year >= first]
    last = Scale.over((span.first, span.last) for span in (*spans, *phases)).last
    scale = Scale(first, last)
    bands, plot = draw_bands(phases, scale, 0, band)
    top, tracks = plot + 6, []
    for heading, found in kinds.items():
        if found:
            tracks.append(draw_track(heading, found, scale, top))
            top = tracks[-1].bottom
    if goal_spans:
        drawn = draw_goal_track(goal_heading, goal_spans, scale, top)
        if drawn.lines:
            tracks.append(drawn)
            top = drawn.bottom
    foot = top + 6
    height = foot + LABEL
    if undated:
        tracks.append(draw_undated_track(undated_heading, undated, height))
        height = tracks[-1].bottom
    return Picture(scale, axis_years(scale), bands, tracks, plot, foot, height)
