"""Arcs between what is named: which there are, and how many."""

from tests.public.pictures.arcs import AXIS, draw
from timeline.public.pictures.arc_curves import Box
from timeline.public.pictures.arcs import MAX_TOGETHER


def test_only_what_has_an_anchor_has_an_arc():
    drawn = draw(("a", "amends", "x"), ("x", "amends", "a"), a=(0, 6))
    assert drawn.arcs == []
    assert drawn.own == {}


def test_an_arc_without_room_for_words_is_only_drawn_among_all():
    everything = [Box(0, AXIS.plot, 0, 30)]
    drawn = draw(("a", "sets", "b"), a=(40, 6), b=(60, 20), others=everything)
    assert len(drawn.arcs) == 1
    assert drawn.own[ord("a")] == drawn.own[ord("b")] == []


def test_more_than_60_arcs_are_not_displayed_together():
    for size in (MAX_TOGETHER, MAX_TOGETHER + 1):
        drawn = draw(*[("a", "sets", "b")] * size, a=(0, 6), b=(40, 20))
        assert drawn.are_together == (size <= MAX_TOGETHER)
        assert len(drawn.arcs) == size
