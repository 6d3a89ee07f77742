"""Words and signs of tables that stand for an empty cell, or for the cell above."""

import unicodedata
from collections.abc import Iterator, Mapping

from django.utils.translation import ngettext

from timeline.exchange.readers.types import FileLocation, Notice
from timeline.rows.columns import Column
from timeline.values.missing_values import is_missing

_EMPTY = {"-", "--", "–", "—", "——", "―", "/", "\\", "无", "暂无", "空", "N/A", "NA", "NULL", "NONE", "NIL"}
_DITTO = {"同上", "〃", "″", "′′", "''", "〞", "DITTO"}


def is_placeholder(text: str) -> bool:
    """Whether a cell says that it is empty: —, 无, /, N/A."""
    return _plain(text) in _EMPTY


def stands_for_nothing(column: Column, text: str) -> bool:
    """Whether a cell of this column says that it is empty; where no text can stand, in words too: 无文号, 不详."""
    return is_placeholder(text) or (column.holds_no_text and is_missing(text))


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
