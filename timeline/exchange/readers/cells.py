"""The cells of a worksheet as text: what a cell displays, and in date and number columns its value."""

import enum
import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import MAC_EPOCH, from_excel, from_ISO8601, to_excel
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.formula_escaping import from_workbook
from timeline.exchange.readers.number_formats import (
    BUILT_IN,
    GENERAL,
    TIME,
    CannotShowError,
    NumberFormat,
    plain,
)
from timeline.exchange.readers.packages import Package, text_of
from timeline.exchange.readers.sheet_rows import MAX_CELL
from timeline.exchange.readers.types import CellFault, FormattedNumber
from timeline.exchange.readers.xml_stream import STRICT, TRANSITIONAL
from timeline.rows.columns import parse_yes_no
from timeline.values.partial_date import year_of_ambiguous_month
from timeline.values.written_dates import SERIALS

# The significant digits that a spreadsheet stores.
MAX_DIGITS = 15
# Cells with shared texts longer than LONG may have so many characters in total, beyond those of the texts themselves.
LONG = 256
MAX_SHARED = 2**24
# The days between the epoch of Excel for Mac (1904) and that of Windows (1900).
_EPOCHS_APART = 1462
_OF_THE_SYSTEM = {format.code for format in BUILT_IN.values() if format.depends_on_system}
_NUMBERS = re.compile(r"-?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?%?", re.IGNORECASE)
_five_digits = re.compile("[0-9]{5}", re.ASCII).fullmatch


class ColumnType(enum.Enum):
    """The type of a cell's column."""

    TEXT = enum.auto()
    DATE = enum.auto()
    NUMBER = enum.auto()


class CellError(Exception):
    """A cell that cannot be read: the message, its parameters without the cell's address, and the raw value."""

    depends_on_column = False

    def __init__(self, message: str, raw: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.value = raw
        self.params = params

    def fault(self, column: int, row: int) -> CellFault:
        """The fault of the cell at this column (from 0) and row (from 1)."""
        cell = f"{xl_col_to_name(column)}{row}"
        message = self.message % {"cell": cell, **self.params}
        return CellFault(column, message, self.value, self.depends_on_column)


class UnknownColumnError(CellError):
    """A cell whose meaning depends on the type of its column, which is not known. The raw value is what it shows."""

    depends_on_column = True


def formula_without_value() -> str:
    return _(
        "Cell %(cell)s holds a formula without a value. Open the file in the spreadsheet and save it there, or type the value."
    )


def spreadsheet_error() -> str:
    return _(
        "Cell %(cell)s holds an error of the spreadsheet. Type the value that is meant, or leave the cell empty."
    )


class Cells:
    """Reads the cells of one sheet as text, with the workbook's shared strings, number formats and epoch."""

    def __init__(self, package: Package) -> None:
        self._strings = package.strings
        self._formats = package.formats
        self._epoch = package.epoch
        self._is_uncomputed = package.is_uncomputed
        # The characters of shared texts so far.
        self._shared = 0
        self._max_shared = MAX_SHARED + package.length_of_strings
        self._tags = {
            f"{namespace}c": [f"{namespace}{name}" for name in ("f", "is", "v")]
            for namespace in (TRANSITIONAL, STRICT)
        }

    def read(self, cell: Element, kind: ColumnType) -> str:
        """The text of a cell. Raises CellError if it cannot be read, ValueError if the sheet is damaged."""
        formula_tag, inline_tag, value_tag = self._tags[cell.tag]
        type_ = cell.get("t") or "n"
        if type_ == "inlineStr":
            inline = cell.find(inline_tag)
            return "" if inline is None else self._text(cell, text_of(inline), kind)
        value = cell.findtext(value_tag) or ""
        formula = cell.find(formula_tag)
        if formula is not None and self._is_without_value(type_, value):
            raise CellError(formula_without_value(), f"={formula.text or ''}")
        if not value:
            return ""
        if type_ == "s":
            return self._text(cell, self._shared_string(int(value)), kind)
        if type_ == "str":
            return self._text(cell, from_workbook(value), kind)
        if type_ == "b":
            return "TRUE" if int(value) else "FALSE"
        if type_ == "e":
            raise CellError(spreadsheet_error(), value)
        if type_ == "d":
            return self._date(from_ISO8601(value), self._format(cell), kind, value)
        return self._number(value, self._format(cell), kind)

    def context_dependent_number(self, cell: Element, text: str) -> FormattedNumber | None:
        """The number of a cell whose text, read as a text column, differs in another column type.

        None if every column type gives this text. Raises CellError if the number cannot be preserved.
        """
        if all(self._reads(cell, kind) == text for kind in ColumnType):
            return None
        format = self._format(cell)
        is_date = format.precision is not None
        value = cell.findtext(self._tags[cell.tag][2]) or ""
        if self._epoch == MAC_EPOCH and not is_date and _five_digits(text.strip()):
            message = _(
                "Whether cell %(cell)s is a day of a workbook that counts from 1904 depends on its column, which is not known. Type the date or the number as text."
            )
            raise CellError(message, text)
        type_ = cell.get("t") or "n"
        if type_ == "d":
            number = to_excel(from_ISO8601(value))
        elif type_ == "n":
            number = float(value) + (_EPOCHS_APART if is_date and self._epoch == MAC_EPOCH else 0)
        else:
            return None
        # The section for texts distinguishes a custom format from a system-dependent one of the same code.
        is_own = not format.depends_on_system and format.code in _OF_THE_SYSTEM
        return FormattedNumber(number, f"{format.code};@" if is_own else format.code)

    def _is_without_value(self, type_: str, value: str) -> bool:
        """Whether the program that wrote a formula did not compute it. The empty text is a value."""
        return (not value and type_ != "str") or (self._is_uncomputed and type_ == "n" and value == "0")

    def _reads(self, cell: Element, kind: ColumnType) -> str | None:
        try:
            return self.read(cell, kind)
        except CellError:
            return None

    def _format(self, cell: Element) -> NumberFormat:
        style = int(cell.get("s") or 0)
        return self._formats[style] if style < len(self._formats) else GENERAL

    def _shared_string(self, number: int) -> str:
        """The string of that index. One long string may be in a million cells: their total length is limited."""
        if number < 0:
            raise IndexError(number)
        text = self._strings[number]
        if len(text) > LONG:
            self._shared += len(text)
            if self._shared > self._max_shared:
                raise ValueError("no workbook repeats long texts so often")
        return text

    def _text(self, cell: Element, text: str, kind: ColumnType) -> str:
        if len(text) > MAX_CELL:
            raise CellError(_("Cell %(cell)s holds more text than is read."), "")
        format = self._format(cell)
        if not format.is_plain and text:
            try:
                text = format.text(text)
            except CannotShowError:
                raise _not_shown(format, text) from None
        return self._serial(text) if kind is ColumnType.DATE else text

    def _number(self, value: str, format: NumberFormat, kind: ColumnType) -> str:
        if format.precision is not None:
            try:
                day = float(value)
                # No calendar has days before its epoch, and only that of Lotus 1-2-3 has 29 February 1900.
                if day < 0 or (self._epoch != MAC_EPOCH and 60 <= day < 61):
                    raise ValueError(day)
                return self._date(from_excel(day, self._epoch), format, kind, value)
            except (OverflowError, ValueError, TypeError):
                message = _("Cell %(cell)s is formatted as a date, but its value is none.")
                raise CellError(message, value) from None
        if format.is_plain and len(value) <= MAX_DIGITS and value.isascii() and value.isdigit():
            return self._serial(value) if kind is ColumnType.DATE else value
        number = stored_number(value)
        try:
            shown = format.number(number).strip()
        except CannotShowError:
            raise _not_shown(format, plain(number)) from None
        text = shown_number(number, shown, kind)
        return self._serial(text) if kind is ColumnType.DATE else text

    def _serial(self, text: str) -> str:
        """A serial number that lost its date format, converted to the 1900 epoch; else the text unchanged."""
        if self._epoch != MAC_EPOCH or not _five_digits(text):
            return text
        return str(int(text) + _EPOCHS_APART) if int(text) + _EPOCHS_APART in SERIALS else text

    def _date(
        self, value: datetime | date | time | timedelta, format: NumberFormat, kind: ColumnType, raw: str
    ) -> str:
        """The date; in a date column, to the precision that the cell displays."""
        precision = format.precision
        if isinstance(value, timedelta):
            raise _not_shown(format, raw)
        if isinstance(value, time):
            if precision and precision & {"year", "month", "day"}:
                raise ValueError(value)
            value = datetime.combine(self._epoch, value)
        elif not isinstance(value, datetime):
            value = datetime.combine(value, time())
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        if precision is None:
            return iso_date(value, has_time=True)
        if kind is ColumnType.NUMBER:
            raise date_in_numbers(_what_is_shown(value, format) or raw)
        has_time = bool(precision & TIME)
        if kind is ColumnType.TEXT:
            if format.depends_on_system and "year" in precision:
                return iso_date(value, has_time=has_time)
            return _shown_date(value, format)
        if is_incomplete(precision):
            raise incomplete_date(_what_is_shown(value, format) or raw)
        if format.has_own_words:
            return _shown_date(value, format)
        return precise_date(value, precision)


def holds_number(cell: Element) -> bool:
    """Whether the value of a cell is a number, and neither a text nor a date."""
    return cell.get("t", "n") == "n"


def stored_number(value: str) -> Decimal:
    """The number, in the digits that a spreadsheet stores. Raises CellError if it has more."""
    number = Decimal(f"{float(value):.{MAX_DIGITS}g}")
    if number.adjusted() >= MAX_DIGITS:
        message = _(
            "Cell %(cell)s holds a number of more than 15 digits, of which a spreadsheet keeps the first 15. "
            "Type it as text."
        )
        raise CellError(message, value)
    return number


def shown_number(number: Decimal, shown: str, kind: ColumnType) -> str:
    """The text of a number in a column of this type. Raises CellError if its cell shows another number."""
    digits = plain(number)
    if kind is ColumnType.NUMBER:
        if not _says(shown, number):
            message = _(
                "Cell %(cell)s shows “%(shown)s” and holds %(value)s. Type the one that is meant, without a number format."
            )
            raise CellError(message, digits, shown=shown[:80], value=digits)
        return shown if "%" in shown else digits
    return digits if kind is ColumnType.DATE and is_two_months(digits) else shown


def date_in_numbers(shown: str) -> CellError:
    """The error of a date in a column of numbers."""
    message = _("Cell %(cell)s is formatted as a date, but its column has numbers or yes and no.")
    return CellError(message, shown)


def incomplete_date(shown: str) -> CellError:
    """The error of a date of which the cell does not show the year or month."""
    message = _(
        "Cell %(cell)s shows a date without its year or month: nothing is read of it that is not shown. Type the whole date."
    )
    return CellError(message, shown)


def is_incomplete(precision: Collection[str]) -> bool:
    """Whether the parts of a date that are shown lack its year, or the month of the day."""
    return "year" not in precision or ("day" in precision and "month" not in precision)


def precise_date(value: datetime, precision: Collection[str]) -> str:
    """The date in the standard's notation, to this precision."""
    if "day" in precision:
        return iso_date(value, has_time=not TIME.isdisjoint(precision))
    return f"{value:%Y-%m}" if "month" in precision else f"{value:%Y}"


def _says(shown: str, number: Decimal) -> bool:
    """Whether the number is the only one in the displayed text: 第1批 contains 1, and 是 counts as 1."""
    if (answer := parse_yes_no(shown)) is not None:
        return number == answer
    found = _NUMBERS.findall(shown)
    try:
        return len(found) == 1 and Decimal(found[0].replace(",", "").rstrip("%")) == (
            number * 100 if "%" in shown else number
        )
    except ArithmeticError:
        return False


def _shown_date(value: datetime, format: NumberFormat) -> str:
    if shown := _what_is_shown(value, format):
        return shown
    raise _not_shown(format, iso_date(value, has_time=True))


def _what_is_shown(value: datetime, format: NumberFormat) -> str:
    try:
        return format.date(value).strip()
    except CannotShowError:
        return ""


def iso_date(value: datetime, *, has_time: bool) -> str:
    if has_time and value.time() != time():
        return value.isoformat(" ")
    return date.isoformat(value)


def is_two_months(text: str) -> bool:
    """Whether a text, as 2016.1, may be the number of January or of October."""
    return bool(year_of_ambiguous_month(text))


def _not_shown(format: NumberFormat, value: str) -> CellError:
    message = _(
        "What cell %(cell)s shows cannot be told exactly from its value and its format %(format)s. Type what it shows as text."
    )
    return CellError(message, value, format=format.code[:80])
