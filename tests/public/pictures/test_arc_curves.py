"""The forms of arcs between marks, and which stand out more."""

import pytest
from django.utils import translation

from tests.public.pictures.arcs import AXIS, draw, sampled
from timeline.public.pictures.arc_curves import SHAPES, Box


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


def test_an_arc_goes_across_first_where_it_then_passes_what_lies_below():
    """As the measures of 2012 of the whole chronicle, with the name of an outline left of the revision."""
    ends = {"a": (15.5, 6), "b": (28.6, 10.1)}
    outline = Box(8.4, 14.9, 9.2, 10.5)
    (arc,) = draw(("b", "amends", "a"), boxes={"x": outline}, **ends).arcs
    assert arc.shape == "down-late"


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
