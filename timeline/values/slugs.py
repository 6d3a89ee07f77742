"""Slugs from Chinese titles: pinyin in ASCII, cut at a syllable. This module imports no Django."""

import itertools
import re
import unicodedata
from collections.abc import Container

MAX_LENGTH = 120
_WORD = re.compile(r"[a-z0-9]+")


def slug_from(title: str, limit: int = MAX_LENGTH) -> str:
    """Convert a title to lower-case ASCII words joined by hyphens.

    Returns "" if the title has no Han characters, Latin letters or digits. `limit` is the maximum length.
    """
    # Imported here because its dictionary takes longer to load than Django, and most processes make no slugs.
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
    """Normalize to lower case and half width, without accents and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in "'’ʼ")


def available_slug(wanted: str, taken: Container[str], limit: int = MAX_LENGTH, number: int = 2) -> str:
    """Return the wanted slug, or the first free one of wanted-2, wanted-3 …, shortened to `limit`.

    The numbers begin with `number`.
    """
    suffixes = (f"-{number}" for number in itertools.count(number))
    numbered = (wanted[: limit - len(suffix)].rstrip("-") + suffix for suffix in suffixes)
    return next(slug for slug in itertools.chain([wanted], numbered) if slug not in taken)
