"""Spans of days for tests of pictures, Hypothesis strategies for them, and shares of the width as numbers."""

import datetime

from hypothesis import strategies as st

from timeline.public.pictures.geometry import Span

END = datetime.date.max


def span(of, first, last=None):
    return Span(of, datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first))


def share(text):
    return float(text.removesuffix("%")) / 100


days = st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31))
spans = st.lists(st.tuples(days, st.sampled_from([0, 30, 365, 2000])), max_size=120)
