"""Tells rows of another program's sheet that are headings of its sections: 一、市级综合文件, merged over the table or alone in a row."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.utils.cell import range_boundaries

from timeline.exchange.mapping.cell_content import is_title_of_document
from timeline.exchange.mapping.sheet_outline import held_lines, texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import is_serial_number
from timeline.exchange.readers.types import printable

# As many headings are named, with as many characters.
MAX_NAMED = 5
_SHOWN = 30
# A heading is merged over so much of the columns.
_MOST = 0.5
# As many rows tell what rows look like.
_SAMPLE = 60

_CHINESE = "[一二三四五六七八九十百]{1,4}"
_numbered = re.compile(
    rf"[（(〔]{_CHINESE}[）)〕]|{_CHINESE}\s*[、，,.．：:]|第{_CHINESE}(?:部分|[章节篇类编])"
    r"|[（(]?[0-9]{1,2}(?:[、．）)]|\.(?![0-9]))|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]|[IVX]{1,4}[、.．]|[A-Z][、.．]",
)
_words = re.compile(r"[\u3400-\u9fffA-Za-z]{2}").search
_number = re.compile(rf"[（(〔]?(?:{_CHINESE}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ])[）)〕]?[、.．]?").fullmatch


@dataclass(frozen=True)
class Section:
    """A heading of a section: its line in the file, and its text."""

    line: int
    text: str


@dataclass
class FoundSections:
    """The headings in a sheet: how many there are, and the first of them."""

    count: int = 0
    first: list[Section] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        """Count a heading; of many, only the first are kept."""
        self.count += 1
        if len(self.first) < MAX_NAMED:
            self.first.append(Section(line, text))

    def named(self) -> str:
        """The headings as a person lists them: 4 “一、市级综合文件”, 9 “二、部门文件”, …"""
        shown = [
            _("%(line)s “%(text)s”") % {"line": one.line, "text": printable(one.text, _SHOWN)}
            for one in self.first
        ]
        more = ["…"] if self.count > len(self.first) else []
        return pgettext("enumeration", ", ").join([*shown, *more])


class SectionRows:
    """Tells the headings of the sections of a grid with this header, whose last line has this number.

    A heading is the only text of its row, though rows have several; and it is merged over most columns, or has a number
    as headings have, or stands where the rows are numbered. A title alone in its row is a row.
    """

    def __init__(self, grid: Grid, header: Sequence[str], header_line: int) -> None:
        self._grid, self._header, self._header_line = grid, header, header_line
        self._width = sum(map(bool, header))

    def heading(self, number: int, cells: Mapping[int, str]) -> str:
        """The text of a line, by the numbers of its columns from 0, if it is such a heading; otherwise ""."""
        filled = {index: text for index, text in sorted(cells.items()) if text}
        if not 0 < len(filled) <= 2 or number <= self._header_line or self._grid.vocabulary:
            return ""
        is_heading = self._is_heading(number, filled)
        return " ".join(filled.values()) if is_heading and self._rows else ""

    def _is_heading(self, number: int, filled: Mapping[int, str]) -> bool:
        (index, text), *others = filled.items()
        is_of_numbers = index < len(self._header) and is_serial_number(self._header[index])
        if others:
            # The number of the heading stands where those of the rows do.
            ((second, _text),) = others
            return bool(is_of_numbers and _number(text)) and (
                self._is_wide(number, second) or self._width > len(filled) + 1
            )
        if self._is_wide(number, index):
            return True
        if is_of_numbers:
            return bool(_words(text))
        if not _numbered.match(text) or is_title_of_document(text):
            return False
        # Where rows have such numbers as well, they tell nothing.
        return not any(_numbered.match(row.get(index, "")) for row in self._rows)

    def _is_wide(self, number: int, index: int) -> bool:
        """Whether the cell is merged over most columns of the header, or all from it on."""
        end = self._merged.get((number, index), index + 1)
        columns = [at for at, name in enumerate(self._header) if name]
        over = sum(index <= at < end for at in columns)
        return over > 1 and over >= _MOST * len(columns)

    @cached_property
    def _merged(self) -> dict[tuple[int, int], int]:
        """By line and first column, from 0, the column after the last of merged cells within a line."""
        bounds = map(range_boundaries, self._grid.merged)
        return {(top, left - 1): right for left, top, right, _bottom in bounds if right > left}

    @cached_property
    def _rows(self) -> list[dict[int, str]]:
        """The first rows with several cells."""
        lines = (line for line in held_lines(self._grid) if line.number > self._header_line)
        rows = ({index: text for index, text in enumerate(texts_of(line)) if text} for line in lines)
        return [*itertools.islice((row for row in rows if len(row) > 1), _SAMPLE)]
