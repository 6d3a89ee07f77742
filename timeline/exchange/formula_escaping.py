"""Text to the cell of a sheet and back: no cell is a formula, empty text differs from no text, and nothing is lost.

A spreadsheet takes a cell that begins with one of `FORMULA` for a formula, in CSV too; the full-width ones in East Asian
versions (OWASP, CSV injection). Such a text is written with an apostrophe before it, one that itself begins with an
apostrophe with one more, and empty text as a single apostrophe; a cell with nothing in it is no value. An apostrophe
before anything else ('tis) is a part of the text.
"""

import re

FORMULA = "=+-@\t\r＝＋－＠"
_ESCAPED = ("'", *FORMULA)

_WORKBOOK_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What XML drops or changes: control characters and the carriage return.
_LOST_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")


def to_cell(text: str | None) -> str:
    """The text as the cell of a sheet."""
    if text is None:
        return ""
    return f"'{text}" if not text or text[0] in _ESCAPED else text


def from_cell(cell: str) -> str | None:
    """The text that a sheet's cell holds; None where it holds nothing."""
    if not cell:
        return None
    if cell[0] == "'" and (len(cell) == 1 or cell[1] in _ESCAPED):
        return cell[1:]
    return cell


def to_workbook(text: str) -> str:
    """The text as the XML of a workbook holds it, where `_x000D_` is a carriage return."""
    return _LOST_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_workbook(text: str) -> str:
    """The text that the XML of a workbook means."""
    return _WORKBOOK_ESCAPE.sub(_meant, text) if "_x" in text else text


def _meant(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)
