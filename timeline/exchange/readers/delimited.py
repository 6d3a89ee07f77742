"""CSV and TSV, read as a stream: delimiter detection, quoted line breaks, and the line of each row."""

import csv
import itertools
from collections.abc import Iterator
from typing import TextIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.encodings import Encoding, open_text
from timeline.exchange.readers.headers import MAX_COLUMNS, find_column, find_table, read_header, unknown_table
from timeline.exchange.readers.sheet_rows import MAX_CELL, read_rows
from timeline.exchange.readers.sources import ReadableFile, cannot_open_error, stem
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Problem,
    RawSheet,
    ReadResult,
    Sheet,
    SheetLine,
    UnreadableFileError,
)
from timeline.rows.tables import Table

DELIMITERS = (",", ";", "\t", "，", "；", "|")
# Longer than a row of any spreadsheet: a file without line breaks must not fill the memory.
MAX_LINE = 4 * MAX_CELL

# Python's own limit is global and shorter than a long text; it is only raised, never lowered.
csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))


class _LineTooLongError(Exception):
    """A line longer than MAX_LINE."""


def read_delimited(source: ReadableFile, encoding: Encoding) -> ReadResult:
    """The file as a sheet of the table it is named for; no sheet where there is no header. Raises UnreadableFileError."""
    reading = ReadResult()
    table = find_table(stem(source.name))
    if table is None:
        reading.problems.append(unknown_table(FileLocation(source.name), stem(source.name)))
        return reading
    delimiter, first = _delimiter(source, table, encoding)
    if not first:
        return reading

    def lines() -> Iterator[SheetLine | Problem]:
        return _lines(source, table, encoding, delimiter)

    def read() -> Iterator[FileRow | Problem]:
        return read_rows(source.name, table, header, itertools.islice(lines(), 1, None))

    header = read_header(FileLocation(source.name, table.name, line=first[0]), table, first[1])
    reading.problems += header.problems
    reading.grids.append(RawSheet(source.name, stem(source.name), table, lines))
    if header.is_usable:
        reading.sheets.append(Sheet(source.name, table, read, header.names, header.left_out))
    else:
        reading.unread_tables.add(table.name)
    return reading


def _lines(
    source: ReadableFile, table: Table, encoding: Encoding, delimiter: str
) -> Iterator[SheetLine | Problem]:
    """The lines with at least one cell, the header first."""
    last = 0
    try:
        with open_text(source, encoding) as text:
            for last, cells in _records(text, delimiter):
                yield SheetLine(last, enumerate(cells))
    except (csv.Error, _LineTooLongError) as error:
        yield Problem(
            FileLocation(source.name, table.name, line=getattr(error, "line", last)), _explained(error)
        )
    except OSError as error:
        yield cannot_open_error(source.name, error).problem
    except UnicodeDecodeError:  # the detection decoded all of it before
        yield Problem(FileLocation(source.name, table.name), _("The file has changed while it was read."))


def _delimiter(
    source: ReadableFile, table: Table, encoding: Encoding
) -> tuple[str, tuple[int, list[str]] | None]:
    """The delimiter that finds most columns of the table in the header, and the header with its line."""
    best: tuple[int, int] = (-1, -1)
    chosen: tuple[str, tuple[int, list[str]] | None] = (",", None)
    failure: Exception | None = None
    for delimiter in DELIMITERS:
        with open_text(source, encoding) as text:
            try:
                first = next(_records(text, delimiter), None)
            except (csv.Error, _LineTooLongError) as error:
                failure = failure or error
                continue
        if first is None:
            return delimiter, None
        known = sum(find_column(table, cell.strip()) is not None for cell in first[1][:MAX_COLUMNS])
        score = (known, len(first[1]))
        if score > best:
            best, chosen = score, (delimiter, first)
    if chosen[1] is None and failure:
        raise UnreadableFileError(
            Problem(
                FileLocation(source.name, table.name, line=getattr(failure, "line", 1)), _explained(failure)
            )
        )
    return chosen


def _records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The lines with at least one cell, each with the number of its first line."""
    reader = csv.reader(_limited(text), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            # Excel's own line to declare the delimiter.
            if any(cells) and not (begins == 1 and "".join(cells).lower().startswith("sep=")):
                yield begins, cells
            begins = reader.line_num + 1
    except (csv.Error, _LineTooLongError) as error:
        error.line = begins  # type: ignore[union-attr]
        raise


def _limited(text: TextIO) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise _LineTooLongError
        yield line


def _explained(error: Exception) -> str:
    message = str(error)
    if isinstance(error, _LineTooLongError) or "field larger" in message:
        return _(
            "A cell that begins here is longer than %(limit)s characters; perhaps a quotation mark is missing."
        ) % {"limit": f"{MAX_CELL:,}"}
    if "end of data" in message:
        return _("A quotation mark that opens a cell here is never closed.")
    return _(
        "A quotation mark stands within a cell; such a cell is put into quotation marks, and those in it are doubled."
    )
