"""Destinations of exports: a file, a folder or a zip, written atomically and never overwritten by accident."""

import contextlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from timeline.exchange.database_errors import defer_interrupt
from timeline.rows.tables import TABLES

# Opens a file of the export by name.
Opener = Callable[[str], contextlib.AbstractContextManager[BinaryIO]]
# The earliest date of the zip format: a constant, so that two exports of the same data are identical.
_DAY = (1980, 1, 1, 0, 0, 0)


class ExportError(Exception):
    """The export was refused, for the reasons in `messages`; nothing was written."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@contextlib.contextmanager
def one_file(to: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file that gets its name only if the block succeeds."""
    with _temporary_path(to) as part:
        _check_overwrite(to, force)
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)


@contextlib.contextmanager
def zip_of_files(to: Path, *, force: bool = False, notice: str = "") -> Iterator[Opener]:
    with one_file(to, force=force) as file, archive(file, notice) as members:
        yield members


@contextlib.contextmanager
def folder(to: Path, *, force: bool = False) -> Iterator[Opener]:
    """A folder that gets its name only if the block succeeds. It replaces a previous export as a whole."""
    with _temporary_path(to) as part:
        _check_overwrite(to, force)
        part.mkdir()

        @contextlib.contextmanager
        def opened(name: str) -> Iterator[BinaryIO]:
            with (part / name).open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())

        yield opened
        with defer_interrupt():
            _put_in_place(part, to)


def _put_in_place(part: Path, to: Path) -> None:
    if not to.exists():
        part.rename(to)
        return
    former = _temporary_name(to)
    to.rename(former)
    try:
        part.rename(to)
    except OSError:
        former.rename(to)
        raise
    shutil.rmtree(former)


@contextlib.contextmanager
def archive(file: BinaryIO, notice: str = "") -> Iterator[Opener]:
    """A zip whose members are written in sequence, reproducible byte by byte; `notice` is its comment."""
    with zipfile.ZipFile(file, "w") as whole:
        whole.comment = notice.encode()

        @contextlib.contextmanager
        def opened(name: str) -> Iterator[BinaryIO]:
            with whole.open(member(name), "w") as part:
                yield part  # type: ignore[misc]

        yield opened


def member(name: str) -> zipfile.ZipInfo:
    """A member of a zip, without the time and the system it was written on."""
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


@contextlib.contextmanager
def _temporary_path(to: Path) -> Iterator[Path]:
    """A temporary path in the same folder, so that the file only has to be renamed. It is always removed."""
    part = _temporary_name(to)
    try:
        yield part
    except OSError as error:
        raise ExportError(
            _("%(file)s cannot be written: %(reason)s.") % {"file": to, "reason": error.strerror or error}
        ) from error
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _temporary_name(to: Path) -> Path:
    return to.with_name(f".{to.name[:100]}.{secrets.token_hex(4)}.part")


def _check_overwrite(to: Path, force: bool) -> None:
    if to.is_dir():
        existing = sorted(to.iterdir())
        if existing and not force:
            raise ExportError(_("The folder %(file)s is not empty; --force replaces it.") % {"file": to})
        for path in existing:
            # Protects the contents of a folder that was named by mistake.
            if path.is_dir() or path.stem not in TABLES:
                raise ExportError(
                    _("The folder %(file)s holds “%(name)s”, which no export wrote; it is not replaced.")
                    % {"file": to, "name": path.name}
                )
    elif to.exists() and not force:
        raise ExportError(_("The file %(file)s is there already; --force replaces it.") % {"file": to})
