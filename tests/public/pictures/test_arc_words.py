"""The words of arcs: where they stand, and nearest to which."""

import pytest
from django.utils import translation

from tests.public.pictures.arcs import AXIS, draw, place_of, sampled
from timeline.public.pictures.arc_curves import Anchor, Box
from timeline.public.pictures.arcs import draw_arcs
from timeline.public.relations import StatedRelation


def test_each_end_has_words_from_its_side():
    with translation.override("en"):
        own = draw(("a", "amends", "b"), a=(60, 16), b=(10, 6), is_english=True).own
    assert [arc.text for arc in own[ord("a")]] == ["amends"]
    assert [arc.text for arc in own[ord("b")]] == ["amended by a later document"]
    assert {arc.number for arcs in own.values() for arc in arcs} == {1}


def test_words_cover_nothing_and_not_each_other():
    rows = [Box(0, 60, top, top + 1.2) for top in (8, 13, 15)]
    own = draw(("a", "sets", "b"), ("a", "sets", "c"), a=(40, 6), b=(40, 20), c=(60, 20), others=rows).own
    first, second = (place_of(arc) for arc in own[ord("a")])
    assert not any(words.overlaps(box) for words in (first, second) for box in rows)
    assert not first.overlaps(second)


def test_words_on_a_curve_leave_half_of_it_to_be_seen():
    with translation.override("zh-hans"):
        (short,) = draw(("a", "amends", "b"), a=(10, 6), b=(40, 12)).own[ord("b")]
        (long,) = draw(("a", "amends", "b"), a=(10, 6), b=(16, 12)).own[ord("b")]
    assert (short.side, long.side) == ("", "ends")


def test_words_of_a_bow_stand_to_its_left_unless_that_is_the_edge():
    (inside,) = draw(("a", "sets", "b"), a=(40, 6), b=(40, 20)).own[ord("a")]
    (edge,) = draw(("a", "sets", "b"), a=(0, 6), b=(0, 20)).own[ord("a")]
    assert (inside.side, inside.dx) == ("ends", "-0.975rem")
    assert (edge.side, edge.dx) == ("starts", "0rem")


def test_words_never_reach_beyond_the_edges():
    (own,) = draw(("a", "amends", "b"), a=(94, 6), b=(100, 10)).own[ord("b")]
    assert own.text
    assert place_of(own).right <= AXIS.plot


@pytest.mark.parametrize(
    "places",
    [
        {"a": (15.5, 6), "b": (28.6, 10.1), "c": (14.3, 19)},
        {"a": (15.5, 6), "b": (28.6, 6.7), "c": (14.3, 19)},
        {"a": (10, 6), "b": (40, 12), "c": (40, 18)},
        {"a": (30, 6), "b": (30, 12), "c": (30, 20)},
    ],
)
def test_words_are_nearest_to_their_own_arc_and_crossed_by_none(places):
    with translation.override("zh-hans"):
        drawn = draw(("b", "amends", "a"), ("c", "concerns", "a"), **places)
    points = {arc.number: sampled(arc) for arc in drawn.arcs}
    own = drawn.own[ord("a")]
    # That of the amendment comes first where not all have room.
    assert own[0].number == 1
    for arc in own:
        words = place_of(arc)
        nearest = {number: min(words.distance(*point) for point in found) for number, found in points.items()}
        assert min(nearest, key=nearest.get) == arc.number
        assert all(distance > 0.1 for number, distance in nearest.items() if number != arc.number)


def test_words_at_the_edge_stand_in_the_margin_where_nothing_is_written():
    label = Box(-3.75, -1.7, 6, 8.5)
    stated = [StatedRelation(1, "sets", 2), StatedRelation(3, "concerns", 1)]
    places = {1: Anchor(0, 6.66), 2: Anchor(0, 21.7), 3: Anchor(0, 19.1)}
    with translation.override("zh-hans"):
        first, _second = draw_arcs(stated, places, {}, [label], AXIS, margin=3.75).own[1]
    words = place_of(first)
    assert -3.75 <= words.left < words.right < 0
    assert not words.overlaps(label)


def test_words_with_little_room_are_shorter():
    rows = [Box(0, 14.2, 3, 6), Box(18.3, 60, 3, 6), Box(0, 60, 5.9, 20)]
    with translation.override("en"):
        own = draw(("b", "amends", "a"), a=(15.5, 6), b=(38, 6), others=rows, is_english=True).own
    assert [arc.text for arc in own[ord("a")]] == ["amended"]
