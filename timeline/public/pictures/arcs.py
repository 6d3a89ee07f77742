"""Relations as arcs between what the picture across names: from mark to mark, with words from each entry's side."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from timeline.models.evidence import RelationType
from timeline.public.pictures.arc_curves import (
    BOW,
    SHAPES,
    Anchor,
    Box,
    Curve,
    Shape,
    curve_between,
    side_by_side,
)
from timeline.public.pictures.arc_words import LabelledArc, OwnArc, own_arcs
from timeline.public.pictures.axis import Axis, percent_of, rem
from timeline.public.relations import WORDS, StatedRelation

# More than so many arcs at once are a tangle: then each entry only has its own, and of all so many are drawn.
MAX_TOGETHER, MAX_ARCS = 60, 80
# Rem: between bows and what is in the margin.
_EDGE_AIR = 0.1
# Of an entry's arcs, those that get their words first: readers ask whether a document still holds.
_FIRST = (RelationType.AMENDS, RelationType.SUPERSEDES)


@dataclass(frozen=True)
class Arc:
    """An arc, whose `shape` names a sign of the picture.

    The sign lies `dx` from x and is `depth` wide, or, where both are "", as wide as the arc. `level_y` is "" unless the arc goes on
    level from the sign to its right end.
    """

    number: int
    shape: str
    x: str
    y: str
    width: str
    height: str
    dx: str = ""
    depth: str = ""
    level_y: str = ""


@dataclass(frozen=True)
class Arcs:
    """The arcs, and by key of an entry those of its own that have words; `are_together` if all may be displayed at once."""

    arcs: Sequence[Arc]
    own: Mapping[int, Sequence[OwnArc]]

    @property
    def are_together(self) -> bool:
        return len(self.arcs) <= MAX_TOGETHER

    @property
    def shapes(self) -> Collection[Shape]:
        return SHAPES.values()


def draw_arcs(
    relations: Iterable[StatedRelation],
    anchors: Mapping[int, Anchor],
    boxes: Mapping[int, Box],
    others: Sequence[Box],
    axis: Axis,
    *,
    margin: float = 0,
    is_english: bool = False,
) -> Arcs:
    """Draw the relations between entries with anchors.

    `boxes` are what the entries cover, `others` what else is drawn, also in the margin to the left of the plot. Arcs pass other entries
    where they can, and beside each other. The words of an entry stand beside its arcs, each nearest to its own; they cover nothing and
    are crossed by none. Where they have no room even if they are short, the arc is not one of those that the entry shows.
    """
    found = [one for one in relations if one.entry in anchors and one.other in anchors]
    curves = []
    for relation in found:
        left, right = sorted((anchors[relation.entry], anchors[relation.other]))
        passed = [box for key, box in boxes.items() if key not in (relation.entry, relation.other)]
        curves.append(curve_between(left, right, passed, axis))
    edge = max((box.right for box in others if box.left < 0), default=-margin)
    curves = side_by_side(curves, min(edge + _EDGE_AIR, -BOW))
    of_entries: dict[int, list[LabelledArc]] = defaultdict(list)
    for number, (relation, curve) in enumerate(zip(found, curves, strict=True), start=1):
        words, is_first = WORDS[relation.type], relation.type in _FIRST
        stated, received = (str(words.stated),), (str(words.received), str(words.received_short))
        for key, texts in ((relation.entry, stated), (relation.other, received)):
            of_entries[key].append(LabelledArc(number, texts, curve, is_first))
    occupied = [*boxes.values(), *others]
    return Arcs(
        [_arc(number, curve) for number, curve in enumerate(curves, start=1)],
        {key: own_arcs(arcs, occupied, margin, is_english=is_english) for key, arcs in of_entries.items()},
    )


def _arc(number: int, curve: Curve) -> Arc:
    x, width = percent_of(curve.left.x), percent_of(curve.right.x - curve.left.x)
    arc = Arc(number, curve.shape.name, x, rem(curve.top), width, rem(curve.height))
    if not curve.is_upright:
        return arc
    offset, depth = curve.sign
    return replace(
        arc, dx=rem(offset), depth=rem(depth), level_y=rem(curve.right.y) if curve.is_level_at_end else ""
    )
