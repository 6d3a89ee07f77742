"""CSV and TSV, read as a stream: delimiter detection, quoted line breaks, and the line of each row."""

import contextlib
import csv
import itertools
from collections import Counter
from collections.abc import Iterator
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


class _BrokenLineError(Exception):
    """A line that is no CSV: its number in the file, and the message for the user."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


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
            lambda *_: _lines(source, table.name, encoding, delimiter),
        )


def delimited_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The file as its only grid, with the delimiter that gives most lines the same number of cells, more than one."""
    scores = []
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        with open_text(source, encoding) as text, contextlib.suppress(_BrokenLineError):
            for _number, cells in itertools.islice(_records(text, delimiter), SAMPLE):
                widths[len(cells)] += len(cells) > 1
        scores.append(max(((count, width) for width, count in widths.items()), default=(0, 0)))
    delimiter = DELIMITERS[scores.index(max(scores))]
    return [Grid(source.name, stem(source.name), lambda *_kinds: _lines(source, "", encoding, delimiter))]


def _lines(
    source: ReadableFile, table: str, encoding: Encoding, delimiter: str
) -> Iterator[SheetLine | Problem]:
    """The lines with at least one cell, the header first."""
    try:
        with open_text(source, encoding) as text:
            for number, cells in _records(text, delimiter):
                yield SheetLine(number, enumerate(cells))
    except _BrokenLineError as error:
        yield Problem(FileLocation(source.name, table, line=error.line), error.message)
    except OSError as error:
        yield cannot_open_error(source.name, error).problem
    except UnicodeDecodeError:  # the detection decoded all of it before
        yield Problem(FileLocation(source.name, table), _("The file has changed while it was read."))


def _delimiter(source: ReadableFile, table: Table, encoding: Encoding) -> tuple[str, int, list[str]]:
    """The delimiter that finds most columns of the table in the header, the line of the header and its cells.

    Without a header there are no cells.
    """
    found: list[tuple[tuple[int, int], str, int, list[str]]] = []
    failures: list[_BrokenLineError] = []
    for delimiter in DELIMITERS:
        with open_text(source, encoding) as text:
            try:
                line, cells = next(_records(text, delimiter), (0, []))
            except _BrokenLineError as error:
                failures.append(error)
                continue
        known = sum(find_column(table, cell.strip()) is not None for cell in cells[:MAX_COLUMNS])
        found.append(((known, len(cells)), delimiter, line, cells))
        if not cells:
            break
    if not found:
        raise UnreadableFileError(source.name, failures[0].message, failures[0].line)
    _score, delimiter, line, cells = max(found, key=lambda each: each[0])
    return delimiter, line, cells


def _records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The lines with at least one cell, each with the number of its first line. Raises _BrokenLineError."""
    reader = csv.reader(_limited(text), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            # Excel's own line to declare the delimiter.
            if any(cells) and not (begins == 1 and "".join(cells).lower().startswith("sep=")):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _BrokenLineError(begins, _explained(str(error))) from None


def _limited(text: TextIO) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise csv.Error("field larger than field limit")
        yield line


def _explained(message: str) -> str:
    if "field larger" in message:
        words = _(
            "A cell that begins here is longer than %(limit)s characters; perhaps a quotation mark is missing."
        )
        return words % {"limit": f"{MAX_CELL:,}"}
    if "end of data" in message:
        return _("A quotation mark that opens a cell here is never closed.")
    return _(
        "A quotation mark stands within a cell; such a cell is put into quotation marks, and those in it are doubled."
    )
