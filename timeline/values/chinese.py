"""Conversion to traditional characters, and folding of text for search.

This module imports no Django.
"""

import functools
import re
import unicodedata

import opencc

from timeline.values.text import YEAR_BRACKETS, remove_invisible

_BRACKETS = str.maketrans(
    YEAR_BRACKETS + "「」“”『』‘’", "[]" * (len(YEAR_BRACKETS) // 2) + '"' * 4 + "'" * 4
)
# Characters that look like another one, and are typed or recognised in its place: U+5DFF, a garment.
_LOOKALIKES = {ord("\u5dff"): "市"}
_FOLDED = _BRACKETS | _LOOKALIKES
_SPACE = re.compile(r"\s+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Fold text for search: NFKC, lower case, traditional to simplified, one kind of bracket, single spaces,
    and one of two characters that look the same.

    Invisible characters are removed. NUL and lone surrogates, which a database cannot store, become spaces.
    The function is idempotent.
    """
    text = _UNSTORABLE.sub(" ", text)
    if text.isascii():
        # The steps below do not change ASCII.
        return _SPACE.sub(" ", text).strip().lower()
    plain = unicodedata.normalize("NFKC", remove_invisible(text)).lower().translate(_FOLDED)
    # Some characters need two steps (薴, 苧, 苎), and lower case may produce a
    # character that NFKC changes again.
    while (further := unicodedata.normalize("NFKC", _to_simplified().convert(plain))) != plain:
        plain = further
    return _SPACE.sub(" ", plain).strip()


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    # s2t converts phrases (single characters would give 裏程碑, 皇後) but not vocabulary (s2twp would turn the
    # official 数据 into 資料).
    return opencc.OpenCC("s2t")


# Corrections of `s2t`: patterns of simplified text and the right traditional text. They come from a review of
# every change that `s2t` makes in fixtures/. Review its changes in new content too.
_GLOSSARY = {
    "慈溪": "慈溪",  # 慈谿 was the spelling until 1956
    "咸祥": "咸祥",  # a town; elsewhere 咸 becomes 鹹, "salty"
    # The surname, and 范市, a place named after it. 範 is right only in the words excluded here.
    "(?<![规模示典防师风失垂就洪轨世懿])范(?![围例畴本式文型读])": "范",
    "(?<=[写寫标標注註指查])明了": "明了",  # 写明 followed by 了, not 明瞭
    "[编編]制(?=出)": "編制",  # the verb; otherwise 制出 in text that is already traditional becomes 製出
    "名单只": "名單只",  # "a list of only …"; 单只 becomes 單隻 where it is a measure word
    "回归": "回歸",
    "回流": "回流",
    "回路": "回路",
}
_glossary = re.compile("|".join(f"({pattern})" for pattern in _GLOSSARY))
_MEANT = list(_GLOSSARY.values())
# Quotation marks of traditional Chinese. An apostrophe within Latin letters does not change.
_QUOTES = {"“": "「", "”": "」", "‘": "『", "’": "』"}
_quote = re.compile(r"[“”‘]|’(?![A-Za-z])|(?<![A-Za-z])’")
# Variants in OpenCC's own standard, and what readers of traditional characters expect.
_VARIANTS = str.maketrans("爲衆羣覈啓祕麪峯僞喫纔竈癡踊糉脣鉢", "為眾群核啟秘麵峰偽吃才灶痴踴粽唇缽")


# Titles recur within a page and from page to page.
@functools.lru_cache(maxsize=4096)
def to_traditional(text: str) -> str:
    """Convert text to traditional characters without changes of vocabulary.

    Official titles must not be reworded. Text that is already traditional does not change.
    """
    if text.isascii():
        return text
    convert = _to_traditional().convert
    converted, position = "", 0
    for found in _glossary.finditer(text):
        converted += convert(text[position : found.start()]) + _MEANT[(found.lastindex or 1) - 1]
        position = found.end()
    written = (converted + convert(text[position:])).translate(_VARIANTS)
    return _quote.sub(lambda found: _QUOTES[found[0]], written)


def search_terms(text: str) -> list[str]:
    """Split a query into folded words."""
    return fold(text).split()
