"""Files as the readers open them, any number of times: on disk, uploaded, or in an archive."""

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from timeline.exchange.readers.types import FileLocation, Problem, UnreadableFileError


@dataclass(frozen=True)
class Upload:
    """A file that is not on this machine's disk: its name, and its bytes or an open, seekable file."""

    name: str
    content: bytes | BinaryIO


class ReadableFile(Protocol):
    """The interface of a file for the readers."""

    @property
    def name(self) -> str:
        """The name for messages."""

    @property
    def size(self) -> int: ...

    def open(self) -> BinaryIO:
        """Open the file at its beginning, independently of every other opening."""


@dataclass(frozen=True)
class DiskFile:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True)
class MemoryFile:
    name: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)


@dataclass(frozen=True)
class OpenFile:
    name: str
    file: BinaryIO

    @cached_property
    def size(self) -> int:
        return self.file.seek(0, io.SEEK_END)

    def open(self) -> BinaryIO:
        return io.BufferedReader(_View(self.file))


class _View(io.RawIOBase):
    """An open file with an independent position. Closing it leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self.position
        elif whence == io.SEEK_END:
            offset += self.file.seek(0, io.SEEK_END)
        if offset < 0:
            raise ValueError(offset)
        self.position = offset
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self.file.seek(self.position)
        found = self.file.read(len(buffer))
        buffer[: len(found)] = found
        self.position += len(found)
        return len(found)


def suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


def limit() -> int:
    """The largest size of a file in bytes. A larger one is no content file and would only fill the memory."""
    return int(settings.CONTENT_FILE_MAX_BYTES)


def check_size(source: ReadableFile) -> None:
    """Raise UnreadableFileError if the file is too large, before any of it is read."""
    if source.size > limit():
        raise too_large_error(source.name)


def too_large_error(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        Problem(FileLocation(name), _("The file is larger than %(limit)s MB.") % {"limit": limit() // 2**20})
    )


def cannot_open_error(name: str, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(
        Problem(
            FileLocation(name),
            _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror or error},
        )
    )
