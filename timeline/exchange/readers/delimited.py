"""CSV and TSV, read as a stream: delimiter detection, quoted line breaks, and the line of each row."""

import csv
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.encodings import Encoding, open_text
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import MAX_COLUMNS, find_column, find_table, unknown_table
from timeline.exchange.readers.sheet_rows import MAX_CELL, add_sheet
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error, stem
from timeline.exchange.readers.types import FileLocation, Problem, ReadResult, SheetLine, UnreadableFileError
from timeline.rows.tables import Table

DELIMITERS = (",", ";", "\t", "，", "；", "|")
# As many lines tell the delimiter of a file without a known header.
SAMPLE = 50
# Longer than a row of any spreadsheet: a file without line breaks must not fill the memory.
MAX_LINE = 4 * MAX_CELL

# Python's own limit is global and shorter than a long text; it is only raised, never lowered.
csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))


@dataclass(frozen=True)
class _BrokenLine:
    """A line that is no CSV, and those after it that cannot be told from its cells: all are skipped."""

    message: str
    # The texts of all.
    texts: Sequence[str]

    def problem(self, file: str, table: str, line: int) -> Problem:
        message = self.message
        if len(self.texts) > 1:
            rest = _("Lines %(first)s to %(last)s were not read because of it.")
            message += " " + rest % {"first": line, "last": line + len(self.texts) - 1}
        return Problem(FileLocation(file, table, line=line), message, hides_rows=True)

    def as_lines(self, line: int) -> Iterator[SheetLine]:
        """The lines as rows of a sheet, each text as it stands in the first cell."""
        for number, text in enumerate(self.texts, line):
            yield SheetLine(number, [(0, text.rstrip("\r\n"))])


def read_delimited(reading: ReadResult, source: ReadableFile, encoding: Encoding) -> None:
    """Add the file as a sheet of the table it is named for, if it has a header. Raises UnreadableFileError."""
    table = find_table(stem(source.name))
    if table is None:
        reading.add_problem(FileLocation(source.name), unknown_table(stem(source.name)))
        return
    delimiter, line, cells = _delimiter(source, table, encoding)
    if cells:
        first = SheetLine(line, enumerate(cells))
        name = stem(source.name)
        add_sheet(
            reading,
            source.name,
            name,
            table,
            first,
            lambda _header, is_raw: _lines(
                source, table.name, encoding, delimiter, len(cells), is_raw=is_raw
            ),
        )


def delimited_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The file as its only grid, with the delimiter that gives most lines the same number of cells, more than one."""
    scores = []
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        with open_text(source, encoding) as text:
            for _number, cells in itertools.islice(_records(text, delimiter), SAMPLE):
                if not isinstance(cells, _BrokenLine):
                    widths[len(cells)] += len(cells) > 1
        scores.append(max(((count, width) for width, count in widths.items()), default=(0, 0)))
    delimiter, (_count, width) = DELIMITERS[scores.index(max(scores))], max(scores)
    return [
        Grid(
            source.name,
            stem(source.name),
            lambda _kinds: _lines(source, "", encoding, delimiter, width, counts_rows=True),
            lambda: _lines(source, "", encoding, delimiter, width, counts_rows=True, is_raw=True),
            delimiter=delimiter,
        )
    ]


def _lines(
    source: ReadableFile,
    table: str,
    encoding: Encoding,
    delimiter: str,
    width: int,
    *,
    counts_rows: bool = False,
    is_raw: bool = False,
) -> Iterator[SheetLine | Problem]:
    """The lines with at least one cell, the header first; `width` is the number of its cells.

    With `counts_rows`, their numbers are those of the rows in a spreadsheet, also below a cell that holds several lines. With `is_raw`, broken lines are there as they stand in the file.
    """
    try:
        with open_text(source, encoding) as text:
            for number, cells in _records(text, delimiter, width, counts_rows=counts_rows):
                if isinstance(cells, _BrokenLine):
                    if is_raw:
                        yield from cells.as_lines(number)
                    else:
                        yield cells.problem(source.name, table, number)
                else:
                    yield SheetLine(number, enumerate(cells))
    except OSError as error:
        yield cannot_open_error(source.name, error).problem
    except UnicodeDecodeError:  # the detection decoded all of it before
        yield Problem(FileLocation(source.name, table), _("The file has changed while it was read."))


def _delimiter(source: ReadableFile, table: Table, encoding: Encoding) -> tuple[str, int, list[str]]:
    """The delimiter that finds most columns of the table in the header, the line of the header and its cells.

    Without a header there are no cells.
    """
    found: list[tuple[tuple[int, int], str, int, list[str]]] = []
    failures: list[Problem] = []
    for delimiter in DELIMITERS:
        with open_text(source, encoding) as text:
            line, cells = next(_records(text, delimiter), (0, []))
        if isinstance(cells, _BrokenLine):
            failures.append(Problem(FileLocation(source.name, line=line), cells.message))
            continue
        known = sum(find_column(table, cell.strip()) is not None for cell in cells[:MAX_COLUMNS])
        found.append(((known, len(cells)), delimiter, line, cells))
        if not cells:
            break
    if not found:
        raise UnreadableFileError(source.name, failures[0].message, failures[0].place.line)
    _score, delimiter, line, cells = max(found, key=lambda each: each[0])
    return delimiter, line, cells


def _records(
    text: TextIO, delimiter: str, width: int = 0, *, counts_rows: bool = False
) -> Iterator[tuple[int, list[str] | _BrokenLine]]:
    """The lines with at least one cell, and the broken ones, each with the number of its first line, or of its row.

    After a broken line, reading goes on with the next one that has `width` cells by itself; without a width, with the next.
    """
    reader = _RecordReader(text, delimiter, width)
    line = 1
    while True:
        cells, fault = reader.read()
        if fault:
            skipped = reader.skip()
            yield line, _BrokenLine(fault, skipped)
            line += len(skipped)
        elif cells is None:
            return
        else:
            # Excel's own line to declare the delimiter.
            if any(cells) and not (line == 1 and "".join(cells).lower().startswith("sep=")):
                yield line, cells
            line += 1 if counts_rows else len(reader.lines)


class _RecordReader:
    """Reads records of CSV, and goes back to the second line of one that turns out to be broken."""

    def __init__(self, text: TextIO, delimiter: str, width: int) -> None:
        self._text = text
        self._delimiter = delimiter
        self._width = width
        # The lines of the last record, and those that are to be read again, the next one last.
        self.lines: list[str] = []
        self._again: list[str] = []
        self._parser = self._new_parser()

    def _new_parser(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _lines(self) -> Iterator[str]:
        while line := self._next_line():
            self.lines.append(line)
            if len(line) >= MAX_LINE:
                raise csv.Error(_TOO_LONG)
            yield line

    def _next_line(self) -> str:
        """The next line, without what is beyond the limit; empty at the end."""
        if self._again:
            return self._again.pop()
        line = self._text.readline(MAX_LINE)
        rest = line
        while len(rest) >= MAX_LINE and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(MAX_LINE)
        return line

    def read(self) -> tuple[list[str] | None, str]:
        """The next record, None at the end, and what is wrong with it."""
        self.lines.clear()
        try:
            cells = next(self._parser, None)
        except csv.Error as error:
            self._parser = self._new_parser()
            return None, _explained(str(error))
        return cells, self._fault(cells) if cells else ""

    def _fault(self, cells: Sequence[str]) -> str:
        """What is wrong with the quotation marks of a record that the parser accepts."""
        if len(self.lines) == 1 and '"' not in self.lines[0]:
            return ""
        # Those that open or close a cell, or are doubled, come in pairs.
        if sum(line.count('"') for line in self.lines) % 2:
            return _explained("")
        if len(self.lines) > 1 and len(cells) != self._width and any(map(self._is_row, self.lines[1:])):
            return _("A cell that opens here ends in another row; perhaps a quotation mark is missing.")
        return ""

    def skip(self) -> list[str]:
        """Go to the next line that is a row by itself, from the second of the last record. Returns the lines skipped."""
        self._again += reversed(self.lines[1:])
        skipped = self.lines[:1]
        while line := self._next_line():
            if not self._width or self._is_row(line):
                self._again.append(line)
                break
            skipped.append(line)
        return skipped

    def _is_row(self, line: str) -> bool:
        """Whether the line by itself has the right number of cells, of which none is left open."""
        if not self._width or len(line) >= MAX_LINE or line.count('"') % 2:
            return False
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return len(cells) == self._width


# As Python's parser begins this message.
_TOO_LONG = "field larger"


def _explained(message: str) -> str:
    if message.startswith(_TOO_LONG):
        words = _(
            "A cell that begins here is longer than %(limit)s characters; perhaps a quotation mark is missing."
        )
        return words % {"limit": f"{MAX_CELL:,}"}
    if "end of data" in message:
        return _("A quotation mark that opens a cell here is never closed.")
    return _(
        "A quotation mark stands within a cell; such a cell is put into quotation marks, and those in it are doubled."
    )
