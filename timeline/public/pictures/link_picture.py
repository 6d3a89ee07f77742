"""The picture of a preview of a link: the title of an entry over its place in the years, or the chronicle over its own.

Lengths are pixels of a picture of 1200 × 630; across, within the strip of years, per cent of its width.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from timeline.models import Phase
from timeline.public.pictures.blocks import draw_blocks
from timeline.public.pictures.geometry import Scale
from timeline.public.pictures.strip import BAND, TOP, Strip
from timeline.public.pictures.text_lines import balanced

WIDTH, HEIGHT, MARGIN = 1200, 630, 64
# The colours of the style sheet in light, since a picture has no other for readers in the dark.
COLOURS = {
    "paper": "#f7f5f0",
    "ink": "#1d2226",
    "ink_soft": "#545b60",
    "line": "#d8d3c8",
    "accent": "#a02c1a",
}
TONES = {
    "none": "#5b6167",
    "harbour": "#1d4f7c",
    "jade": "#1f6b57",
    "ember": "#94500f",
    "plum": "#6b3a72",
    "ochre": "#73600c",
    "slate": "#4a5560",
}
# The size of the title and the most lines of it, the largest first; that of the facts and the lead, and the most lines of the lead.
TITLE_SIZES, SMALL_SIZE, LEAD_LINES = ((76, 2), (60, 3), (46, 4)), 32, 2
# The distance of baselines as a share of the size, and what is added around the title.
LEADING, APART = 1.34, 10
# Between these heights, the texts are in the middle; the second foot is above blocks.
TEXT_TOP, TEXT_FOOT, TEXT_FOOT_ABOVE_BLOCKS = 112, 446, 402
# The height of the band of a phase; the room above the bands for blocks of entries, and the most for one entry.
BAND_HEIGHT, BLOCKS_HEIGHT, BLOCK_HEIGHT = 30, 80, 14


@dataclass(frozen=True)
class Line:
    """A line of text on its baseline; only the title has serifs."""

    text: str
    y: int
    size: int
    colour: str
    is_title: bool = False
    is_bold: bool = False


@dataclass(frozen=True)
class PictureBand:
    """The band of a phase: faint unless it is that of the entry; corners and fading end as in the strip."""

    x: str
    y: float
    width: str
    points: str
    fade: tuple[str, str] | None
    colour: str
    is_faint: bool


@dataclass(frozen=True)
class PictureBlock:
    """The entries of one year and phase, upwards from the bands."""

    x: str
    y: float
    width: str
    height: float
    colour: str


@dataclass(frozen=True)
class LinkPicture:
    """The texts of a picture and its strip of years, None if nothing has a date."""

    name: str
    lines: list[Line]
    colour: str
    strip: Strip[Phase] | None
    bands: list[PictureBand]
    blocks: list[PictureBlock]

    @property
    def bands_height(self) -> int:
        return BAND_HEIGHT * max(self.strip.rows if self.strip else 0, 1)


def draw_link_picture(
    strip: Strip[Phase] | None,
    *,
    name: str = "",
    facts: str = "",
    title: str,
    lead: str = "",
    phase: Phase | None = None,
    counts: Mapping[int, Mapping[Phase | None, int]] | None = None,
    accent: str = "",
    is_english: bool,
) -> LinkPicture:
    """The picture of an entry of this phase, or of the chronicle with the numbers of its entries by year and phase.

    `accent` is the colour of the chronicle, if it has one.
    """

    def is_faint(subject: Phase) -> bool:
        return counts is None and subject != phase

    bands = [
        PictureBand(
            band.x,
            round((band.top - TOP) / BAND * BAND_HEIGHT, 2),
            band.width,
            band.points,
            band.fade,
            tone_colour(band.subject),
            is_faint(band.subject),
        )
        for band in (strip.bands if strip else [])
    ]
    blocks = _blocks(counts, strip) if counts and strip else []
    colour = accent or COLOURS["accent"] if counts is not None else tone_colour(phase)
    foot = TEXT_FOOT_ABOVE_BLOCKS if blocks else TEXT_FOOT
    lines = _lines(facts, title, lead, colour, foot, is_english)
    return LinkPicture(name, lines, colour, strip, bands, blocks)


def tone_colour(phase: Phase | None) -> str:
    return TONES[phase.tone if phase else "none"]


def _lines(facts: str, title: str, lead: str, colour: str, foot: int, is_english: bool) -> list[Line]:
    """The facts, the title and the lead below each other, as far as there are any, in the middle of their room."""
    size, title_lines = _title_lines(title, is_english)
    lead_lines = _broken(lead, SMALL_SIZE, LEAD_LINES, is_english, is_bold=False)
    parts = [
        *((line, SMALL_SIZE, colour, False, True) for line in _broken(facts, SMALL_SIZE, 1, is_english)),
        *((line, size, COLOURS["ink"], True, True) for line in title_lines),
        *((line, SMALL_SIZE, COLOURS["ink_soft"], False, False) for line in lead_lines),
    ]
    apart = APART * sum(above[3] != below[3] for above, below in itertools.pairwise(parts))
    y = (TEXT_TOP + foot - sum(part[1] for part in parts) * LEADING - apart) / 2
    lines: list[Line] = []
    for text, size, fill, is_title, is_bold in parts:
        y += size * LEADING + (APART if lines and is_title != lines[-1].is_title else 0)
        # The baseline is above the foot of the line by its descent and half its leading.
        lines.append(Line(text, round(y - size * 0.32), size, fill, is_title, is_bold))
    return lines


def _title_lines(title: str, is_english: bool) -> tuple[int, list[str]]:
    """The largest size in which the title has room, and its lines; in the smallest, it is cut."""
    size, lines = 0, list[str]()
    for size, most in TITLE_SIZES:
        lines = _broken(title, size, most, is_english)
        if not lines or not lines[-1].endswith("…"):
            break
    return size, lines


def _broken(text: str, size: int, most: int, is_english: bool, *, is_bold: bool = True) -> list[str]:
    room = (WIDTH - 2 * MARGIN) / size
    return balanced(text, room, most, is_english=is_english, is_bold=is_bold)


def _blocks(counts: Mapping[int, Mapping[Phase | None, int]], strip: Strip[Phase]) -> list[PictureBlock]:
    """The numbers of entries as blocks, the largest as high as there is room."""
    most = max(sum(alike.values()) for alike in counts.values())
    unit = min(BLOCK_HEIGHT, BLOCKS_HEIGHT / most)
    below: dict[str, float] = {}
    blocks = []
    for block in draw_blocks(counts, Scale(strip.first, strip.first + strip.count - 1), most):
        height = round(block.count * unit, 2)
        below[block.x] = below.get(block.x, 0) + height
        y = round(-below[block.x], 2)
        blocks.append(PictureBlock(block.x, y, block.width, height, tone_colour(block.subject)))
    return blocks
