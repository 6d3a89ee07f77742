"""Where the header of another program's sheet stands, and which lines below it are no rows: notes, signatures, sums."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

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
_SUM = re.compile(
    r"(?:合计|总计|小计|共计|total|subtotal)[：:]?(?:[0-9０-９]{1,6}[个件项份条篇次]?)?|(?:以上)?共[0-9０-９]{1,6}[个件项份条篇次]",
    re.IGNORECASE,
)


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


def is_same_header(header: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether two headers differ only in how their texts are written."""
    pairs = itertools.zip_longest(header, texts, fillvalue="")
    return any(header) and all(normalized_header(one) == normalized_header(other) for one, other in pairs)


@dataclass
class Remainder:
    """Tells the lines below the header that are no rows. One is needed for each reading of a sheet."""

    header: Sequence[str]
    has_ended: bool = False

    def takes(self, texts: Sequence[str]) -> bool:
        """Whether a line is a note, a signature, a sum, or the header once more, which is repeated on each page."""
        filled = [text for text in texts if text]
        distinct = {*filled}
        if is_same_header(self.header, texts) or self._is_line_of_header(texts):
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

    def _is_line_of_header(self, texts: Sequence[str]) -> bool:
        """Whether a line is one of a header of several lines: each of its texts is the beginning or end of one there."""
        pairs = [(text, name) for text, name in zip(texts, self.header, strict=False) if text]
        return (
            len(pairs) > 1
            and len(pairs) == sum(map(bool, texts))
            and all(name.startswith(text) or name.endswith(text) for text, name in pairs)
        )


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
