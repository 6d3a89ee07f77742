"""Words and signs of tables that stand for an empty cell, or for the cell above."""

import unicodedata
from collections.abc import Iterator, Mapping

from django.utils.translation import ngettext

from timeline.exchange.readers.types import FileLocation, Notice

_EMPTY = {"-", "--", "–", "—", "——", "―", "/", "\\", "无", "暂无", "空", "N/A", "NA", "NULL", "NONE", "NIL"}
_DITTO = {"同上", "〃", "″", "′′", "''", "〞", "DITTO"}


def is_placeholder(text: str) -> bool:
    """Whether a cell says that it is empty: —, 无, /, N/A."""
    return _plain(text) in _EMPTY


def is_ditto(text: str) -> bool:
    """Whether a cell says that it is as the one above: 同上, 〃."""
    return text.strip() in _DITTO or _plain(text) in _DITTO


def notices_of_signs(place: FileLocation, signs: Mapping[str, int]) -> Iterator[Notice]:
    """Say which signs were read as empty cells, and how often."""
    for sign, count in signs.items():
        words = ngettext(
            "%(count)s cell with %(sign)s was read as empty.",
            "%(count)s cells with %(sign)s were read as empty.",
            count,
        )
        yield Notice(place, words % {"count": count, "sign": sign})


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()
