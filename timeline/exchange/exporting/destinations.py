"""Destinations of exports: a file, a folder or a zip, written atomically and never overwritten by accident."""

import contextlib
import io
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from timeline.exchange.database_errors import defer_interrupt
from timeline.rows.tables import TABLES

# Opens a file of the export by name.
Opener = Callable[[str], contextlib.AbstractContextManager[BinaryIO]]
# The earliest date of the zip format: a constant, so that two exports of the same data are identical.
_DAY = (1980, 1, 1, 0, 0, 0)
# Pieces of text are joined until they have so many characters.
MIN_LENGTH = 2**18


class ExportError(Exception):
    """The export was refused, for the reasons in `messages`; nothing was written."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def write_text(file: BinaryIO, pieces: Iterable[str]) -> None:
    """Write the pieces one after the other, in UTF-8."""
    held = io.StringIO()
    for text in pieces:
        held.write(text)
        if held.tell() > MIN_LENGTH:
            file.write(held.getvalue().encode())
            held = io.StringIO()
    file.write(held.getvalue().encode())


@contextlib.contextmanager
def one_file(to: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file that gets its name only if the block succeeds."""
    with _temporary_path(to, force) as part:
        with _synced(part) as file:
            yield file
        part.replace(to)


@contextlib.contextmanager
def folder(
    to: Path, *, force: bool = False, is_kept: Callable[[Path], bool] = lambda path: False
) -> Iterator[Opener]:
    """A folder that gets its name only if the block succeeds. It replaces a previous export, but for what is kept there."""
    with _temporary_path(to, force, is_kept) as part:
        part.mkdir()
        yield lambda name: _synced(part / name)
        kept = [path.name for path in to.iterdir() if is_kept(path)] if to.is_dir() else []
        with defer_interrupt():
            _put_in_place(part, to, kept)


@contextlib.contextmanager
def zip_of_files(to: Path, *, force: bool = False, notice: str = "") -> Iterator[Opener]:
    """A zip whose members are written in sequence, reproducible byte by byte; `notice` is its comment."""
    with one_file(to, force=force) as file, zipfile.ZipFile(file, "w") as whole:
        whole.comment = notice.encode()

        @contextlib.contextmanager
        def opened(name: str) -> Iterator[BinaryIO]:
            # Without the time and the system it was written on.
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            with whole.open(member, "w") as part:
                yield part  # type: ignore[misc]

        yield opened


@contextlib.contextmanager
def _synced(path: Path) -> Iterator[BinaryIO]:
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(part: Path, to: Path, kept: Iterable[str]) -> None:
    if not to.exists():
        part.rename(to)
        return
    former = _temporary_name(to)
    to.rename(former)
    moved: list[str] = []
    try:
        for name in kept:
            (former / name).rename(part / name)
            moved.append(name)
        part.rename(to)
    except OSError:
        for name in moved:
            (part / name).rename(former / name)
        former.rename(to)
        raise
    shutil.rmtree(former)


@contextlib.contextmanager
def _temporary_path(
    to: Path, force: bool, is_kept: Callable[[Path], bool] = lambda path: False
) -> Iterator[Path]:
    """A temporary path in the same folder, so that the file only has to be renamed. It is always removed.

    Raises ExportError if the destination exists, unless `force` replaces it, or cannot be written.
    """
    part = _temporary_name(to)
    try:
        _check_overwrite(to, force, is_kept)
        yield part
    except OSError as error:
        message = _("%(file)s cannot be written: %(reason)s.")
        raise ExportError(message % {"file": to, "reason": error.strerror or error}) from error
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _temporary_name(to: Path) -> Path:
    return to.with_name(f".{to.name[:100]}.{secrets.token_hex(4)}.part")


def _check_overwrite(to: Path, force: bool, is_kept: Callable[[Path], bool]) -> None:
    if to.is_dir():
        existing = sorted(to.iterdir())
        if existing and not force:
            raise ExportError(_("The folder %(file)s is not empty; --force replaces it.") % {"file": to})
        for path in existing:
            # Protects the contents of a folder that was named by mistake.
            if (path.is_dir() or path.stem not in TABLES) and not is_kept(path):
                message = _(
                    "The folder %(file)s holds “%(name)s”, which no export wrote; it is not replaced."
                )
                raise ExportError(message % {"file": to, "name": path.name})
    elif to.exists() and not force:
        raise ExportError(_("The file %(file)s is there already; --force replaces it.") % {"file": to})
