"""The cells of an OpenDocument spreadsheet as text: what a cell displays, and in date and number columns its value."""

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import to_excel

from timeline.exchange.readers.cells import (
    CellError,
    ColumnType,
    UnknownColumnError,
    date_in_numbers,
    formula_without_value,
    incomplete_date,
    is_incomplete,
    precise_date,
    shown_number,
    spreadsheet_error,
    stored_number,
)
from timeline.exchange.readers.number_formats import plain
from timeline.exchange.readers.ods_styles import OFFICE, TABLE, Styles
from timeline.exchange.readers.sheet_rows import MAX_CELL
from timeline.exchange.readers.types import FormattedNumber

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

# More spaces than anybody types in a row: they are written as a number.
MAX_SPACES = 1000
_CELL = f"{TABLE}table-cell"
# Elements within a text that are no part of what a cell shows.
_BESIDE = {f"{TEXT}note", f"{TEXT}ruby-text", f"{OFFICE}annotation", f"{OFFICE}annotation-end"}
_NUMBERS = frozenset({"float", "percentage", "currency"})
_DAY = frozenset({"year", "month", "day", "hour", "minute", "second"})
_five_digits = re.compile("[0-9]{5}", re.ASCII).fullmatch


class OdsCells:
    """Reads cells as text. `is_1900` says whether the document counts days as other spreadsheets do."""

    def __init__(self, styles: Styles, *, is_1900: bool) -> None:
        self._styles = styles
        self._is_1900 = is_1900

    def read(self, cell: Element, style: str, kind: ColumnType) -> str:
        """The text of a cell of this style. Raises CellError if it cannot be read, ValueError if it is damaged."""
        type_ = cell.get(f"{OFFICE}value-type") or ""
        shown = shown_text(cell)
        if cell.get(f"{_CALC}value-type") == "error":
            raise CellError(spreadsheet_error(), shown)
        if type_ in _NUMBERS:
            return self._number(cell.get(f"{OFFICE}value") or "", shown, style, kind)
        if type_ == "date":
            return self._date(cell.get(f"{OFFICE}date-value") or "", shown, style, kind)
        if type_ == "boolean" and (kind is ColumnType.NUMBER or not shown):
            return (cell.get(f"{OFFICE}boolean-value") or "").upper()
        if type_ == "time" and not shown:
            raise _not_shown(cell.get(f"{OFFICE}time-value") or "")
        formula = cell.get(f"{TABLE}formula")
        if formula is not None and not type_ and not shown:
            raise CellError(formula_without_value(), formula)
        if not shown and type_ == "string":
            return cell.get(f"{OFFICE}string-value") or ""
        return shown

    def context_dependent_number(self, cell: Element, style: str, text: str) -> FormattedNumber | None:
        """As `Cells.context_dependent_number`. Raises CellError if the number cannot be preserved."""
        if all(self._reads(cell, style, kind) == text for kind in ColumnType):
            return None
        type_ = cell.get(f"{OFFICE}value-type")
        date_style = self._styles.date_style(style)
        if type_ == "date" and date_style:
            day = datetime.fromisoformat(cell.get(f"{OFFICE}date-value") or "")
            return FormattedNumber(to_excel(day), date_style.code)
        value = cell.get(f"{OFFICE}value")
        if type_ == "float" and value and plain(stored_number(value)) == text:
            return FormattedNumber(float(value), "General")
        if type_ == "boolean":
            return None
        message = _(
            "What cell %(cell)s means depends on its column, which is not known. Type what it shows as text."
        )
        raise UnknownColumnError(message, text)

    def _reads(self, cell: Element, style: str, kind: ColumnType) -> str | None:
        try:
            return self.read(cell, style, kind)
        except CellError:
            return None

    def _number(self, value: str, shown: str, style: str, kind: ColumnType) -> str:
        number = stored_number(value)
        if not shown and self._styles.data_style(style):
            raise _not_shown(plain(number))
        text = shown_number(number, shown or plain(number), kind)
        if kind is ColumnType.DATE and not self._is_1900 and _five_digits(text):
            message = _(
                "Cell %(cell)s is the number of a day in a document that counts days in another way. Format it as a date."
            )
            raise CellError(message, text)
        return text

    def _date(self, value: str, shown: str, style: str, kind: ColumnType) -> str:
        try:
            day = datetime.fromisoformat(value)
        except ValueError:
            message = _("Cell %(cell)s is formatted as a date, but its value is none.")
            raise CellError(message, value) from None
        date_style = self._styles.date_style(style)
        if kind is ColumnType.NUMBER:
            raise date_in_numbers(shown or value)
        if not shown:
            if date_style:
                raise _not_shown(value)
            return precise_date(day, _DAY)
        if kind is ColumnType.TEXT or date_style is None or date_style.has_own_words:
            return shown
        if is_incomplete(date_style.precision):
            raise incomplete_date(shown)
        return precise_date(day, date_style.precision)


def holds_number(cell: Element) -> bool:
    """Whether the value of a cell is a number, and neither a text nor a date."""
    return cell.get(f"{OFFICE}value-type") in _NUMBERS


def _not_shown(value: str) -> CellError:
    message = _("What cell %(cell)s shows is not in the file. Type it as text.")
    return CellError(message, value)


def shown_text(cell: Element) -> str:
    """The text that a cell displays, without its comments. Raises CellError if it is too long."""
    text = "\n".join("".join(_texts(child)) for child in cell if child.tag == f"{TEXT}p")
    if len(text) > MAX_CELL:
        raise CellError(_("Cell %(cell)s holds more text than is read."), "")
    return text


def struck_parts(element: Element, styles: Styles, *, is_struck: bool) -> Iterator[tuple[str, bool]]:
    """Each part of the text of a cell with whether it is struck through; `is_struck` where the part does not tell it."""
    if element.tag == _CELL:
        for number, paragraph in enumerate(element.iterfind(f"{TEXT}p")):
            if number:
                yield "\n", is_struck
            yield from struck_parts(paragraph, styles, is_struck=is_struck)
        return
    if element.tag == f"{TEXT}span":
        told = styles.strikes_text(element.get(f"{TEXT}style-name") or "")
        is_struck = is_struck if told is None else told
    if element.text:
        yield _unwrapped(element.text), is_struck
    for child in element:
        if (sign := _sign(child)) is not None:
            yield sign, is_struck
        elif child.tag not in _BESIDE:
            yield from struck_parts(child, styles, is_struck=is_struck)
        if child.tail:
            yield _unwrapped(child.tail), is_struck


def _texts(element: Element) -> list[str]:
    """The parts of a text in their order."""
    found = [_unwrapped(element.text)]
    for child in element:
        if (sign := _sign(child)) is not None:
            found.append(sign)
        elif child.tag not in _BESIDE:
            found += _texts(child)
        found.append(_unwrapped(child.tail))
    return found


def _sign(element: Element) -> str | None:
    """The text of an element that stands for spaces, a tab or the end of a line; None for others."""
    if element.tag == f"{TEXT}s":
        count = int(element.get(f"{TEXT}c") or 1)
        if not 0 < count <= MAX_SPACES:
            raise ValueError("no text has so many spaces")
        return " " * count
    return {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}.get(element.tag)


def text_of_note(note: Element) -> str:
    """The text of the note of a cell."""
    return "\n".join("".join(_texts(child)) for child in note if child.tag == f"{TEXT}p")


def _unwrapped(text: str | None) -> str:
    # The lines of the XML are none of the text.
    return re.sub(r"\s*\n\s*", " ", text) if text and "\n" in text else text or ""
