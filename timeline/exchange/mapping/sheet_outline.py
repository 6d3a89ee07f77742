"""Where the header of another program's sheet stands, and which lines below it are no rows: notes, signatures, sums."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.mapping.mapping import SheetMapping
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import MAX_COLUMNS, normalized_header
from timeline.exchange.readers.types import SheetLine
from timeline.values.text import clean_line, is_blank

# A header that stands lower is not looked for.
MAX_ABOVE = 30
# More cells than a note below a table has.
_MAX_OF_NOTE = 2

_NOTE = re.compile(
    r"[（(]?(?:备?注|附注|说明|填表说明|填[表报]|制表|审[核批]|复核|校对|联系|负责人|单位负责人|数据来源|资料来源|来源|截至|制作|打印)"
    r"[^，,。；;]{0,12}?[：:]|[（(]?(?:备?注|说明)\s*[0-9一二三][.、]|(?:notes?|source)\s*[:：]",
    re.IGNORECASE,
)
_SUM = re.compile(r"(?:合计|总计|小计|共计|total|subtotal)[：:]?", re.IGNORECASE)


def texts_of(line: SheetLine) -> list[str]:
    """The cells of a line from the left, each on one line."""
    cells = {column: clean_line(text) for column, text in line.cells if column < MAX_COLUMNS}
    return [cells.get(column, "") for column in range(max(cells, default=-1) + 1)]


def names_of(header: Sequence[str]) -> list[str]:
    """What the columns under a header are called: by its texts; a column without one, or with that of another, by its letter.

    Where that is the text of another, it is written as a range: B:B.
    """
    found: list[str] = []
    for number, text in enumerate(header):
        letter = xl_col_to_name(number)
        names = (text, letter, f"{letter}:{letter}")
        found.append(next(name for name in names if name and name not in found))
    return found


def first_lines(grid: Grid, count: int = MAX_ABOVE) -> list[SheetLine]:
    """The first lines of a grid that are not empty. Each has its cells in a list."""
    filled = (line for line in held_lines(grid) if any(not is_blank(text) for _column, text in line.cells))
    return [*itertools.islice(filled, count)]


def held_lines(grid: Grid) -> Iterator[SheetLine]:
    """The lines of a grid that can be read, each with its cells in a list, so that they can be read again."""
    for line in grid.read(()):
        if isinstance(line, SheetLine):
            yield SheetLine(line.number, [*line.cells], line.faults)


def joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """A header of two lines as one: the texts of the lower, and where it has none those of the upper."""
    return [low or high for high, low in itertools.zip_longest(upper, lower, fillvalue="")]


def is_header(header: Sequence[str], above: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a line, alone or with the one above it, is this header."""
    return any(_same(header, found) for found in (texts, joined(above, texts)))


def _same(header: Sequence[str], texts: Sequence[str]) -> bool:
    pairs = itertools.zip_longest(header, texts, fillvalue="")
    return any(header) and all(normalized_header(one) == normalized_header(other) for one, other in pairs)


def has_header(grid: Grid, header: Sequence[str]) -> bool:
    """Whether this header stands in the first lines of the grid."""
    return header_line(first_lines(grid), header) is not None


def header_line(lines: Iterable[SheetLine], header: Sequence[str]) -> int | None:
    """The number of the line where this header stands."""
    above: list[str] = []
    for line in lines:
        texts = texts_of(line)
        if is_header(header, above, texts):
            return line.number
        above = texts
    return None


def mapping_of_grid(grid: Grid, sheets: Sequence[SheetMapping], *, is_only: bool) -> SheetMapping | None:
    """How the grid is read: as the sheet of its name, or else as one with its header."""
    named = [sheet for sheet in sheets if sheet.sheet == ("" if is_only else grid.name)]
    with_header = [sheet for sheet in sheets if sheet.header and has_header(grid, sheet.header)]
    both = [sheet for sheet in named if sheet in with_header]
    return next(iter([*both, *with_header, *named]), None)


@dataclass
class Remainder:
    """Tells the lines below the header that are no rows. One is needed for each reading of a sheet."""

    header: Sequence[str]
    has_ended: bool = False

    def takes(self, texts: Sequence[str]) -> bool:
        """Whether a line is a note, a signature, a sum, or the header once more, which is repeated on each page."""
        filled = [text for text in texts if text]
        distinct = {*filled}
        if _same(self.header, texts):
            return True
        is_short = len(distinct) <= _MAX_OF_NOTE
        if any(_SUM.fullmatch(text.replace(" ", "")) for text in filled[:2]):
            return True
        if is_short and any(_NOTE.match(text) for text in filled):
            self.has_ended = True
            return True
        # The lines after a note continue it, unless the table goes on.
        self.has_ended = self.has_ended and is_short and len(self.header) > _MAX_OF_NOTE
        return self.has_ended


@dataclass(frozen=True)
class LinesApart:
    """Numbers of lines, as a person lists them: 1, 15–16."""

    numbers: Sequence[int]

    def __str__(self) -> str:
        parts: list[str] = []
        for _key, group in itertools.groupby(enumerate(self.numbers), lambda pair: pair[1] - pair[0]):
            run = [number for _index, number in group]
            parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
        return ", ".join(parts)
