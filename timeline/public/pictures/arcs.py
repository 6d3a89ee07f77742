"""Relations as arcs between what the picture across names: from mark to mark, with words from each entry's side where these have room."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from timeline.models.evidence import RelationType
from timeline.public.pictures.axis import Axis, rem
from timeline.public.pictures.text_width import text_width
from timeline.public.relations import WORDS, StatedRelation

# More than so many arcs at once are a tangle: then each entry only has its own, and of all so many are drawn.
MAX_TOGETHER, MAX_ARCS = 60, 80
# Rem: ends nearer than this across are joined by a bow or a turn to the left, nearer than this down by an arch over both.
_NEAR_ACROSS, _NEAR_DOWN = 1.2, 0.9
_ARCH = 0.9
# Rem: what differs by less is at the same place.
_LEVEL = 0.1
# Rem: where a bow begins, its width, and the part of the width by which it stands out; the air between a turn and what it passes,
# and how far it may go to the left of its end, and of the plot.
_BOW_X, _BOW, _DEPTH = -0.85, 1.0, 0.825
_TURN_AIR, _MAX_TURN, _BEYOND = 0.3, 4.0, 0.6
# Rem: from a curve to the words on its left or right; their size, their height over and under the baseline, the air around them.
_BESIDE, _WORDS, _ASCENT, _DESCENT, _WORDS_AIR = 0.3, 0.75, 0.66, 0.12, 0.1
# Words on a curve cover at most this part of its width.
_COVERED = 0.5
# Where on the curve words are tried, the middle first.
_TRIED = sorted((number / 20 for number in range(2, 19)), key=lambda share: abs(share - 0.5))
_SAMPLES = [number / 32 for number in range(1, 32)]
# Rem: from a curve up or down to words; the part of a curve, before and after a place, that is one branch of it.
_OVER, _BRANCH = 0.15, 0.3
# Rem: words are nearer to their own arc than to others of their entry by at least so much.
_OWN_AIR = 0.1
# Of an entry's arcs, those that get their words first: readers ask whether a document still holds.
_FIRST = (RelationType.AMENDS, RelationType.SUPERSEDES)


class Anchor(NamedTuple):
    """Where something is drawn: x in per cent of the plot, y in rem."""

    x: float
    y: float


class Box(NamedTuple):
    """What something covers, in rem of the narrowest plot."""

    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def contains(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom

    def distance(self, x: float, y: float) -> float:
        """How far this point is from the box; 0 within it."""
        return math.hypot(max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom))


@dataclass(frozen=True)
class Shape:
    """A sign of the picture, stretched between the ends of an arc: the points of a cubic curve in a square of 100."""

    name: str
    points: tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
    has_second_end: bool = True

    @property
    def path(self) -> str:
        start, *others = (f"{x},{y}" for x, y in self.points)
        return f"M{start}C{' '.join(others)}"

    @property
    def ends(self) -> str:
        """A path without length at each end, which a round cap makes a dot."""
        found = self.points[:: 3 if self.has_second_end else 4]
        return "".join(f"M{x},{y}h.01" for x, y in found)

    def at(self, share: float) -> tuple[float, float]:
        """The point of the curve at this share of it, in a square of 1."""
        rest = 1 - share
        weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
        x, y = (
            sum(weight * point[axis] for weight, point in zip(weights, self.points, strict=True)) / 100
            for axis in (0, 1)
        )
        return x, y


# "late" are curves that go across before most of their way down or up. An arch from a dot to a row of points, or back, has one end lower than the other; "turn" is the bow with which an arc begins that goes on level.
SHAPES = {
    shape.name: shape
    for shape in (
        Shape("down", ((0, 0), (0, 70), (70, 100), (100, 100))),
        Shape("up", ((0, 100), (0, 30), (70, 0), (100, 0))),
        Shape("down-late", ((0, 0), (0, 40), (75, 30), (100, 100))),
        Shape("up-late", ((0, 100), (0, 60), (75, 70), (100, 0))),
        Shape("arch", ((0, 100), (0, -33), (100, -33), (100, 100))),
        Shape("arch-down", ((0, 58), (0, -26), (100, -26), (100, 100))),
        Shape("arch-up", ((0, 100), (0, -26), (100, -26), (100, 58))),
        Shape("bow", ((100, 0), (-10, 12), (-10, 88), (100, 100))),
        Shape("turn", ((100, 0), (-10, 12), (-10, 88), (100, 100)), has_second_end=False),
        Shape("turn-up", ((100, 100), (-10, 88), (-10, 12), (100, 0)), has_second_end=False),
    )
}


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
class OwnArc:
    """An arc of one entry with its words from there, if any; `side` is where they stand of x: "", in the middle, "ends" or "starts"."""

    number: int
    text: str = ""
    x: str = ""
    dx: str = ""
    y: str = ""
    side: str = ""


@dataclass(frozen=True)
class Arcs:
    """The arcs, and by key of an entry its own; `are_together` if all may be displayed at once."""

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
    is_english: bool = False,
) -> Arcs:
    """Draw the relations between entries with anchors.

    `boxes` are what the entries cover, `others` what else is drawn. Arcs pass other entries where they can. The words of an entry
    stand beside its arcs, each nearest to its own; they cover nothing and are crossed by none. Without room they are short, or left out.
    """
    drawn: list[Arc] = []
    of_entries: dict[int, list[_Labelled]] = defaultdict(list)
    for relation in relations:
        if relation.entry not in anchors or relation.other not in anchors:
            continue
        left, right = sorted((anchors[relation.entry], anchors[relation.other]))
        passed = [box for key, box in boxes.items() if key not in (relation.entry, relation.other)]
        curve = _curve(left, right, passed, axis)
        number = len(drawn) + 1
        drawn.append(curve.arc(number))
        words, is_first = WORDS[relation.type], relation.type in _FIRST
        stated, received = (str(words.stated),), (str(words.received), str(words.received_short))
        for key, texts in ((relation.entry, stated), (relation.other, received)):
            of_entries[key].append(_Labelled(number, texts, curve, is_first))
    occupied = [*boxes.values(), *others]
    return Arcs(
        drawn, {key: _own_arcs(arcs, occupied, is_english=is_english) for key, arcs in of_entries.items()}
    )


@dataclass(frozen=True)
class _Curve:
    """An arc between two anchors, of which the first lies to the left or, at the same place, above.

    `turn` is how far a turn stands out to the left, in rem.
    """

    left: Anchor
    right: Anchor
    axis: Axis
    shape: Shape
    turn: float = 0

    @property
    def top(self) -> float:
        return min(self.left.y, self.right.y) - (_ARCH if self.shape.name.startswith("arch") else 0)

    @property
    def height(self) -> float:
        return max(self.left.y, self.right.y) - self.top

    @property
    def begin(self) -> float:
        return self.left.x / 100 * self.axis.plot

    @property
    def end(self) -> float:
        return self.right.x / 100 * self.axis.plot

    @property
    def sign(self) -> tuple[float, float]:
        """Where the sign begins after the left end, and its width, in rem."""
        if self.shape.name == "bow":
            return _BOW_X, _BOW
        if self.turn:
            return -self.turn / _DEPTH, self.turn / _DEPTH
        return 0, self.end - self.begin

    @property
    def is_upright(self) -> bool:
        return self.shape.name == "bow" or bool(self.turn)

    def at(self, share: float) -> tuple[float, float]:
        """A point of the sign, in rem."""
        x, y = self.shape.at(share)
        offset, width = self.sign
        return self.begin + offset + x * width, self.top + y * self.height

    def samples(self) -> Iterator[tuple[float, float]]:
        yield from (self.at(share) for share in _SAMPLES)
        if self.turn:
            for share in _SAMPLES:
                yield self.begin + (self.end - self.begin) * share, self.right.y

    def crossed(self, boxes: Iterable[Box]) -> list[Box]:
        points = [*self.samples()]
        return [box for box in boxes if any(box.contains(x, y) for x, y in points)]

    def arc(self, number: int) -> Arc:
        x, width = _percent(self.left.x), _percent(self.right.x - self.left.x)
        arc = Arc(number, self.shape.name, x, rem(self.top), width, rem(self.height))
        if not self.is_upright:
            return arc
        offset, depth = self.sign
        return replace(arc, dx=rem(offset), depth=rem(depth), level_y=rem(self.right.y) if self.turn else "")


def _curve(left: Anchor, right: Anchor, passed: Sequence[Box], axis: Axis) -> _Curve:
    """The arc that these ends ask for; one that would cross what is passed turns around its left side if it then crosses less."""
    if abs(right.y - left.y) < _NEAR_DOWN:
        slope = "" if abs(right.y - left.y) < _LEVEL else "-down" if left.y < right.y else "-up"
        return _Curve(left, right, axis, SHAPES["arch" + slope])
    across = (right.x - left.x) / 100 * axis.plot
    if across < _LEVEL:
        return _Curve(left, right, axis, SHAPES["bow"])
    is_down = left.y < right.y
    turning = SHAPES["turn" if is_down else "turn-up"]
    if across < _NEAR_ACROSS:
        return _Curve(left, right, axis, turning, _BOW * _DEPTH)
    direct, late = (
        _Curve(left, right, axis, SHAPES[("down" if is_down else "up") + way]) for way in ("", "-late")
    )
    crossed = direct.crossed(passed)
    if not crossed:
        return direct
    if not late.crossed(passed):
        return late
    turn = max(direct.begin - min(box.left for box in crossed) + _TURN_AIR, _TURN_AIR)
    around = _Curve(left, right, axis, turning, turn)
    has_room = turn <= _MAX_TURN and around.begin - turn >= -_BEYOND
    return around if has_room and len(around.crossed(passed)) < len(crossed) else direct


@dataclass(frozen=True)
class _Labelled:
    """An arc of an entry, and the words for it from its side, the best first."""

    number: int
    texts: tuple[str, ...]
    curve: _Curve
    is_first: bool


def _own_arcs(arcs: Sequence[_Labelled], occupied: Sequence[Box], *, is_english: bool) -> list[OwnArc]:
    """The arcs of one entry with their words, which get their places in turn."""
    taken, points = [*occupied], {arc.number: [*arc.curve.samples()] for arc in arcs}
    found = {}
    for arc in sorted(arcs, key=lambda arc: not arc.is_first):
        others = [point for number, samples in points.items() if number != arc.number for point in samples]
        placed = (
            _own_arc(arc.number, text, arc.curve, points[arc.number], others, taken, is_english=is_english)
            for text in arc.texts
        )
        found[arc.number] = next((one for one in placed if one), None) or OwnArc(arc.number)
    return [found[arc.number] for arc in arcs]


def _own_arc(
    number: int,
    text: str,
    curve: _Curve,
    samples: Sequence[tuple[float, float]],
    others: Sequence[tuple[float, float]],
    taken: list[Box],
    *,
    is_english: bool,
) -> OwnArc | None:
    """The arc with its words at the first place of the curve where they cover nothing of what is `taken`, to which they are added.

    None if there is no such place. The curve is nearer to it than `others`, the points of the other arcs of the entry.
    """
    for place in _places(curve, text_width(text, is_english=is_english, size=_WORDS)):
        box = place.box
        if box.left + _WORDS_AIR < 0 or box.right - _WORDS_AIR > curve.axis.plot:
            continue
        if any(box.overlaps(other) for other in taken):
            continue
        if not place.is_on_curve and any(box.contains(*point) for point in samples):
            continue
        distance = min(box.distance(*point) for point in samples) + _OWN_AIR
        if any(box.distance(*point) < distance for point in others):
            continue
        taken.append(box)
        anchor = curve.begin if curve.is_upright else place.x
        start = box.right - _WORDS_AIR if place.side == "ends" else box.left + _WORDS_AIR
        return OwnArc(
            number,
            text,
            _percent(anchor / curve.axis.plot * 100),
            rem(start - anchor) if place.side else "",
            rem(place.y),
            place.side,
        )
    return None


class _Place(NamedTuple):
    """A place for words at a curve: x of the curve there, the baseline, the side as of `OwnArc`, and what they cover."""

    x: float
    y: float
    side: str
    box: Box
    is_on_curve: bool = False


def _places(curve: _Curve, width: float) -> Iterator[_Place]:
    """The places for words of this width, the best first: on the curve, to its left and right, above and below it."""
    points = [(share, *curve.at(share)) for share in _SAMPLES]
    for share in _TRIED:
        x, middle = curve.at(share)
        y = middle + (_ASCENT - _DESCENT) / 2
        if not curve.is_upright and width <= (curve.end - curve.begin) * _COVERED:
            yield _Place(x, y, "", _box(x - width / 2, y, width), is_on_curve=True)
        # The same branch of the curve, where the words are as high, or as far across.
        branch = [(at_x, at_y) for at, at_x, at_y in points if abs(at - share) < _BRANCH] + [(x, middle)]
        across = [at_x for at_x, at_y in branch if abs(at_y - middle) < (_ASCENT + _DESCENT) / 2 + _WORDS_AIR]
        yield _Place(x, y, "ends", _box(min(across) - _BESIDE - width, y, width))
        yield _Place(x, y, "starts", _box(max(max(across) + _BESIDE, 0), y, width))
        if not curve.is_upright:
            down = [at_y for at_x, at_y in branch if abs(at_x - x) < width / 2 + _WORDS_AIR]
            for y in (min(down) - _OVER - _DESCENT, max(down) + _OVER + _ASCENT):
                yield _Place(x, y, "", _box(x - width / 2, y, width))


def _box(left: float, y: float, width: float) -> Box:
    """What words cover with the air around them, from their left end and baseline."""
    return Box(
        left - _WORDS_AIR, left + width + _WORDS_AIR, y - _ASCENT - _WORDS_AIR, y + _DESCENT + _WORDS_AIR
    )


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
