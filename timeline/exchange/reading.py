"""Reads files to rows: opens each file, recognises its format, and joins the results of the readers.

YAML, JSON, CSV, TSV, XLSX and Django fixtures, also in zips and folders, give the same rows. Each iteration over a sheet
reads it again as a stream; the rows of YAML and JSON are in memory.
"""

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.formats.declaration import ZIP_SUFFIX
from timeline.exchange.opening import check_suffix, find_files, members_of
from timeline.exchange.readers.headers import find_table
from timeline.exchange.readers.sources import (
    ReadableFile,
    Upload,
    cannot_open_error,
    check_size,
    stem,
    suffix,
)
from timeline.exchange.readers.types import (
    FileLocation,
    Notice,
    ReadResult,
    Sheet,
    UnreadableFileError,
    printable,
)
from timeline.exchange.recognition import recognize


def read(files: Iterable[Path | Upload], encoding: str | None = None) -> ReadResult:
    """Read all rows of these files, folders and uploads.

    `encoding` is one of `CHOICES` of `readers/encodings.py`, for files without a byte order mark. By default it is
    detected for each file.
    """
    reading = ReadResult()
    names: list[str] = []
    for found in find_files(files):
        if not isinstance(found, (UnreadableFileError, Notice)):
            names.append(found.name)
        _add(reading, found, encoding)
    # A problem or notice may have explained already why there are no rows.
    is_explained = reading.problems or (reading.notices and not reading.sheets)
    if names and not is_explained and not any(_has_rows(sheet) for sheet in reading.sheets):
        words = _("There are no rows to import: the file is empty, or has nothing but a header.")
        reading.notices.append(Notice(FileLocation(printable(", ".join(names))), words))
    return reading


def _has_rows(sheet: Sheet) -> bool:
    return next(iter(sheet), None) is not None


def _add(
    reading: ReadResult, found: ReadableFile | UnreadableFileError | Notice, encoding: str | None
) -> None:
    if isinstance(found, Notice):
        reading.notices.append(found)
        return
    if isinstance(found, UnreadableFileError):
        reading.problems.append(found.problem)
        return
    try:
        check_suffix(found.name)
        check_size(found)
        if suffix(found.name) == ZIP_SUFFIX:
            for member in members_of(found):
                _add(reading, member, encoding)
        else:
            _join(reading, _read(found, encoding))
    except UnreadableFileError as error:
        _refuse(reading, found, error)
    except OSError as error:
        _refuse(reading, found, cannot_open_error(found.name, error))


def _refuse(reading: ReadResult, source: ReadableFile, error: UnreadableFileError) -> None:
    reading.problems.append(error.problem)
    if table := find_table(stem(source.name)):
        reading.unread_tables.add(table.name)


def _read(source: ReadableFile, choice: str | None) -> ReadResult:
    format, encoding = recognize(source, choice)
    if format.read_text and encoding:
        reading = format.read_text(source, encoding)
        reading.encodings[source.name] = encoding.label
        return reading
    return format.read_binary(source) if format.read_binary else ReadResult()


def _join(whole: ReadResult, part: ReadResult) -> None:
    whole.sheets += part.sheets
    whole.grids += part.grids
    whole.notices += [
        Notice(
            FileLocation(sheet.file, sheet.table.name),
            _("The column “%(column)s” was left out: the status of entries does not come from files.")
            % {"column": sheet.left_out},
        )
        for sheet in part.sheets
        if sheet.left_out
    ]
    whole.problems += part.problems
    whole.notices += part.notices
    whole.encodings |= part.encodings
    whole.unread_tables |= part.unread_tables
