"""Zip archives, XLSX among them: opened only if their sizes are sound, and never extracted to disk."""

import errno
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.sources import (
    MemoryFile,
    ReadableFile,
    cannot_open_error,
    limit,
    too_large_error,
)
from timeline.exchange.readers.types import FileLocation, Problem, UnreadableFileError, printable

MAX_MEMBERS = 2000
# The unpacked size of an archive, as a multiple of the largest file allowed.
UNPACKED = 4
# The XML of a large workbook is compressed to a thirtieth, a zip bomb to a thousandth. Small members are
# exempt.
MAX_RATIO = 200
SMALL = 4 * 2**20

# The exceptions for damaged archives, depending on Python's version and the compression.
DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    zlib.error,
)


def open_archive(source: ReadableFile) -> zipfile.ZipFile:
    """Open the archive and check its sizes without unpacking. Raises UnreadableFileError."""
    file = source.open()
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE:
        file.close()
        raise _refused(source.name, _("This is no archive, or a damaged one.")) from None
    try:
        _check(source, archive.infolist())
    except UnreadableFileError:
        close(archive)
        raise
    return archive


def _check(source: ReadableFile, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _refused(source.name, _("The archive has more than %(limit)s files.") % {"limit": MAX_MEMBERS})
    if any(member.flag_bits & 1 for member in members):
        raise _refused(source.name, _("The archive is protected by a password; take that away."))
    # Other methods may need any amount of memory, and no office program uses them.
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise _refused(
            source.name, _("The archive is packed in a way that is not read; pack it as a plain zip.")
        )
    # Python never unpacks more of a member than its declared size.
    if sum(member.file_size for member in members) > UNPACKED * limit() or any(
        member.file_size > SMALL and member.file_size > MAX_RATIO * member.compress_size for member in members
    ):
        raise _refused(source.name, _("The archive would unpack to more than is read."))


def named_members(source: ReadableFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files in a zip with their names, without hidden ones. Raises UnreadableFileError."""
    archive = open_archive(source)
    found: list[tuple[str, zipfile.ZipInfo]] = []
    try:
        for member in archive.infolist():
            # Names serve only messages and the lookup of the table: nothing is written under them.
            name = re.split(r"[/\\]", _name(member).rstrip("\0"))[-1]
            hidden = name.startswith((".", "~$")) or member.filename.startswith("__MACOSX/")
            if not member.is_dir() and name and not hidden:
                found.append((printable(name, 200), member))
    finally:
        close(archive)
    return found


@dataclass(frozen=True)
class ArchiveMember:
    """A file in an archive, unpacked while it is read."""

    name: str
    archive: ReadableFile
    info: zipfile.ZipInfo

    @cached_property
    def size(self) -> int:
        return self.info.file_size

    def open(self) -> BinaryIO:
        return io.BufferedReader(_Unpacking(self.archive, self.info))


class _Unpacking(io.RawIOBase):
    """The unpacked content of a member. Damage raises OSError, as on a disk."""

    def __init__(self, source: ReadableFile, info: zipfile.ZipInfo) -> None:
        try:
            self._archive = zipfile.ZipFile(source.open())
            self._file = self._archive.open(info)
        except DAMAGE as error:
            raise _damaged(error) from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            found = self._file.read(len(buffer))
        except DAMAGE as error:
            raise _damaged(error) from None
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            close(self._archive)
        super().close()


def unpacked(name: str, source: ReadableFile, info: zipfile.ZipInfo) -> ReadableFile | UnreadableFileError:
    """A file within an archive, unpacked whole: a workbook, whose parts can only be found in the whole."""
    if info.file_size > limit():
        return too_large_error(name)
    try:
        with ArchiveMember(name, source, info).open() as file:
            return MemoryFile(name, file.read())
    except OSError as error:
        return cannot_open_error(name, error)


def close(archive: zipfile.ZipFile) -> None:
    """Close the archive and its file, which zipfile leaves open."""
    file = archive.fp
    archive.close()
    if file is not None:
        file.close()


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name. Windows in China writes it in GBK without a flag."""
    if not member.flag_bits & 0x800:
        for codec in ("utf-8", "gbk"):
            try:
                return member.filename.encode("cp437").decode(codec)
            except UnicodeError:
                continue
    return member.filename


def _damaged(error: Exception) -> OSError:
    if isinstance(error, OSError) and error.strerror:
        return error
    return OSError(errno.EIO, _("the archive is damaged"))


def _refused(name: str, message: str) -> UnreadableFileError:
    return UnreadableFileError(Problem(FileLocation(name), message))
