"""The width of text in a picture, estimated without a browser and alike on every machine."""

import re
import unicodedata

# The size of text in rem: across, down, and in a band that runs down.
ACROSS, DOWN, BAND = 0.8125, 0.875, 0.75
# The width of a sign that is neither Han nor full-width, in em of its size: figures of Chinese fonts, letters of others.
NARROW_CHINESE, NARROW_ENGLISH, NARROW_ENGLISH_BOLD = 0.57, 0.53, 0.6
# Down, a number follows each name, so that the widest of the usual fonts counts.
NARROW_ENGLISH_DOWN, NARROW_ENGLISH_DOWN_BOLD = 0.6, 0.66
_han = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def text_width(text: str, *, is_english: bool = False, is_bold: bool = False, size: float = ACROSS) -> float:
    """The width in rem. Han and full-width signs take 1 em; so do quotation marks and dashes in a Chinese text."""
    narrow = NARROW_CHINESE
    if is_english and not _han.search(text):
        across, down = (NARROW_ENGLISH, NARROW_ENGLISH_BOLD), (NARROW_ENGLISH_DOWN, NARROW_ENGLISH_DOWN_BOLD)
        narrow = (down if size == DOWN else across)[is_bold]
    wide = "WF" if is_english else "WFA"
    return size * sum(1 if unicodedata.east_asian_width(sign) in wide else narrow for sign in text)


def has_han(text: str) -> bool:
    return bool(_han.search(text))
