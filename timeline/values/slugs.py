"""Addresses from Chinese titles: pinyin, ASCII, cut at a syllable. This module imports no Django."""

import itertools
import re
import unicodedata
from collections.abc import Container

MAX_LENGTH = 120
_WORD = re.compile(r"[a-z0-9]+")


def slug_from(title: str, limit: int = MAX_LENGTH) -> str:
    """The title as lower-case ASCII words joined by hyphens; "" where it has neither Han nor Latin nor digits."""
    # Its dictionary takes longer to read than all of Django, and most that starts makes no address.
    from pypinyin import lazy_pinyin

    words: list[str] = []
    length = -1
    for piece in lazy_pinyin(_plain(title), errors="default"):
        for word in _WORD.findall(_plain(piece)):
            length += 1 + len(word)
            if length > limit:
                return "-".join(words) or word[:limit]
            words.append(word)
    return "-".join(words)


def _plain(text: str) -> str:
    """Lower case, full width made plain, accents and apostrophes taken off."""
    apart = unicodedata.normalize("NFKD", text).lower()
    return "".join(char for char in apart if not unicodedata.combining(char) and char not in "'’ʼ")


def available_slug(wanted: str, taken: Container[str], limit: int = MAX_LENGTH) -> str:
    """The wanted slug, or the first of wanted-2, wanted-3 … that is not taken, cut so that it fits."""
    if wanted not in taken:
        return wanted
    for number in itertools.count(2):
        suffix = f"-{number}"
        candidate = wanted[: limit - len(suffix)].rstrip("-") + suffix
        if candidate not in taken:
            return candidate
    raise AssertionError("counting does not end")
