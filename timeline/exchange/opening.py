"""Finds the content files of an import: files, uploads, and those in folders and zips."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.formats.declaration import ZIP_SUFFIX
from timeline.exchange.formats.registry import READABLE_SUFFIXES, READERS
from timeline.exchange.readers.archives import ArchiveMember, named_members, unpacked
from timeline.exchange.readers.sources import (
    DiskFile,
    MemoryFile,
    OpenFile,
    ReadableFile,
    Upload,
    cannot_open_error,
    suffix,
)
from timeline.exchange.readers.types import FileLocation, Notice, Problem, UnreadableFileError

# Formats of workbooks that are not read. They are reported instead of skipped, since people expect them to be read.
OTHER_WORKBOOKS = {".xls", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".ods", ".et", ".numbers"}


def find_files(files: Iterable[Path | Upload]) -> Iterator[ReadableFile | UnreadableFileError | Notice]:
    """The files, with those of folders in the order of their names, and notices of those that are skipped."""
    for file in files:
        if isinstance(file, Upload):
            yield (
                MemoryFile(file.name, file.content)
                if isinstance(file.content, bytes)
                else OpenFile(file.name, file.content)
            )
        elif _is(file, "is_dir"):
            yield from _of_folder(file)
        elif _is(file, "is_file"):
            yield DiskFile(file)
        else:
            yield UnreadableFileError(Problem(FileLocation(str(file)), _("There is no such file or folder.")))


def _of_folder(folder: Path) -> Iterator[ReadableFile | UnreadableFileError | Notice]:
    try:
        inner = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        yield cannot_open_error(str(folder), error)
        return
    chosen = [path for path in inner if suffix(path.name) in READABLE_SUFFIXES | OTHER_WORKBOOKS]
    if not chosen:
        yield UnreadableFileError(
            Problem(
                FileLocation(str(folder)),
                _("There is no content file in this folder. Read are: %(suffixes)s.")
                % {"suffixes": ", ".join(sorted(READABLE_SUFFIXES))},
            )
        )
        return
    yield from map(DiskFile, chosen)
    for path in inner:
        if path not in chosen and _is(path, "is_file"):
            yield _skipped_notice(path.name)


def members_of(source: ReadableFile) -> Iterator[ReadableFile | UnreadableFileError | Notice]:
    """The content files in a zip by name, and notices of those that are skipped. Raises UnreadableFileError."""
    found = named_members(source)
    if not any(suffix(name) in READABLE_SUFFIXES for name, _member in found):
        words = _("There is no content file in this archive. Read are: %(suffixes)s.")
        suffixes = ", ".join(sorted(READERS))
        raise UnreadableFileError(Problem(FileLocation(source.name), words % {"suffixes": suffixes}))
    for name, member in sorted(found, key=lambda pair: pair[0]):
        whole = f"{source.name}/{name}"
        if suffix(name) == ZIP_SUFFIX:
            words = _("An archive within an archive is not read.")
            yield UnreadableFileError(Problem(FileLocation(whole), words))
        elif suffix(name) not in READABLE_SUFFIXES | OTHER_WORKBOOKS:
            yield _skipped_notice(whole)
        elif suffix(name) in READERS and READERS[suffix(name)].read_binary:
            yield unpacked(whole, source, member)
        else:
            yield ArchiveMember(whole, source, member)


def check_suffix(name: str) -> None:
    """Raise UnreadableFileError if files with this suffix are not read."""
    if suffix(name) in READABLE_SUFFIXES:
        return
    if suffix(name) in OTHER_WORKBOOKS:
        message = _("Files of this kind are not read; save the workbook as .xlsx, without macros.")
    else:
        message = _("Files of this kind are not read. Read are: %(suffixes)s.") % {
            "suffixes": ", ".join(sorted(READABLE_SUFFIXES))
        }
    raise UnreadableFileError(Problem(FileLocation(name), message))


def _skipped_notice(name: str) -> Notice:
    return Notice(FileLocation(name), _("This is no content file and was left out."))


def _is(path: Path, kind: str) -> bool:
    # A name that no file system accepts (too long, or with NUL) is not a file either.
    try:
        return bool(getattr(path, kind)())
    except (OSError, ValueError):
        return False
