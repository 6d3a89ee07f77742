"""The folder of a snapshot: its states, of which one is current, and their files with compressed copies."""

import contextlib
import fcntl
import filecmp
import functools
import os
import secrets
import shutil
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import brotli

from timeline.delivery.compression import COMPRESSED_FORMATS

CURRENT, STATES, LOCK = "current", "states", "lock"
# A smaller gain is not worth a file.
GAIN = 0.95
# As for pages of the server; quality 9 takes many times as long and saves 2 %.
BROTLI_QUALITY = 5
# Of a file that is not compressed as it is, and of its copies.
SUFFIXES = ("", ".gz", ".br")


class LockedError(Exception):
    """Another process is writing to the folder."""


class SnapshotFolder:
    """A folder with `current`, a symbolic link to the published state in `states/`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @property
    def link(self) -> Path:
        return self.path / CURRENT

    @property
    def current(self) -> Path | None:
        """The folder of the published state; None before the first export."""
        return self.link.resolve() if self.link.is_dir() else None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder for one writer. Raises LockedError if there is another; its death unlocks."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockedError from None
            yield

    def new_state(self) -> Path:
        """Create the folder of a state that is not yet published."""
        state = self.path / STATES / secrets.token_hex(8)
        state.mkdir(parents=True)
        return state

    def publish(self, state: Path) -> None:
        """Make a complete state the current one."""
        # All of its files are on the disk before the link names them.
        os.sync()
        link = self.path / f"{CURRENT}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(state.relative_to(self.path), target_is_directory=True)
        link.replace(self.link)

    def remove_other_states(self) -> None:
        """Remove every state but the current one: former ones, and those of exports that were killed."""
        for state in (self.path / STATES).glob("*"):
            if state != self.current:
                shutil.rmtree(state)


def store(chunks: Iterable[bytes], path: Path, former: Path | None) -> bool:
    """Write a file with its compressed copies. Returns whether it differs from `former`.

    What has not changed is the same file on the disk, with its time.
    """
    is_compressed = path.suffix in COMPRESSED_FORMATS
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
    if former is not None and former.is_file() and filecmp.cmp(path, former, shallow=False):
        path.unlink()
        for suffix in SUFFIXES[:1] if is_compressed else SUFFIXES:
            with contextlib.suppress(FileNotFoundError):
                os.link(f"{former}{suffix}", f"{path}{suffix}")
        return False
    if not is_compressed:
        _compress(path, ".gz", _Gzip())
        _compress(path, ".br", brotli.Compressor(quality=BROTLI_QUALITY))
    return True


class _Compressor(Protocol):
    def process(self, data: bytes) -> bytes: ...
    def finish(self) -> bytes: ...


class _Gzip:
    """A gzip file without a time, so that the same content is the same file."""

    def __init__(self) -> None:
        compressor = zlib.compressobj(wbits=31)
        self.process, self.finish = compressor.compress, compressor.flush


def _compress(path: Path, suffix: str, compressor: _Compressor) -> None:
    compressed = path.with_name(path.name + suffix)
    with path.open("rb") as source, compressed.open("xb") as target:
        for chunk in iter(functools.partial(source.read, 2**20), b""):
            target.write(compressor.process(chunk))
        target.write(compressor.finish())
    if compressed.stat().st_size > path.stat().st_size * GAIN:
        compressed.unlink()
