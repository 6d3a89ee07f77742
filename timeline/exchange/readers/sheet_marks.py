"""What a sheet has besides the texts of its cells: merged and hidden ones, those that are struck through, notes and formulas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_col_to_name

# As many ranges of rows, columns or cells are named.
MAX_NAMED = 5
# The author of the notes that this software writes into workbooks.
AUTHOR = "timeline"
# More than anybody merges.
MAX_MERGED = 100_000
# Of the cells that are struck through, and of those with notes, what they have besides is kept of as many.
MAX_KEPT = 10_000
# The parts of a text in their order, each with whether it is struck through.
Parts = Sequence[tuple[str, bool]]
_CELL = "[A-Z]{1,3}[1-9][0-9]{0,6}"
_ADDRESS, _RANGE = re.compile(_CELL), re.compile(f"{_CELL}:{_CELL}")


@dataclass
class MarkedRows:
    """The numbers of rows that are hidden or struck through, in ascending order: how many there are, and their ranges."""

    count: int = 0
    ranges: list[tuple[int, int]] = field(default_factory=list)

    def add(self, first: int, last: int) -> None:
        self.count += last - first + 1
        if self.ranges and first == self.ranges[-1][1] + 1:
            self.ranges[-1] = self.ranges[-1][0], last
        else:
            self.ranges.append((first, last))

    def __str__(self) -> str:
        named = [
            str(first) if first == last else f"{first}–{last}" for first, last in self.ranges[:MAX_NAMED]
        ]
        return _joined([*named, *(["…"] if len(self.ranges) > MAX_NAMED else [])])


@dataclass
class MarkedCells:
    """The addresses of cells with something: how many there are, and the first of them."""

    count: int = 0
    _named: list[str] = field(default_factory=list)

    def add(self, address: str) -> None:
        self.count += 1
        if len(self._named) <= MAX_NAMED:
            self._named.append(address)

    def __str__(self) -> str:
        return _joined([*self._named[:MAX_NAMED], *(["…"] if len(self._named) > MAX_NAMED else [])])


@dataclass
class SheetMarks:
    """What a sheet has besides the texts of its cells. Hidden rows and columns without any content do not count."""

    merged: list[str] = field(default_factory=list)
    hidden_rows: MarkedRows = field(default_factory=MarkedRows)
    # Those of which each filled cell is.
    struck_rows: MarkedRows = field(default_factory=MarkedRows)
    # Those of other rows of which all or a part of the text is.
    struck_cells: MarkedCells = field(default_factory=MarkedCells)
    notes: MarkedCells = field(default_factory=MarkedCells)
    # By address, the parts of the texts that are struck through, and the texts of the notes.
    struck: dict[str, Parts] = field(default_factory=dict)
    texts_of_notes: dict[str, str] = field(default_factory=dict)
    # From 0.
    hidden_columns: set[int] = field(default_factory=set)
    formulas: int = 0
    first_formula: str = ""
    last_formula: str = ""

    def add_merged(self, cells: str) -> None:
        """Add a range, A1:F1; what is none merges nothing. Raises ValueError if there are more than any sheet has."""
        if len(self.merged) >= MAX_MERGED:
            raise ValueError("no sheet has so many merged cells")
        if _is_range(cells):
            self.merged.append(cells)

    def add_note(self, address: str, text: str) -> None:
        self.notes.add(address)
        if len(self.texts_of_notes) < MAX_KEPT and _ADDRESS.fullmatch(address):
            self.texts_of_notes[address] = text

    def add_formula(self, cell: str) -> None:
        self.formulas += 1
        self.first_formula = self.first_formula or cell
        self.last_formula = cell

    def notices(self, *, is_hidden: bool = False, reads_struck_rows: bool = True) -> list[str]:
        """What is to be told of a sheet that is read with all that is hidden in it. `is_hidden` is that of the sheet.

        Rows that are struck through are read as well, unless that is asked (`reads_struck_rows`).
        """
        found = []
        if is_hidden:
            found.append(_("The sheet is hidden in its workbook. It was read all the same."))
        if count := self.hidden_rows.count:
            message = ngettext(
                "%(count)s row is hidden or filtered out in the spreadsheet (row %(rows)s). It was read all the same.",
                "%(count)s rows are hidden or filtered out in the spreadsheet (rows %(rows)s). They were read all the same.",
                count,
            )
            found.append(message % {"count": count, "rows": self.hidden_rows})
        if (count := self.struck_rows.count) and reads_struck_rows:
            message = ngettext(
                "%(count)s row is struck through in the spreadsheet (row %(rows)s). It was read all the same.",
                "%(count)s rows are struck through in the spreadsheet (rows %(rows)s). They were read all the same.",
                count,
            )
            found.append(message % {"count": count, "rows": self.struck_rows})
        if count := self.struck_cells.count:
            message = ngettext(
                "%(count)s cell is struck through in the spreadsheet, all or a part of it (%(cells)s). It was read all the same.",
                "%(count)s cells are struck through in the spreadsheet, all or a part of them (%(cells)s). They were read all the same.",
                count,
            )
            found.append(message % {"count": count, "cells": self.struck_cells})
        if count := self.notes.count:
            message = ngettext(
                "%(count)s cell has a note in the spreadsheet (%(cells)s). The note was not read.",
                "%(count)s cells have notes in the spreadsheet (%(cells)s). The notes were not read.",
                count,
            )
            found.append(message % {"count": count, "cells": self.notes})
        if columns := sorted(self.hidden_columns):
            message = ngettext(
                "%(count)s column is hidden in the spreadsheet (%(columns)s). It was read all the same.",
                "%(count)s columns are hidden in the spreadsheet (%(columns)s). They were read all the same.",
                len(columns),
            )
            named = [*map(xl_col_to_name, columns[:MAX_NAMED]), *(["…"] if len(columns) > MAX_NAMED else [])]
            found.append(message % {"count": len(columns), "columns": _joined(named)})
        if self.formulas:
            message = ngettext(
                "%(count)s cell holds a formula; its value was read (%(cells)s).",
                "%(count)s cells hold formulas; their values were read (%(cells)s).",
                self.formulas,
            )
            first, last = self.first_formula, self.last_formula
            cells = first if first == last else f"{first}–{last}"
            found.append(message % {"count": self.formulas, "cells": cells})
        return found


class StruckRow:
    """The filled cells of one row: those that are struck through, and whether each is as a whole."""

    def __init__(self) -> None:
        self._struck: dict[str, Parts] = {}
        self._is_whole: bool | None = None

    def add(self, address: str, parts: Parts) -> None:
        """Add a filled cell."""
        struck = [is_struck for text, is_struck in parts if text.strip()]
        self._is_whole = bool(struck) and all(struck) and self._is_whole is not False
        if any(struck):
            self._struck[address] = parts

    def end(self, marks: SheetMarks, first: int, last: int) -> None:
        """Add the row, which stands for these, to the marks of its sheet."""
        if self._is_whole:
            marks.struck_rows.add(first, last)
        else:
            for address in self._struck:
                marks.struck_cells.add(address)
        marks.struck.update([*self._struck.items()][: MAX_KEPT - len(marks.struck)])


def _is_range(cells: str) -> bool:
    """Whether this is a range of several cells, from its first to its last."""
    if not _RANGE.fullmatch(cells):
        return False
    left, top, right, bottom = range_boundaries(cells)
    return bool(left <= right and top <= bottom and (left, top) != (right, bottom))


def _joined(names: list[str]) -> str:
    return pgettext("enumeration", ", ").join(names)
