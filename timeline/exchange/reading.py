"""Reads files to rows: finds them in folders and zips, recognises each by name and bytes, and calls the reader of its format.

YAML, JSON, CSV, TSV, XLSX, ODS and Django fixtures, also in zips and folders, give the same rows. Each iteration over a sheet
reads it again as a stream; the rows of YAML and JSON are in memory.
"""

import os.path
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.formats.declaration import ZIP_SUFFIX, FileFormat
from timeline.exchange.formats.registry import READABLE_SUFFIXES, READERS
from timeline.exchange.readers.archives import archive_member, named_members
from timeline.exchange.readers.encodings import Encoding, detect
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import find_table
from timeline.exchange.readers.other_files import check_text, other_kind
from timeline.exchange.readers.pictures import FindFile, is_picture, with_pictures
from timeline.exchange.readers.sources import (
    ReadableFile,
    Upload,
    cannot_open_error,
    limit,
    readable,
    stem,
    suffix,
)
from timeline.exchange.readers.types import FileLocation, ReadResult, UnreadableFileError, printable
from timeline.exchange.vocabularies.registry import recognized_grids

# In a folder or an archive, files that are not read are reported if people expect them to be, and else left out.
EXPECTED = {".xls", ".xlt", ".xlsb", ".xltx", ".xltm", ".ots", ".et", ".ett", ".numbers"}
# Texts of any kind have this suffix: in a folder or an archive, only those named for a table are read.
TEXT_SUFFIX = ".txt"


def read(files: Iterable[Path | Upload], encoding: str | None = None) -> ReadResult:
    """Read all rows of these files, folders and uploads.

    `encoding` is one of `CHOICES` of `readers/encodings.py`, for files without a byte order mark. By default it is
    detected for each file.
    """
    reading = ReadResult()
    names: list[str] = []
    for file in _files(reading, files):
        names.append(file.name)
        _read(reading, file, encoding)
    for name, is_named in reading.pictures.items():
        if not is_named:
            _skip(reading, name)
    # A problem or notice may have explained already why there are no rows.
    is_explained = reading.problems or (reading.notices and not reading.sheets)
    if names and not is_explained and all(next(iter(sheet), None) is None for sheet in reading.sheets):
        _tell_nothing(reading, names)
    return reading


def read_grids(files: Iterable[Path | Upload], encoding: str | None = None) -> tuple[list[Grid], ReadResult]:
    """The sheets and lists of these files as they stand there, for a mapping; and what is wrong with the files.

    A file of a format without a place for other tables is a problem.
    """
    grids: list[Grid] = []
    reading = ReadResult()
    for file in _files(reading, files):
        _read(reading, file, encoding, grids)
    return grids, reading


def _tell_nothing(reading: ReadResult, names: Sequence[str]) -> None:
    """Add the notice that no file has any rows."""
    headers = [sheet for sheet in reading.sheets if sheet.header_line]
    if len(headers) == 1:
        words = _("There are no rows to import: there is only a header, in row %(row)s.")
        place = FileLocation(headers[0].file, headers[0].table.name)
        reading.add_notice(place, words, row=headers[0].header_line)
        return
    words = _("There are no rows to import: the file is empty, or has nothing but a header.")
    reading.add_notice(FileLocation(printable(", ".join(names))), words)


def recognize(source: ReadableFile, choice: str | None = None) -> tuple[FileFormat, Encoding | None]:
    """The format of a file with a readable suffix, and the encoding if it is text. Raises UnreadableFileError.

    `choice` is one of `CHOICES`, for text without a byte order mark.
    """
    found = READERS[suffix(source.name)]
    if not (found.read_text or found.text_grids):
        return found, None
    check_text(source)
    return found, detect(source, choice)


def _files(reading: ReadResult, files: Iterable[Path | Upload]) -> Iterator[Path | Upload]:
    """The files, with those of folders in the order of their names."""
    for file in files:
        # Unlike the methods of Path, these answer for names that no file system accepts.
        if isinstance(file, Upload) or os.path.isfile(file):
            yield file
        elif os.path.isdir(file):
            yield from _files_of_folder(reading, file)
        else:
            reading.add_problem(FileLocation(str(file)), _("There is no such file or folder."))


def _files_of_folder(reading: ReadResult, folder: Path) -> Iterator[Path]:
    try:
        inner = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        reading.problems.append(cannot_open_error(str(folder), error).problem)
        return
    chosen = [path for path in inner if _is_content(path.name) or suffix(path.name) in EXPECTED]
    if not chosen:
        message = _("There is no content file in this folder. Read are: %(suffixes)s.")
        reading.add_problem(FileLocation(str(folder)), message, suffixes=_listed(READABLE_SUFFIXES))
        return
    yield from chosen
    for path in inner:
        if path not in chosen and os.path.isfile(path):
            _leave_out(reading, path.name)


def _members(reading: ReadResult, archive: ReadableFile) -> Iterator[ReadableFile]:
    """The content files in a zip by name. Raises UnreadableFileError."""
    found = named_members(archive)
    if not any(_is_content(name) for name, _member in found):
        message = _("There is no content file in this archive. Read are: %(suffixes)s.")
        raise UnreadableFileError(archive.name, message, suffixes=_listed(READERS))
    for inner, member in sorted(found, key=lambda pair: pair[0]):
        name, format = f"{archive.name}/{inner}", READERS.get(suffix(inner))
        if suffix(inner) == ZIP_SUFFIX:
            reading.add_problem(FileLocation(name), _("An archive within an archive is not read."))
        elif _is_content(inner) or suffix(inner) in EXPECTED:
            # The parts of a workbook can only be found in the whole.
            yield archive_member(name, archive, member, is_whole=bool(format and format.read_binary))
        else:
            _leave_out(reading, name)


def _read(
    reading: ReadResult,
    file: Path | Upload | ReadableFile,
    choice: str | None,
    grids: list[Grid] | None = None,
    find: FindFile | None = None,
) -> None:
    """Read one file, or add its grids to these. The reason why it cannot be read is a problem.

    `find` finds the files beside it: without it, those in its folder.
    """
    first = len(reading.sheets)
    try:
        source = file if isinstance(file, ReadableFile) else readable(file)
        _check_suffix(source)
        if source.size > limit():
            message = _("The file is larger than %(limit)s MB.")
            raise UnreadableFileError(source.name, message, limit=limit() // 2**20)
        if suffix(source.name) == ZIP_SUFFIX:
            for member in _members(reading, source):
                _read(reading, member, choice, grids, _finder_in(source))
            return
        format, encoding = recognize(source, choice)
        if grids is not None:
            grids += _grids(format, source, encoding)
        elif format.read_text and encoding:
            format.read_text(reading, source, encoding)
        elif format.read_binary:
            format.read_binary(reading, source)
        elif encoding and any(True for _grid in _grids(format, source, encoding)):
            message = _(
                "Files of this kind are read through a mapping, which the page of the upload proposes."
            )
            raise UnreadableFileError(source.name, message)
        find = find or (_finder_beside(file) if isinstance(file, Path) else None)
        if find:
            reading.sheets[first:] = [with_pictures(reading, sheet, find) for sheet in reading.sheets[first:]]
        if encoding:
            reading.encodings[source.name] = encoding.label
    except (UnreadableFileError, OSError) as error:
        unreadable = cannot_open_error(file.name, error) if isinstance(error, OSError) else error
        reading.problems.append(unreadable.problem)
        if table := find_table(stem(file.name)):
            reading.unread_tables.add(table.name)


def _finder_beside(file: Path) -> FindFile:
    def find(name: str) -> ReadableFile | None:
        path = file.parent / name
        return readable(path) if os.path.isfile(path) else None

    return find


def _finder_in(archive: ReadableFile) -> FindFile:
    def find(name: str) -> ReadableFile | None:
        for inner, member in named_members(archive):
            if inner == name:
                return archive_member(f"{archive.name}/{inner}", archive, member, is_whole=False)
        return None

    return find


def _grids(format: FileFormat, source: ReadableFile, encoding: Encoding | None) -> Iterable[Grid]:
    """The grids of one file. Raises UnreadableFileError."""
    if format.text_grids and encoding:
        return recognized_grids(format.text_grids(source, encoding))
    if format.binary_grids:
        return recognized_grids(format.binary_grids(source))
    message = _("A file of this kind has no columns to be mapped; it is read as the chronicle writes it.")
    raise UnreadableFileError(source.name, message)


def _is_content(name: str) -> bool:
    """Whether a file in a folder or an archive is one to read."""
    if suffix(name) == TEXT_SUFFIX:
        return find_table(stem(name)) is not None
    return suffix(name) in READABLE_SUFFIXES


def _check_suffix(source: ReadableFile) -> None:
    """Raise UnreadableFileError if files with this suffix are not read."""
    if suffix(source.name) in READABLE_SUFFIXES:
        return
    if message := other_kind(source):
        raise UnreadableFileError(source.name, message)
    message = _("Files of this kind are not read. Read are: %(suffixes)s.")
    raise UnreadableFileError(source.name, message, suffixes=_listed(READABLE_SUFFIXES))


def _leave_out(reading: ReadResult, name: str) -> None:
    """Leave a file out: a picture only if no cell names it."""
    if is_picture(name):
        reading.pictures.setdefault(name.rsplit("/", 1)[-1], False)
    else:
        _skip(reading, name)


def _skip(reading: ReadResult, name: str) -> None:
    reading.add_notice(FileLocation(name), _("This is no content file and was left out."))


def _listed(suffixes: Iterable[str]) -> str:
    return ", ".join(sorted(suffixes))
