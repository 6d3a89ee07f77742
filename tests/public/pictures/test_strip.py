"""The strip of all years: its ticks, its marks and its size."""

import datetime

from hypothesis import given

from tests.public.pictures.spans import share, span, spans
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.strip import MAX_TICKS, draw_strip


def test_a_ribbon_has_a_tick_for_what_is_known_and_a_mark_where_one_stands():
    known = [span("a", "2011-01-01", "2011-12-31"), span("b", "2012-07-01")]
    drawn = draw_strip(
        [span("p", "2010-01-01", "2013-12-31")], known, known[0], span("a", "2013-01-01", "2013-12-31")
    )
    assert drawn.ticks[0] == "25%"
    assert len(drawn.ticks) == 2
    assert drawn.here is not None
    assert drawn.due is not None
    assert 0.25 < share(drawn.here.x1) < share(drawn.here.x2) < 0.5
    assert 0.75 < share(drawn.due.x1) < share(drawn.due.x2) < 1
    assert not drawn.here.is_day


def test_a_ribbon_of_what_has_no_date_marks_nothing():
    drawn = draw_strip([span("p", "2010-01-01", "2013-12-31")], [span("a", "2011-01-01")], None)
    assert drawn.here is None
    assert len(drawn.ticks) == 1
    assert draw_strip([], [], None).ticks == []


@given(spans)
def test_a_ribbon_stays_of_a_bearable_size(found):
    known = [Span(n, day, day + datetime.timedelta(length)) for n, (day, length) in enumerate(found)]
    drawn = draw_strip([], known, known[0] if known else None)
    assert len(drawn.ticks) <= min(len(known), MAX_TICKS + 1)
    assert bool(drawn.ticks) is bool(known)
    assert all(0 <= share(tick) <= 1 for tick in drawn.ticks)
