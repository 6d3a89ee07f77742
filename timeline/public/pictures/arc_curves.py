"""The curves of relations between marks: bows, turns, arches and slanting ones, each a sign that is stretched between its ends."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from timeline.public.pictures.axis import Axis

# Rem: ends nearer than this across are joined by a bow or a turn to the left, nearer than this down by an arch over both.
_NEAR_ACROSS, _NEAR_DOWN = 1.2, 0.9
_ARCH = 0.9
# Rem: what differs by less is at the same place.
_LEVEL = 0.1
# Rem: how far a bow and a short turn stand out to the left of their ends; of several beside each other the first, and each of the others
# farther than the one before.
BOW, _TURN, _FIRST_OF_SEVERAL, _STEP = 0.675, 0.825, 0.3, 0.375
# Rem: where a bow ends in its marks, and the part of the width of its sign by which it stands out.
_BOW_END, _DEPTH = 0.15, 0.825
# Rem: the air between a turn and what it passes, and how far it may go to the left of its end, and of the plot.
_TURN_AIR, _MAX_TURN, _BEYOND = 0.3, 4.0, 0.6
SAMPLES = [number / 32 for number in range(1, 32)]


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
class Curve:
    """An arc between two anchors, of which the first lies to the left or, at the same place, above.

    `turn` is how far a bow or a turn stands out to the left, and `rise` an arch above its ends, in rem.
    """

    left: Anchor
    right: Anchor
    axis: Axis
    shape: Shape
    turn: float = 0
    rise: float = 0

    @property
    def is_arch(self) -> bool:
        return bool(self.rise)

    @property
    def top(self) -> float:
        return min(self.left.y, self.right.y) - self.rise

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
        if self.turn:
            inward = _BOW_END if self.shape.has_second_end else 0
            width = (self.turn + inward) / _DEPTH
            return inward - width, width
        return 0, self.end - self.begin

    @property
    def is_upright(self) -> bool:
        return bool(self.turn)

    @property
    def is_level_at_end(self) -> bool:
        return self.is_upright and not self.shape.has_second_end

    def is_beside(self, other: "Curve") -> bool:
        """Whether both pass the same heights."""
        return self.top < other.top + other.height - _LEVEL and other.top < self.top + self.height - _LEVEL

    def has_end_of(self, other: "Curve") -> bool:
        """Whether both begin, or both end, at the same mark."""
        return self.left == other.left or self.right == other.right

    def at(self, share: float) -> tuple[float, float]:
        """A point of the sign, in rem."""
        x, y = self.shape.at(share)
        offset, width = self.sign
        return self.begin + offset + x * width, self.top + y * self.height

    def samples(self) -> Iterator[tuple[float, float]]:
        yield from (self.at(share) for share in SAMPLES)
        if self.is_level_at_end:
            for share in SAMPLES:
                yield self.begin + (self.end - self.begin) * share, self.right.y

    def crossed(self, boxes: Iterable[Box]) -> list[Box]:
        points = [*self.samples()]
        return [box for box in boxes if any(box.contains(x, y) for x, y in points)]


def curve_between(left: Anchor, right: Anchor, passed: Sequence[Box], axis: Axis) -> Curve:
    """The arc that these ends ask for; one that would cross what is passed turns around its left side if it then crosses less."""
    if abs(right.y - left.y) < _NEAR_DOWN:
        slope = "" if abs(right.y - left.y) < _LEVEL else "-down" if left.y < right.y else "-up"
        return Curve(left, right, axis, SHAPES["arch" + slope], rise=_ARCH)
    across = (right.x - left.x) / 100 * axis.plot
    if across < _LEVEL:
        return Curve(left, right, axis, SHAPES["bow"], BOW)
    is_down = left.y < right.y
    turning = SHAPES["turn" if is_down else "turn-up"]
    if across < _NEAR_ACROSS:
        return Curve(left, right, axis, turning, _TURN)
    direct, late = (
        Curve(left, right, axis, SHAPES[("down" if is_down else "up") + way]) for way in ("", "-late")
    )
    crossed = direct.crossed(passed)
    if not crossed:
        return direct
    if not late.crossed(passed):
        return late
    turn = max(direct.begin - min(box.left for box in crossed) + _TURN_AIR, _TURN_AIR)
    around = Curve(left, right, axis, turning, turn)
    has_room = turn <= _MAX_TURN and around.begin - turn >= -_BEYOND
    return around if has_room and len(around.crossed(passed)) < len(crossed) else direct


def side_by_side(curves: Sequence[Curve], edge: float) -> list[Curve]:
    """The curves; of bows, short turns and arches from one place, those that pass shorter ones stand out more, bows up to this edge."""
    found, bows = [*curves], defaultdict[float, list[int]](list)
    for number, curve in enumerate(curves):
        if curve.is_upright and curve.end - curve.begin < _NEAR_ACROSS:
            bows[round(curve.begin, 2)].append(number)
    for begin, numbers in bows.items():
        ranks: dict[int, int] = {}
        for number in sorted(numbers, key=lambda number: curves[number].height):
            passed = [rank for other, rank in ranks.items() if curves[number].is_beside(curves[other])]
            ranks[number] = max(passed, default=-1) + 1
        size = max(ranks.values()) + 1
        if size == 1:
            continue
        first, step = _FIRST_OF_SEVERAL, _STEP
        if first + (size - 1) * step > begin - edge:
            first = step = (begin - edge) / size
        for number, rank in ranks.items():
            found[number] = replace(curves[number], turn=first + rank * step)
    arches = [number for number, curve in enumerate(curves) if curve.is_arch]
    arches.sort(key=lambda number: curves[number].end - curves[number].begin)
    for index, number in enumerate(arches):
        curve = curves[number]
        shorter = [found[other] for other in arches[:index] if curve.has_end_of(found[other])]
        if shorter or any(curve.has_end_of(curves[other]) for other in arches[index + 1 :]):
            foot = curve.top + curve.rise
            top = min([foot, *(other.top for other in shorter)]) - _ARCH / 2
            found[number] = replace(curve, rise=foot - top)
    return found
