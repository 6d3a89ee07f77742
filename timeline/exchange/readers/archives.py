"""Zip archives, XLSX among them: opened only if their sizes are sound, and never extracted to disk."""

import contextlib
import errno
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.sources import ReadableFile, limit, suffix
from timeline.exchange.readers.types import UnreadableFileError, printable

MAX_MEMBERS = 2000
# The unpacked size of an archive, as a multiple of the largest file allowed.
UNPACKED = 4
# The XML of a large workbook is compressed to a thirtieth, a zip bomb to a thousandth. Small members are
# exempt.
MAX_RATIO = 200
SMALL = 4 * 2**20

# The exceptions for damaged archives, depending on Python's version and the compression.
DAMAGE = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, KeyError, zlib.error)  # fmt: skip


@contextlib.contextmanager
def open_archive(source: ReadableFile) -> Iterator[zipfile.ZipFile]:
    """Open the archive, whose sizes are checked without unpacking. Raises UnreadableFileError."""
    with source.open() as file:
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGE:
            is_zip = suffix(source.name) == ".zip"
            message = _("This is no archive, or a damaged one.") if is_zip else damaged_workbook()
            raise UnreadableFileError(source.name, message) from None
        if message := _refusal(archive.infolist()):
            raise UnreadableFileError(source.name, message)
        yield archive


def damaged_workbook() -> str:
    """The message for a workbook that cannot be opened."""
    return _(
        "This is no workbook, or a damaged one. If the spreadsheet opens it, save it there anew, as .xlsx; else send the file once more."
    )


def _refusal(members: Sequence[zipfile.ZipInfo]) -> str:
    """The reason why an archive with these members is not read; empty if it is."""
    if len(members) > MAX_MEMBERS:
        return _("The archive has more than %(limit)s files.") % {"limit": MAX_MEMBERS}
    if any(member.flag_bits & 1 for member in members):
        return _("The archive is protected by a password; take that away.")
    # Other methods may need any amount of memory, and no office program uses them.
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        return _("The archive is packed in a way that is not read; pack it as a plain zip.")
    # Python never unpacks more of a member than its declared size.
    if sum(member.file_size for member in members) > UNPACKED * limit() or any(
        member.file_size > SMALL and member.file_size > MAX_RATIO * member.compress_size for member in members
    ):
        return _("The archive would unpack to more than is read.")
    return ""


def named_members(source: ReadableFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files in a zip with their names, without hidden ones. Raises UnreadableFileError."""
    found: list[tuple[str, zipfile.ZipInfo]] = []
    with open_archive(source) as archive:
        for member in archive.infolist():
            # Names serve only messages and the lookup of the table: nothing is written under them.
            name = re.split(r"[/\\]", _name(member).rstrip("\0"))[-1]
            hidden = name.startswith((".", "~$")) or member.filename.startswith("__MACOSX/")
            if not member.is_dir() and name and not hidden:
                found.append((printable(name, 200), member))
    return found


def archive_member(
    name: str, archive: ReadableFile, info: zipfile.ZipInfo, *, is_whole: bool
) -> ReadableFile:
    """A file in an archive, unpacked while it is read; with `is_whole` at once, so that it is seekable."""

    def unpacking() -> BinaryIO:
        return io.BufferedReader(_Unpacking(archive, info))

    @functools.cache
    def content() -> bytes:
        with unpacking() as file:
            return file.read()

    return ReadableFile(name, info.file_size, (lambda: io.BytesIO(content())) if is_whole else unpacking)


class _Unpacking(io.RawIOBase):
    """The unpacked content of a member. Damage raises OSError, as on a disk."""

    def __init__(self, source: ReadableFile, info: zipfile.ZipInfo) -> None:
        self._archive = source.open()
        with _damage_as_os_error():
            self._whole = zipfile.ZipFile(self._archive)
            self._file = self._whole.open(info)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _damage_as_os_error():
            found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._archive.close()
        super().close()


@contextlib.contextmanager
def _damage_as_os_error() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        raise OSError(errno.EIO, _("the archive is damaged")) from None


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name. Windows in China writes it in GBK without a flag."""
    if not member.flag_bits & 0x800:
        for codec in ("utf-8", "gbk"):
            with contextlib.suppress(UnicodeError):
                return member.filename.encode("cp437").decode(codec)
    return member.filename
