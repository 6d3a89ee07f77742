"""Arcs drawn between places, and where they and their words lie."""

from timeline.public.pictures.arc_curves import SHAPES, Anchor, Box
from timeline.public.pictures.arcs import draw_arcs
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


def sampled(arc):
    """Points of a drawn arc without a level part, in rem."""
    left, width = (float(text.removesuffix("%")) / 100 * AXIS.plot for text in (arc.x, arc.width))
    if arc.depth:
        left, width = left + float(arc.dx.removesuffix("rem")), float(arc.depth.removesuffix("rem"))
    top, height = (float(text.removesuffix("rem")) for text in (arc.y, arc.height))
    points = (SHAPES[arc.shape].at(number / 50) for number in range(51))
    return [(left + x * width, top + y * height) for x, y in points]
