"""SVG to PNG, with the fonts of the system or of a folder, and which text they can draw."""

import functools

import resvg_py
from django.conf import settings

# By language as in the style sheet. No family without Chinese: without one of these, nothing is written.
SERIF = {
    # The Korean variants have narrow quotation marks and apostrophes.
    "en": "Noto Serif CJK KR, Noto Serif KR, Source Han Serif K",
    "zh-hans": "Songti SC, Noto Serif CJK SC, Noto Serif SC, Source Han Serif SC, SimSun",
    "zh-hant": "Songti TC, Noto Serif CJK TC, Noto Serif TC, Source Han Serif TC, PMingLiU",
}
SANS = {
    "en": "Noto Sans CJK KR, Noto Sans KR, Source Han Sans K",
    "zh-hans": "PingFang SC, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei",
    "zh-hant": "PingFang TC, Noto Sans CJK TC, Noto Sans TC, Source Han Sans TC, Microsoft JhengHei",
}
# No font has a glyph for it.
_NO_CHARACTER = "\U000effff"
# As many characters as a chronicle may have in its titles, and so many pictures of up to 100 kB, each of which takes 50 ms.
_MAX_CHARACTERS, _MAX_PICTURES = 8192, 64


def families(fonts: dict[str, str], language: str) -> str:
    """The families for a language, then the others, which have its signs in another shape."""
    return ", ".join(dict.fromkeys([fonts[language], *fonts.values()]))


def render_png(svg: str) -> bytes:
    """The picture in its own size; the last ones are kept by their text. Raises ValueError if the SVG is damaged."""
    return _kept(svg, settings.PREVIEW_FONT_FOLDER)


def drawable(text: str) -> str:
    """The text, or "" if the fonts lack one of its characters, for which they would draw a box."""
    characters = {character for character in text if not character.isspace()}
    has_all = all(_has_glyph(character, settings.PREVIEW_FONT_FOLDER) for character in characters)
    return text if has_all else ""


@functools.lru_cache(_MAX_PICTURES)
def _kept(svg: str, folder: str) -> bytes:
    return _render(svg, folder)


def _render(svg: str, folder: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=svg, skip_system_fonts=bool(folder), font_dirs=[folder] if folder else None
    )


@functools.lru_cache(_MAX_CHARACTERS)
def _has_glyph(character: str, folder: str) -> bool:
    return _drawn(character, folder) != _drawn_without_glyph(folder)


@functools.lru_cache(4)
def _drawn_without_glyph(folder: str) -> bytes:
    return _drawn(_NO_CHARACTER, folder)


def _drawn(character: str, folder: str) -> bytes:
    return _render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        f'<text y="14" font-size="14" font-family="{families(SANS, "zh-hans")}">&#{ord(character)};</text></svg>',
        folder,
    )
