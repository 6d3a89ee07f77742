"""Hypothesis strategies for partial dates."""

import calendar

from hypothesis import strategies as st

from timeline.values.partial_date import PartialDate, Point, Unbounded


@st.composite
def points(draw, parts=(*range(1, 13), 33, 34, 35, 36, 40, 41)):
    year = draw(st.integers(1, 9999))
    part = draw(st.none() | st.sampled_from(parts))
    day = None
    if part is not None and part <= 12 and draw(st.booleans()):
        day = draw(st.integers(1, calendar.monthrange(year, part)[1]))
    return Point(year, part, day, draw(st.sampled_from(["", "~", "?"])))


@st.composite
def partial_dates(draw):
    start = draw(points())
    end = draw(st.none() | st.sampled_from(Unbounded) | points())
    if isinstance(end, Point) and end.latest < start.earliest:
        start, end = end, start
    return PartialDate(start, end)
