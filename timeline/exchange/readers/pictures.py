"""Pictures in files of their own, which a cell of another file names: logo.png beside site.yaml."""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from timeline.exchange.readers.sources import ReadableFile, suffix
from timeline.exchange.readers.types import FileRow, Problem, ReadResult, Sheet
from timeline.models.fields import LogoField
from timeline.values.logo import MAX_BYTES, SUFFIXES, Logo

# Finds a file by its name beside the one that is read; None if there is none.
FindFile = Callable[[str], ReadableFile | None]


def is_picture(name: str) -> bool:
    return suffix(name) in SUFFIXES


def with_pictures(reading: ReadResult, sheet: Sheet, find: FindFile) -> Sheet:
    """The sheet, with the text of the picture in place of the name of its file. What names no file stays as it is."""
    columns = [name for name, column in sheet.table.columns.items() if isinstance(column.field, LogoField)]
    if not columns:
        return sheet
    # Such tables have a single row: nothing large is read twice.
    for _row, _column, name in _named(sheet, columns):
        reading.pictures[name] = True
    return replace(sheet, read=functools.partial(_rows, sheet, columns, find))


def _named(
    rows: Iterator[FileRow | Problem] | Sheet, columns: Sequence[str]
) -> Iterator[tuple[FileRow, str, str]]:
    """The cells that name a picture: the row, the column and the name."""
    for row in rows:
        if not isinstance(row, FileRow):
            continue
        for column in columns:
            cell = row.cells.get(column)
            # A name, and no way to another folder.
            if isinstance(cell, str) and is_picture(cell) and not re.search(r"[/\\:]", cell):
                yield row, column, cell


def _rows(sheet: Sheet, columns: Sequence[str], find: FindFile) -> Iterator[FileRow | Problem]:
    for row in sheet:
        for _row, column, name in [*_named(iter([row]), columns)]:
            if not isinstance(row, FileRow):
                continue
            if file := find(name):
                with file.open() as opened:
                    # One byte more than there may be, so that the error is that of its size.
                    row.cells[column] = Logo.text_of(opened.read(MAX_BYTES + 1))
                continue
            message = _("There is no file “%(name)s” beside the one that names it.") % {"name": name}
            yield Problem(row.place, message, column, name)
            del row.cells[column]
            row = replace(row, unread=row.unread | {column})
        yield row
