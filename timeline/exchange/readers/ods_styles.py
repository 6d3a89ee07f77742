"""The styles of an OpenDocument spreadsheet: how far the dates of each cell style are shown, what strikes through, and which tables are hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from timeline.exchange.readers.number_formats import BETWEEN_PARTS

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

# The elements that hold styles.
STYLES = frozenset({f"{STYLE}style", f"{NUMBER}date-style"})
# Families of styles: those of cells, and of parts of their texts.
CELLS, TEXTS = "table-cell", "text"
# What tells that a text is struck through, or is not.
_LINES = (f"{STYLE}text-line-through-style", f"{STYLE}text-line-through-type")
# A style that inherits from so many others inherits from itself.
MAX_PARENTS = 20

# The parts of a date: the name of each, and its code in a number format, short and long.
_PARTS = {
    f"{NUMBER}year": ("year", "yy", "yyyy"),
    f"{NUMBER}month": ("month", "m", "mm"),
    f"{NUMBER}day": ("day", "d", "dd"),
    f"{NUMBER}hours": ("hour", "h", "hh"),
    f"{NUMBER}minutes": ("minute", "m", "mm"),
    f"{NUMBER}seconds": ("second", "s", "ss"),
}


@dataclass(frozen=True)
class DateStyle:
    """How dates are shown: their parts, whether words are added to them, and the code of the same number format."""

    precision: frozenset[str]
    has_own_words: bool
    code: str


@dataclass
class Styles:
    """The styles of a document, by the names that its cells and tables have for them."""

    _dates: dict[str, DateStyle] = field(default_factory=dict)
    # Of each style of cells: the style of its numbers and dates, and the style that it inherits from.
    _cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Of each style of cells or texts that says so, whether it strikes through.
    _strikes: dict[tuple[str, str], bool] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)

    def add(self, element: Element) -> None:
        """Add the style of an element of `STYLES`."""
        name = element.get(f"{STYLE}name") or ""
        if element.tag == f"{NUMBER}date-style":
            self._dates[name] = _date_style(element)
            return
        family = element.get(f"{STYLE}family")
        if family in (CELLS, TEXTS):
            text = element.find(f"{STYLE}text-properties")
            if text is not None and (lines := [text.get(name) for name in _LINES if text.get(name)]):
                self._strikes[family, name] = "none" not in lines
        if family == CELLS:
            parent = element.get(f"{STYLE}parent-style-name") or ""
            self._cells[name] = element.get(f"{STYLE}data-style-name") or "", parent
        elif family == "table":
            properties = element.find(f"{STYLE}table-properties")
            if properties is not None and properties.get(f"{TABLE}display") == "false":
                self.hidden_tables.add(name)

    def add_document(self, root: Element) -> None:
        """Add the styles of a document of styles alone."""
        for element in root.iter():
            if element.tag in STYLES:
                self.add(element)

    def data_style(self, name: str) -> str:
        """The style of numbers and dates of a style of cells; empty if it has none."""
        for _step in range(MAX_PARENTS):
            data, parent = self._cells.get(name, ("", ""))
            if data or not parent:
                return data
            name = parent
        return ""

    def strikes(self, name: str) -> bool:
        """Whether a style of cells strikes through."""
        for _step in range(MAX_PARENTS):
            if (CELLS, name) in self._strikes:
                return self._strikes[CELLS, name]
            name = self._cells.get(name, ("", ""))[1]
        return False

    def strikes_text(self, name: str) -> bool | None:
        """Whether a style of parts of a text strikes through; None if it does not say so."""
        return self._strikes.get((TEXTS, name))

    @property
    def has_strikes(self) -> bool:
        """Whether any style strikes through."""
        return any(self._strikes.values())

    def date_style(self, name: str) -> DateStyle | None:
        """How a style of cells shows dates; None if that is not known."""
        return self._dates.get(self.data_style(name))


def _date_style(element: Element) -> DateStyle:
    words = [child.text or "" for child in element if child.tag == f"{NUMBER}text"]
    return DateStyle(
        frozenset(_PARTS[child.tag][0] for child in element if child.tag in _PARTS),
        not all(map(BETWEEN_PARTS.fullmatch, words)),
        "".join(_codes(element)),
    )


def _codes(element: Element) -> Iterator[str]:
    for child in element:
        is_long = child.get(f"{NUMBER}style") == "long"
        if child.tag == f"{NUMBER}month" and child.get(f"{NUMBER}textual") == "true":
            yield "mmmm" if is_long else "mmm"
        elif child.tag in _PARTS:
            yield _PARTS[child.tag][1 + is_long]
        elif child.tag == f"{NUMBER}day-of-week":
            yield "aaaa" if is_long else "aaa"
        elif child.tag == f"{NUMBER}am-pm":
            yield "AM/PM"
        elif child.tag == f"{NUMBER}text" and child.text:
            yield "".join(f"\\{char}" for char in child.text)


def style_of(cell: Element, row: Mapping[str, str], column: str) -> str:
    """The style of a cell, given the attributes of its row and the style of its column."""
    default = f"{TABLE}default-cell-style-name"
    return cell.get(f"{TABLE}style-name") or row.get(default) or column
