"""The lines of a sheet that people see to choose how it is read: the first ones, and those around its last row."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils.cell import range_boundaries

from timeline.exchange.mapping.section_rows import FoundSections, SectionRows
from timeline.exchange.mapping.sheet_outline import Remainder, held_lines, texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.placeholders import is_ditto, is_placeholder
from timeline.exchange.readers.types import printable
from timeline.values.missing_values import is_missing

# Before the header, of the first rows below it, before the last row with it, and behind that: at most twelve.
_ABOVE, _FIRST, _LAST, _BELOW = 2, 4, 2, 3
# As many characters of a cell are shown.
_SHOWN = 80


@dataclass(frozen=True)
class ExcerptLine:
    """A line of a sheet with the beginnings of its cells, from the left. `follows` is False if lines above it are not shown."""

    number: int
    texts: tuple[str, ...]
    follows: bool = True
    is_section: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Lines of a sheet in their order; the number of the last one with a row; how many cells stand for others; the headings of sections.

    Counted are the cells of rows, in the columns that are read.
    """

    lines: tuple[ExcerptLine, ...]
    last_line: int
    placeholders: int
    dittos: int
    merged: int
    sections: FoundSections


def excerpt(
    grid: Grid,
    header: Sequence[str],
    header_line: int,
    last_line: int | None = None,
    used: Collection[int] = (),
) -> Excerpt:
    """The excerpt of a grid whose header stands in this line. `used` are the columns that are read, from 0.

    Without `last_line`, the rows end where notes and signatures begin.
    """
    counting = _Counting(grid, header, header_line, last_line, used)
    for number, texts in _filled_lines(grid):
        counting.add(number, texts)
    lines, before = list[ExcerptLine](), 0
    for number, texts in (*counting.first, *counting.around, *counting.below):
        shown = tuple(printable(text, _SHOWN) for text in texts)
        is_section = number in counting.shown_sections
        lines.append(ExcerptLine(number, shown, before in (0, number - 1), is_section))
        before = number
    return Excerpt(
        tuple(lines),
        counting.last,
        counting.placeholders,
        counting.dittos,
        counting.merged_cells(),
        counting.sections,
    )


def _filled_lines(grid: Grid) -> Iterator[tuple[int, list[str]]]:
    for line in held_lines(grid):
        if any(texts := texts_of(line)):
            yield line.number, texts


class _Counting:
    """What one reading of a grid has shown so far."""

    def __init__(
        self,
        grid: Grid,
        header: Sequence[str],
        header_line: int,
        last_line: int | None,
        used: Collection[int],
    ) -> None:
        self.grid, self.header_line, self.chosen, self.used = grid, header_line, last_line, used
        self.remainder = Remainder(header)
        self.last = header_line
        self.section_rows = SectionRows(grid, header, header_line)
        self.sections, self.shown_sections = FoundSections(), set[int]()
        self.placeholders = self.dittos = self.shown = 0
        above: deque[tuple[int, list[str]]] = deque(maxlen=_ABOVE)
        self.above, self.first = above, list[tuple[int, list[str]]]()
        self.around: deque[tuple[int, list[str]]] = deque(maxlen=_LAST)
        self.below: list[tuple[int, list[str]]] = []

    def add(self, number: int, texts: list[str]) -> None:
        if number < self.header_line:
            self.above.append((number, texts))
        elif number == self.header_line:
            self.first = [*self.above, (number, texts)]
        elif self._is_row(number, texts):
            if heading := self.section_rows.heading(number, dict(enumerate(texts))):
                self._add_section(number, texts, heading)
            else:
                self._add_row(number, texts)
        elif len(self.below) < _BELOW:
            self.below.append((number, texts))

    def _is_row(self, number: int, texts: list[str]) -> bool:
        return number <= self.chosen if self.chosen is not None else not self.remainder.takes(texts)

    def _add_section(self, number: int, texts: list[str], heading: str) -> None:
        """Count a heading, and show it if it stands among the first rows."""
        self.sections.add(number, heading)
        if self.shown < _FIRST:
            self.shown += 1
            self.shown_sections.add(number)
            self.first.append((number, texts))

    def _add_row(self, number: int, texts: list[str]) -> None:
        self.last, self.shown, self.below = number, self.shown + 1, []
        if self.shown <= _FIRST:
            self.first.append((number, texts))
        else:
            self.around.append((number, texts))
        cells = [text for index, text in enumerate(texts) if index in self.used]
        self.dittos += sum(map(is_ditto, cells))
        self.placeholders += sum(
            is_placeholder(text) or is_missing(text) for text in cells if not is_ditto(text)
        )

    def merged_cells(self) -> int:
        """How many cells of rows are below the first of merged ones."""
        count = 0
        for left, top, _right, bottom in map(range_boundaries, self.grid.merged):
            if left - 1 in self.used:
                lines = range(max(top, self.header_line + 1), min(bottom, self.last) + 1)
                count += len(lines) - (top in lines)
        return count
