"""The words of an entry's arcs: where they stand beside or on each, nearest to it, and cover nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from timeline.public.pictures.arc_curves import SAMPLES, Box, Curve
from timeline.public.pictures.axis import percent_of, rem
from timeline.public.pictures.text_width import text_width

# Rem: from a curve to the words on its left or right; their size, their height over and under the baseline, the air around them.
_BESIDE, _WORDS, _ASCENT, _DESCENT, _WORDS_AIR = 0.3, 0.75, 0.66, 0.12, 0.1
# Words on a curve cover at most this part of its width.
_COVERED = 0.5
# Where on the curve words are tried, the middle first.
_TRIED = sorted((number / 40 for number in range(4, 37)), key=lambda share: abs(share - 0.5))
# Rem: from a curve up or down to words; the part of a curve, before and after a place, that is one branch of it.
_OVER, _BRANCH = 0.15, 0.3
# Rem: words are nearer to their own arc than to others of their entry by at least so much.
_OWN_AIR = 0.1
# How many orders are tried in which an entry's arcs get their words, if it has at most so many.
_ATTEMPTS, _FEW = 4, 8


@dataclass(frozen=True)
class OwnArc:
    """An arc of one entry with its words from there; `side` is where they stand of x: "", in the middle, "ends" or "starts"."""

    number: int
    text: str
    x: str
    dx: str
    y: str
    side: str


@dataclass(frozen=True)
class LabelledArc:
    """An arc of an entry, and the words for it from its side, the best first."""

    number: int
    texts: tuple[str, ...]
    curve: Curve
    is_first: bool


def own_arcs(
    arcs: Sequence[LabelledArc], occupied: Sequence[Box], margin: float, *, is_english: bool
) -> list[OwnArc]:
    """The arcs of one entry for whose words there is room, in the order that has it for most of them."""
    points = {arc.number: [*arc.curve.samples()] for arc in arcs}
    order, best = sorted(arcs, key=lambda arc: not arc.is_first), dict[int, OwnArc]()
    # Whatever had no room comes first in the next attempt.
    for _attempt in range(min(len(arcs), _ATTEMPTS) if len(arcs) <= _FEW else 1):
        taken, found = [*occupied], dict[int, OwnArc]()
        for arc in order:
            others = [
                point for number, samples in points.items() if number != arc.number for point in samples
            ]
            placed = (
                _own_arc(arc, text, points[arc.number], others, taken, margin, is_english=is_english)
                for text in arc.texts
            )
            if own := next((one for one in placed if one), None):
                found[arc.number] = own
        if len(found) > len(best):
            best = found
        if len(found) == len(arcs):
            break
        order = [
            *(arc for arc in order if arc.number not in found),
            *(arc for arc in order if arc.number in found),
        ]
    return [best[arc.number] for arc in arcs if arc.number in best]


def _own_arc(
    arc: LabelledArc,
    text: str,
    samples: Sequence[tuple[float, float]],
    others: Sequence[tuple[float, float]],
    taken: list[Box],
    margin: float,
    *,
    is_english: bool,
) -> OwnArc | None:
    """The arc with its words at the first place of the curve where they cover nothing of what is `taken`, to which they are added.

    None if there is no such place. The curve is nearer to it than `others`, the points of the other arcs of the entry.
    """
    curve = arc.curve
    for place in _places(curve, text_width(text, is_english=is_english, size=_WORDS)):
        box = place.box
        if box.left < -margin - _WORDS_AIR or box.right - _WORDS_AIR > curve.axis.plot:
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
            arc.number,
            text,
            percent_of(anchor / curve.axis.plot * 100),
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


def _places(curve: Curve, width: float) -> Iterator[_Place]:
    """The places for words of this width, the best first: on the curve, to its left and right, above and below it."""
    points = [(share, *curve.at(share)) for share in SAMPLES]
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
