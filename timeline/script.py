"""Chinese script: the folding of text by which a search finds what a reader means. This module imports no Django."""

import functools
import re
import unicodedata

import opencc

# 2016 may stand between any of these in a document number; NFKC leaves them as they are.
_BRACKETS = str.maketrans("〔〕【】〖〗「」『』“”‘’", "[][][]" + '""""""' + "''")
_SPACE = re.compile(r"\s+")
_UNHEARD = re.compile("[\x00\ud800-\udfff]")


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Text as search compares it: NFKC, lower case, traditional to simplified, one kind of bracket, single spaces.

    Folding what is folded changes nothing.
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(_BRACKETS)
    # Some characters need two steps (薴, 苧, 苎), and a character's lower case may be normalised once more.
    while (further := unicodedata.normalize("NFKC", _to_simplified().convert(plain))) != plain:
        plain = further
    return _SPACE.sub(" ", plain).strip()


def words(text: str) -> list[str]:
    """The words that somebody searches for, folded. What no text holds, NUL and half a surrogate pair, parts them."""
    return fold(_UNHEARD.sub(" ", text)).split()
