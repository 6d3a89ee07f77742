"""The picture of a preview: what is written in it, its colours, its bands and its blocks."""

import datetime
import re
from typing import NamedTuple

from tests.factories import ROOT
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.link_picture import (
    BLOCKS_HEIGHT,
    COLOURS,
    HEIGHT,
    LEADING,
    TEXT_FOOT,
    TEXT_FOOT_ABOVE_BLOCKS,
    TEXT_TOP,
    TITLE_SIZES,
    TONES,
    draw_link_picture,
)
from timeline.public.pictures.strip import draw_strip


class Coloured(NamedTuple):
    """A phase, as far as pictures know it."""

    tone: str


FIRST, SECOND = Coloured("harbour"), Coloured("jade")
PHASES = [
    Span(FIRST, datetime.date(2011, 1, 1), datetime.date(2015, 12, 31)),
    Span(SECOND, datetime.date(2015, 1, 1), datetime.date(2021, 12, 31)),
]
DAY = Span("entry", datetime.date(2013, 1, 29), datetime.date(2013, 1, 29))


def drawn(title="题名", here=DAY, **kw):
    return draw_link_picture(draw_strip(PHASES, [], here), title=title, **({"is_english": False} | kw))


def test_colours_are_those_of_the_style_sheet_in_light():
    css = (ROOT / "static/css/site.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}),", css))
    assert {name: tokens[name.replace("_", "-")] for name in COLOURS} == COLOURS
    assert {name: tokens[f"tone-{name}"] for name in TONES} == TONES


def test_the_phase_of_the_entry_alone_is_in_full_colour():
    picture = drawn(phase=FIRST)
    assert picture.colour == TONES["harbour"]
    assert [band.colour for band in picture.bands] == [TONES["harbour"], TONES["jade"]]
    assert [band.is_faint for band in picture.bands] == [False, True]
    assert drawn(phase=None).colour == TONES["none"]


def test_a_title_is_as_large_as_its_length_allows_and_cut_in_the_smallest_size():
    sizes = []
    for length in (5, 28, 50, 80):
        lines = [line for line in drawn("题" * length).lines if line.is_title]
        assert "".join(line.text for line in lines) == "题" * length
        sizes.append(lines[0].size)
    assert sizes == [TITLE_SIZES[0][0], *(size for size, _most in TITLE_SIZES)]
    cut = drawn("题" * 300).lines
    assert (len(cut), cut[-1].text[-1]) == (TITLE_SIZES[-1][1], "…")


def test_texts_are_below_each_other_within_their_room():
    for title in ("题", "题" * 60, "题" * 300):
        lines = drawn(title, facts="政策 · 2013年", lead="副题" * 40).lines
        heights = [line.y for line in lines]
        assert heights == sorted(heights)
        assert TEXT_TOP - 60 < heights[0] < heights[-1] < HEIGHT
        assert lines[0].text == "政策 · 2013年"
    assert drawn("题" * 300, facts="政策").lines[-1].y < TEXT_FOOT
    above_blocks = drawn("题" * 28, lead="副题" * 30, counts={2011: {FIRST: 1}}).lines
    assert len(above_blocks) == 4
    assert above_blocks[-1].y < TEXT_FOOT_ABOVE_BLOCKS + 20


def test_texts_are_in_the_middle_of_their_room():
    (line,) = drawn("题").lines
    size = TITLE_SIZES[0][0]
    assert line.y == round((TEXT_TOP + TEXT_FOOT + size * LEADING) / 2 - size * 0.32)
    facts, title = drawn("题", facts="政策").lines
    assert facts.y < title.y
    assert title.y > line.y


def test_a_picture_without_words_has_its_shapes():
    picture = drawn("")
    assert picture.lines == []
    assert len(picture.bands) == 2
    assert picture.strip.mark.form == "day"


def test_the_numbers_of_entries_are_blocks_above_each_other_in_the_colours_of_their_phases():
    picture = drawn(here=None, counts={2011: {FIRST: 2}, 2015: {FIRST: 10, SECOND: 10}})
    assert picture.colour == COLOURS["accent"]
    assert not any(band.is_faint for band in picture.bands)
    first, lower, upper = picture.blocks
    assert first.height == 2 * BLOCKS_HEIGHT / 20
    assert (lower.x, lower.colour, upper.colour) == (upper.x, TONES["harbour"], TONES["jade"])
    assert upper.y == lower.y - upper.height == -BLOCKS_HEIGHT


def test_the_picture_of_a_chronicle_has_its_colour():
    assert drawn(here=None, counts={2011: {FIRST: 2}}, accent="#1d4f7c").colour == "#1d4f7c"


def test_without_any_date_there_is_no_strip():
    picture = draw_link_picture(None, title="题名", is_english=False)
    assert (picture.strip, picture.bands, picture.blocks) == (None, [], [])
    assert picture.bands_height > 0
