"""Escapes text for the cells of a sheet and back: no cell is a formula, and nothing is lost.

A spreadsheet evaluates a cell that begins with one of `FORMULA`, in CSV too; East Asian editions also the
full-width signs (OWASP, CSV injection). Such a text is prefixed with an apostrophe. So is a text that begins
with an apostrophe and one of these signs. Empty text is a single apostrophe, and an empty cell is no value
(None). An apostrophe before anything else ('tis) is part of the text.
"""

import re

FORMULA = "=+-@\t\r＝＋－＠"
# The first characters of texts that are prefixed.
ESCAPED = frozenset(("'", *FORMULA))

# What stands in a sheet for an entry without a phase, since an empty cell leaves it to the import; an apostrophe is read like it.
NO_PHASE = "—"

# What XML drops or changes, and the beginning of a rich text.
_LOST_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|\A<(?=r>)")
_WORKBOOK_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def to_cell(text: str | None) -> str:
    """Escape the text for the cell of a sheet."""
    if text is None:
        return ""
    return f"'{text}" if not text or text[0] in ESCAPED else text


def from_cell(cell: str) -> str | None:
    """The text of a sheet's cell; None if the cell is empty."""
    if not cell:
        return None
    if cell[0] == "'" and (len(cell) == 1 or cell[1] in ESCAPED):
        return cell[1:]
    return cell


def to_workbook(text: str) -> str:
    """Escape the text for the XML of a workbook, where `_x000D_` is a carriage return (ECMA-376, ST_Xstring)."""
    if text.isprintable() and "_x" not in text and not text.startswith("<r>"):
        return text
    return _LOST_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_workbook(text: str) -> str:
    """Unescape the text of a workbook's XML."""
    return _WORKBOOK_ESCAPE.sub(_meant, text) if "_x" in text else text


def _meant(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)
