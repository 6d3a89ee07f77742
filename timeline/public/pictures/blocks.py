"""Blocks of years: the number of entries in each year as a height."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from timeline.public.pictures.geometry import Scale, Subject, percent

# The height of an activity row, and the greatest height of one of its blocks.
ACTIVITY_HEIGHT = 40
BLOCK = 7


@dataclass(frozen=True)
class Block(Generic[Subject]):
    """As many as began in one year and are alike in `subject`, upon those below them, each as high as any other."""

    subject: Subject
    count: int
    x: str
    width: str
    y: float
    height: float


def draw_blocks(counts: Mapping[int, Mapping[Subject, int]], scale: Scale, most: int) -> list[Block[Subject]]:
    """A year's number as the height of its blocks, upwards from nought; `most` is the greatest number in any year of what is compared."""
    size = min(BLOCK, ACTIVITY_HEIGHT / max(most, 1))
    width = 1 / (scale.last + 1 - scale.first)
    drawn = []
    for year, alike in sorted(counts.items()):
        below = 0
        for of, count in alike.items():
            below += count
            x = (year - scale.first + 0.1) * width
            drawn.append(
                Block(
                    of,
                    count,
                    percent(x),
                    percent(width * 0.8),
                    -below * size,
                    count * size,
                )
            )
    return drawn
