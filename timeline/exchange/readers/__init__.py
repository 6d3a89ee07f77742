"""Files to rows: what files say, cell by cell, with the place where they say so. Nothing is interpreted here.

`read()` is the one way in. YAML, JSON, CSV, TSV, XLSX, zips and folders of these, and Django's fixtures give the same
rows. Sheets are read as a stream when they are iterated, from the start each time; YAML and JSON are held.
"""

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.readers import json_text, yaml_text
from timeline.exchange.readers.archives import members_of
from timeline.exchange.readers.delimited import read_delimited
from timeline.exchange.readers.encodings import CHOICES, detect, open_text
from timeline.exchange.readers.headers import find_table, unknown_table
from timeline.exchange.readers.sources import (
    TEXTS,
    ReadableFile,
    Upload,
    cannot_open_error,
    check_signature,
    check_size,
    check_suffix,
    sources_of,
    stem,
    suffix,
)
from timeline.exchange.readers.tree import read_tree
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Notice,
    Problem,
    RawSheet,
    ReadResult,
    Sheet,
    SheetLine,
    UnreadableFileError,
    printable,
)
from timeline.exchange.readers.workbooks import read_workbook

__all__ = [
    "CHOICES",
    "FileRow",
    "RawSheet",
    "SheetLine",
    "Notice",
    "FileLocation",
    "Problem",
    "ReadResult",
    "Sheet",
    "UnreadableFileError",
    "Upload",
    "read",
]


def read(files: Iterable[Path | Upload], encoding: str | None = None) -> ReadResult:
    """Everything that these files, folders and uploads hold.

    `encoding` is one of `CHOICES`, for files without a byte order mark; without it, each file's is found.
    """
    reading = ReadResult()
    names: list[str] = []
    for found in sources_of(files):
        if not isinstance(found, (UnreadableFileError, Notice)):
            names.append(found.name)
        _add(reading, found, encoding)
    # Where it was said why there is none it need not be said again.
    is_said = reading.problems or (reading.notices and not reading.sheets)
    if names and not is_said and not any(_has_rows(sheet) for sheet in reading.sheets):
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
        if suffix(found.name) == ".zip":
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
    if suffix(source.name) not in TEXTS:
        return read_workbook(source) if source.size else ReadResult()
    check_signature(source)
    encoding = detect(source, choice)
    if suffix(source.name) in (".csv", ".tsv"):
        if (table := find_table(stem(source.name))) is None:
            reading = ReadResult(problems=[unknown_table(FileLocation(source.name), stem(source.name))])
        else:
            reading = read_delimited(source, table, encoding)
    else:
        parse = json_text.parse if suffix(source.name) == ".json" else yaml_text.parse
        with open_text(source, encoding) as file:
            text = file.read()
        reading = read_tree(source.name, parse(source.name, text))
    reading.encodings[source.name] = encoding.label
    return reading


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
