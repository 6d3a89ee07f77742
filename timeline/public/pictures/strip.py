"""A strip of all years: the position of one entry among all others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from timeline.public.pictures.geometry import (
    LABEL,
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

# The height of a tick, and how many places for one there are across.
TICK = 34
MAX_TICKS = 400


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
        begins, ends = mark_ends(scale, span)
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
