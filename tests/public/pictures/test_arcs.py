"""Arcs between what is named: their forms, their words, and how many there are."""

import pytest
from django.utils import translation

from timeline.public.pictures.arc_curves import SHAPES, Anchor, Box
from timeline.public.pictures.arcs import MAX_TOGETHER, draw_arcs
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.text_width import text_width
from timeline.public.relations import StatedRelation

AXIS = Axis.over([2010, 2023])


def draw(*relations, is_english=False, boxes=None, others=(), **places):
    """The arcs between entries at these places, named a, b, c and so on, of which some have `boxes`."""
    names = sorted(places)
    anchors = {ord(name): Anchor(*places[name]) for name in names}
    stated = [StatedRelation(ord(one[0]), one[1], ord(one[2])) for one in relations]
    covered = {ord(name): box for name, box in (boxes or {}).items()}
    return draw_arcs(stated, anchors, covered, others, AXIS, is_english=is_english)


def place_of(arc):
    """Where the words of an arc begin and end, in rem."""
    width = text_width(arc.text, size=0.75)
    x = float(arc.x.removesuffix("%")) / 100 * AXIS.plot + float(arc.dx.removesuffix("rem") or 0)
    left = x - {"": width / 2, "ends": width, "starts": 0}[arc.side]
    y = float(arc.y.removesuffix("rem"))
    return Box(left, left + width, y - 0.66, y + 0.12)


@pytest.mark.parametrize(
    ("a", "b", "shape", "place"),
    [
        ((10, 6), (40, 10), "down", ("10%", "6rem", "30%", "4rem")),
        ((10, 10), (40, 6), "up", ("10%", "6rem", "30%", "4rem")),
        ((40, 6), (10, 10), "up", ("10%", "6rem", "30%", "4rem")),
        ((10, 6), (40, 6), "arch", ("10%", "5.1rem", "30%", "0.9rem")),
        ((10, 6), (40, 6.66), "arch-down", ("10%", "5.1rem", "30%", "1.56rem")),
        ((10, 6.66), (40, 6), "arch-up", ("10%", "5.1rem", "30%", "1.56rem")),
        ((10, 6), (11, 20), "turn", ("10%", "6rem", "1%", "14rem")),
        ((10, 20), (11, 6), "turn-up", ("10%", "6rem", "1%", "14rem")),
        ((10, 20), (10, 6), "bow", ("10%", "6rem", "0%", "14rem")),
    ],
)
def test_the_form_of_an_arc_follows_from_its_ends(a, b, shape, place):
    (arc,) = draw(("a", "amends", "b"), a=a, b=b).arcs
    assert arc.shape == shape
    assert (arc.x, arc.y, arc.width, arc.height) == place


def test_only_what_has_an_anchor_has_an_arc():
    drawn = draw(("a", "amends", "x"), ("x", "amends", "a"), a=(0, 6))
    assert drawn.arcs == []
    assert drawn.own == {}


def test_each_end_has_words_from_its_side():
    with translation.override("en"):
        own = draw(("a", "amends", "b"), a=(60, 16), b=(10, 6), is_english=True).own
    assert [arc.text for arc in own[ord("a")]] == ["amends"]
    assert [arc.text for arc in own[ord("b")]] == ["amended by a later document"]
    assert {arc.number for arcs in own.values() for arc in arcs} == {1}


def test_every_arc_begins_and_ends_in_a_dot():
    assert SHAPES["down"].ends == "M0,0h.01M100,100h.01"
    # That of a turn is where its level part ends.
    assert SHAPES["turn"].ends == "M100,0h.01"


def test_an_arc_turns_around_what_it_would_pass_through():
    """As the measures of 2012, of which the revision stands two rows below, with another name in between."""
    ends = {"a": (15.5, 6), "b": (28.6, 10.1)}
    (direct,) = draw(("b", "amends", "a"), **ends).arcs
    between = Box(8.5, 15.1, 7.4, 8.7)
    (around,) = draw(("b", "amends", "a"), boxes={"x": between}, **ends).arcs
    assert (direct.shape, direct.level_y) == ("down", "")
    assert (around.shape, around.level_y) == ("turn", "10.1rem")
    begin, depth = 15.5 / 100 * AXIS.plot, 0.825 * float(around.depth.removesuffix("rem"))
    assert begin - depth == pytest.approx(between.left - 0.3, abs=0.01)


def test_an_arc_does_not_turn_where_it_would_then_cross_as_much():
    ends = {"a": (15.5, 6), "b": (28.6, 10.1)}
    boxes = {"x": Box(8.5, 15.1, 7.4, 8.7), "y": Box(9.4, 10.5, 9.5, 10.5)}
    assert [arc.shape for arc in draw(("b", "amends", "a"), boxes=boxes, **ends).arcs] == ["down"]
    far = {"x": Box(4.5, 15.1, 7.4, 8.7)}
    assert [arc.shape for arc in draw(("b", "amends", "a"), boxes=far, **ends).arcs] == ["down"]


def test_words_cover_nothing_and_not_each_other():
    rows = [Box(0, 60, top, top + 1.2) for top in (8, 13, 15)]
    own = draw(("a", "sets", "b"), ("a", "sets", "c"), a=(40, 6), b=(40, 20), c=(60, 20), others=rows).own
    first, second = (place_of(arc) for arc in own[ord("a")])
    assert not any(words.overlaps(box) for words in (first, second) for box in rows)
    assert not first.overlaps(second)


def test_an_arc_without_room_for_words_is_only_drawn_among_all():
    everything = [Box(0, AXIS.plot, 0, 30)]
    drawn = draw(("a", "sets", "b"), a=(40, 6), b=(60, 20), others=everything)
    assert len(drawn.arcs) == 1
    assert drawn.own[ord("a")] == drawn.own[ord("b")] == []


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


def test_more_than_60_arcs_are_not_displayed_together():
    for size in (MAX_TOGETHER, MAX_TOGETHER + 1):
        drawn = draw(*[("a", "sets", "b")] * size, a=(0, 6), b=(40, 20))
        assert drawn.are_together == (size <= MAX_TOGETHER)
        assert len(drawn.arcs) == size


def test_an_arc_goes_across_first_where_it_then_passes_what_lies_below():
    """As the measures of 2012 of the whole chronicle, with the name of an outline left of the revision."""
    ends = {"a": (15.5, 6), "b": (28.6, 10.1)}
    outline = Box(8.4, 14.9, 9.2, 10.5)
    (arc,) = draw(("b", "amends", "a"), boxes={"x": outline}, **ends).arcs
    assert arc.shape == "down-late"


def sampled(arc):
    """Points of a drawn arc without a level part, in rem."""
    left, width = (float(text.removesuffix("%")) / 100 * AXIS.plot for text in (arc.x, arc.width))
    if arc.depth:
        left, width = left + float(arc.dx.removesuffix("rem")), float(arc.depth.removesuffix("rem"))
    top, height = (float(text.removesuffix("rem")) for text in (arc.y, arc.height))
    points = (SHAPES[arc.shape].at(number / 50) for number in range(51))
    return [(left + x * width, top + y * height) for x, y in points]


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


@pytest.mark.parametrize("x", [0, 40])
def test_bows_of_one_mark_lie_beside_each_other_each_with_its_words(x):
    """As the decision of 2010, which sets a goal and of which a milestone tells."""
    with translation.override("zh-hans"):
        drawn = draw(("a", "sets", "b"), ("c", "concerns", "a"), a=(x, 6.66), b=(x, 21.7), c=(x, 19.1))
    outer, inner = (min(left for left, _y in sampled(arc)) for arc in drawn.arcs)
    assert outer <= inner - 0.3
    assert [arc.text for arc in drawn.own[ord("a")]] == ["提出", "相关大事"]


def test_of_arches_that_end_at_one_mark_the_longer_is_higher():
    drawn = draw(("c", "implements", "a"), ("c", "supersedes", "b"), a=(0, 6.66), b=(16, 6), c=(42, 6.66))
    outer, inner = (float(arc.y.removesuffix("rem")) for arc in drawn.arcs)
    assert outer <= inner - 0.4
    assert {arc.text for arc in drawn.own[ord("c")]} == {"贯彻落实", "取代"}


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
