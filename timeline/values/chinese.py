"""Chinese script: text in traditional characters, and the folding by which a search finds what a reader means.

This module imports no Django.
"""

import functools
import re
import unicodedata

import opencc

from timeline.values.text import remove_invisible

# 2016 may stand between any of these in a document number; NFKC leaves them as they are.
_BRACKETS = str.maketrans("〔〕【】〖〗「」“”『』‘’", "[][][]" + '"' * 4 + "'" * 4)
_SPACE = re.compile(r"\s+")
_UNHEARD = re.compile("[\x00\ud800-\udfff]")


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Text as search compares it: NFKC, lower case, traditional to simplified, one kind of bracket, single spaces.

    Invisible characters are removed; what no text can hold, NUL and half a surrogate pair, becomes a space. Folding
    what is folded changes nothing.
    """
    text = _UNHEARD.sub(" ", text)
    if text.isascii():
        # None of what follows is about these letters.
        return _SPACE.sub(" ", text).strip().lower()
    plain = unicodedata.normalize("NFKC", remove_invisible(text)).lower().translate(_BRACKETS)
    # Some characters need two steps (薴, 苧, 苎), and a character's lower case may be normalised once more.
    while (further := unicodedata.normalize("NFKC", _to_simplified().convert(plain))) != plain:
        plain = further
    return _SPACE.sub(" ", plain).strip()


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    # With phrases (characters alone give 裏程碑, 皇後), without vocabulary (s2twp makes 資料 of the official 数据).
    return opencc.OpenCC("s2t")


# What `s2t` gets wrong, as patterns of simplified text, and what is right. Found by reading whatever it changes in
# fixtures/: read what it does to new content too.
_GLOSSARY = {
    "慈溪": "慈溪",  # 慈谿, as it was written until 1956
    "咸祥": "咸祥",  # a town; 咸 is 鹹 where it means salty
    # The surname, and 范市 named after it; 範 only in the words that have it.
    "(?<![规模示典防师风失垂就洪轨世懿])范(?![围例畴本式文型读])": "范",
    "(?<=[写寫标標注註指查])明了": "明了",  # 写明 and 了, not 明瞭
    "名单只": "名單只",  # a list that only …; 单只 is 單隻 where it counts
    "回归": "回歸",
    "回流": "回流",
    "回路": "回路",
}
_glossary = re.compile("|".join(f"({pattern})" for pattern in _GLOSSARY))
_MEANT = list(_GLOSSARY.values())
# OpenCC's own standard has the left; readers of traditional characters write the right.
# As readers of traditional characters quote; an apostrophe within Latin letters stays one.
_QUOTES = {"“": "「", "”": "」", "‘": "『", "’": "』"}
_quote = re.compile(r"[“”‘]|’(?![A-Za-z])|(?<![A-Za-z])’")
_VARIANTS = str.maketrans("爲衆羣覈啓祕麪峯僞喫纔竈癡踊糉脣鉢", "為眾群核啟秘麵峰偽吃才灶痴踴粽唇缽")


# A page says the same titles again and again, and the next page says them too.
@functools.lru_cache(maxsize=4096)
def to_traditional(text: str) -> str:
    """The text in traditional characters, word for word: no other vocabulary, as official titles must stay what they are.

    What is traditional already stays as it is.
    """
    if text.isascii():
        return text
    convert = _to_traditional().convert
    told, place = "", 0
    for found in _glossary.finditer(text):
        told += convert(text[place : found.start()]) + _MEANT[(found.lastindex or 1) - 1]
        place = found.end()
    written = (told + convert(text[place:])).translate(_VARIANTS)
    return _quote.sub(lambda found: _QUOTES[found[0]], written)


def search_terms(text: str) -> list[str]:
    """The words that somebody searches for, folded."""
    return fold(text).split()
