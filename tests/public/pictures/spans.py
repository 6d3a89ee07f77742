"""Spans of days for tests of pictures, Hypothesis strategies for them, and shares of the width as numbers."""

import datetime

from hypothesis import strategies as st

from timeline.public.pictures.geometry import Span
from timeline.public.pictures.tracks import TrackContent, draw_picture, picture_scale

END = datetime.date.max


def span(of, first, last=None):
    return Span(of, datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first))


def draw(phases=(), kinds=(), goals=(), undated=(), own=None, band=24):
    """Draw a picture of these phases, of spans by kind, of goal spans, and of undated subjects."""
    known = [span for goal in goals for span in (goal.declared, goal.due) if span is not None]
    every = [*known, *(span for found in dict(kinds).values() for span in found)]
    scale, shown = picture_scale(list(phases), [(span.first, span.last) for span in every], own)
    tracks = [TrackContent(kind, found) for kind, found in dict(kinds).items()]
    contents = TrackContent("goal", goals), TrackContent("undated", undated)
    return draw_picture(scale, shown, tracks, *contents, band=band)


def share(text):
    return float(text.removesuffix("%")) / 100


days = st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31))
spans = st.lists(st.tuples(days, st.sampled_from([0, 30, 365, 2000])), max_size=120)
