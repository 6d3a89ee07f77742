"""The rows of a mapped sheet, read from the file once and kept in a temporary file for each further reading."""

import marshal
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.readers.types import FileLocation, FileRow, Problem
from timeline.models.chunks import chunks

# In bytes. Fewer are kept in memory.
MAX_IN_MEMORY = 2**20


class KeptRows:
    """The rows and problems of a sheet, in any number of iterations, also beside each other. The findings are added to.

    Raises OSError if there is no room for them.
    """

    def __init__(self, sheet: MappedSheet, findings: Findings) -> None:
        self._sheet = sheet
        # Not pickled: marshal has plain values only, and is several times as fast.
        self._file = tempfile.SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._sizes: list[int] = []
        for rows in chunks(sheet.rows(findings)):
            self._sizes.append(self._file.write(marshal.dumps([*map(_plain, rows)])))

    def __iter__(self) -> Iterator[FileRow | Problem]:
        position = 0
        for size in self._sizes:
            self._file.seek(position)
            position += size
            for plain in marshal.loads(self._file.read(size)):
                yield self._row(*plain)

    def _row(self, place: Any, content: Any, is_row: bool) -> FileRow | Problem:
        if is_row:
            cells, unread, asked, written = content
            location = replace(FileLocation(*place), names=self._sheet.spellings)
            columns = frozenset(unread), frozenset(asked)
            return FileRow(location, self._sheet.table, cells, *columns, written=written)
        # The column is named as in the file already.
        return Problem(FileLocation(*place), *content)


def _plain(row: FileRow | Problem) -> tuple[tuple[object, ...], tuple[object, ...], bool]:
    """The row as plain values: its place, its content, and whether it is no problem."""
    place = row.place.file, row.place.table, row.place.row, row.place.line
    if isinstance(row, FileRow):
        return place, (row.cells, [*row.unread], [*row.asked], dict(row.written)), True
    return place, (row.message, row.column, row.value, row.label, row.hides_rows), False
