"""Relations as arcs between what the picture across names: from mark to mark, with words from each entry's side where these have room."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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
_SAMPLES = [number / 16 for number in range(1, 16)]


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


# An arch from a dot to a row of points, or back, has one end lower than the other; "turn" is the bow with which an arc begins that goes on level.
SHAPES = {
    shape.name: shape
    for shape in (
        Shape("down", ((0, 0), (0, 70), (70, 100), (100, 100))),
        Shape("up", ((0, 100), (0, 30), (70, 0), (100, 0))),
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

    `boxes` are what the entries cover, `others` what else is drawn. Arcs pass other entries where they can; words cover nothing, and
    those without room are left out.
    """
    drawn: list[Arc] = []
    own: dict[int, list[OwnArc]] = defaultdict(list)
    taken: dict[int, list[Box]] = defaultdict(lambda: [*boxes.values(), *others])
    for relation in relations:
        if relation.entry not in anchors or relation.other not in anchors:
            continue
        left, right = sorted((anchors[relation.entry], anchors[relation.other]))
        passed = [box for key, box in boxes.items() if key not in (relation.entry, relation.other)]
        curve = _curve(left, right, passed, axis)
        number = len(drawn) + 1
        drawn.append(curve.arc(number))
        words = WORDS[relation.type]
        for key, side in ((relation.entry, words.stated), (relation.other, words.received)):
            own[key].append(_own_arc(number, str(side), curve, taken[key], is_english=is_english))
    return Arcs(drawn, own)


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
    direct = _Curve(left, right, axis, SHAPES["down" if is_down else "up"])
    crossed = direct.crossed(passed)
    if not crossed:
        return direct
    turn = max(direct.begin - min(box.left for box in crossed) + _TURN_AIR, _TURN_AIR)
    around = _Curve(left, right, axis, turning, turn)
    has_room = turn <= _MAX_TURN and around.begin - turn >= -_BEYOND
    return around if has_room and len(around.crossed(passed)) < len(crossed) else direct


def _own_arc(number: int, text: str, curve: _Curve, taken: list[Box], *, is_english: bool) -> OwnArc:
    """The arc with its words at the first place of the curve where they cover nothing of what is `taken`, to which they are added."""
    width = text_width(text, is_english=is_english, size=_WORDS)
    samples = [*curve.samples()]
    is_short = width <= (curve.end - curve.begin) * _COVERED
    for share in _TRIED:
        x, middle = curve.at(share)
        y = middle + (_ASCENT - _DESCENT) / 2
        top, bottom = y - _ASCENT - _WORDS_AIR, y + _DESCENT + _WORDS_AIR
        near = [box for box in taken if box.top < bottom and top < box.bottom]
        places = [("ends", x - _BESIDE - width), ("starts", max(x + _BESIDE, 0))]
        if is_short and not curve.is_upright:
            places.insert(0, ("", x - width / 2))
        for side, left in places:
            box = Box(left - _WORDS_AIR, left + width + _WORDS_AIR, top, bottom)
            if left < 0 or left + width > curve.axis.plot or any(box.overlaps(other) for other in near):
                continue
            if side and any(box.contains(*point) for point in samples):
                continue
            taken.append(box)
            anchor = curve.begin if curve.is_upright else x
            start = left + width if side == "ends" else left
            return OwnArc(
                number,
                text,
                _percent(anchor / curve.axis.plot * 100),
                rem(start - anchor) if side else "",
                rem(y),
                side,
            )
    return OwnArc(number)


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
