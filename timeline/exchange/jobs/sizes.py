"""How large an upload is before it is read: whether its preview takes longer than a request may."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from timeline.exchange.formats.declaration import ZIP_SUFFIX
from timeline.exchange.readers.sources import suffix

# What begins a row in a file of this suffix. The number of rows of other files is known only once they are read.
_ROW_MARKS = {".csv": b"\n", ".tsv": b"\n", ".txt": b"\n", ".jsonl": b"\n", ".ndjson": b"\n"}
_WORKBOOK_MARKS = {".xlsx": ("xl/worksheets/", b"<row "), ".ods": ("content.xml", b"<table:table-row")}
_CHUNK_SIZE = 2**20


@dataclass(frozen=True)
class FileSize:
    """The bytes of a file, unpacked if it is an archive, and the number of its rows, about; 0 where that is not known."""

    bytes: int
    rows: int = 0

    @property
    def is_large(self) -> bool:
        return bool(self.bytes > settings.IMPORT_JOB_BYTES or self.rows > settings.IMPORT_JOB_ROWS)


def size_of(name: str, content: bytes) -> FileSize:
    """The size of a file. Of what cannot be read as its name says, only the bytes count."""
    ending = suffix(name)
    try:
        if ending in _WORKBOOK_MARKS:
            return FileSize(len(content), _rows_of_workbook(content, *_WORKBOOK_MARKS[ending]))
        if ending == ZIP_SUFFIX:
            return _size_of_archive(content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError):
        return FileSize(len(content))
    mark = _ROW_MARKS.get(ending)
    return FileSize(len(content), content.count(mark) if mark else 0)


def _rows_of_workbook(content: bytes, folder: str, mark: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(
            _count(archive.open(member), mark)
            for member in archive.infolist()
            if member.filename.startswith(folder) and not member.is_dir()
        )


def _size_of_archive(content: bytes) -> FileSize:
    total = rows = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            total += member.file_size
            if mark := _ROW_MARKS.get(suffix(member.filename)):
                rows += _count(archive.open(member), mark)
    return FileSize(total, rows)


def _count(file: IO[bytes], mark: bytes) -> int:
    """The number of marks, but for those that two chunks share; no more than a large file has are counted."""
    found = read = 0
    with file:
        while chunk := file.read(_CHUNK_SIZE):
            found += chunk.count(mark)
            read += len(chunk)
            if read > 4 * settings.CONTENT_FILE_MAX_BYTES:
                break
    return found
