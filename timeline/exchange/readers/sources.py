"""Files as the readers open them, any number of times: on disk, uploaded, or in an archive; their checksums."""

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from timeline.exchange.readers.types import UnreadableFileError

# The number of bytes read at once for a checksum.
CHUNK_SIZE = 2**20


@dataclass(frozen=True)
class Upload:
    """A file that is not on this machine's disk: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadableFile:
    """A file by its name in messages, with its size in bytes. Each opening begins at its start."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


def readable(file: Path | Upload) -> ReadableFile:
    """The file or upload for the readers. Raises OSError."""
    if isinstance(file, Path):
        return ReadableFile(file.name, file.stat().st_size, lambda: file.open("rb"))
    return ReadableFile(file.name, len(file.content), lambda: io.BytesIO(file.content))


def describe_file(file: Path | Upload) -> dict[str, str | int]:
    """The name, size in bytes and SHA-256 of a file; of a folder, over all files in it. Raises OSError."""
    files: Iterable[Path | Upload] = [file]
    if isinstance(file, Path) and file.is_dir():
        files = sorted(inner for inner in file.iterdir() if inner.is_file())
    digest, size = hashlib.sha256(), 0
    for source in map(readable, files):
        with source.open() as opened:
            # In chunks: it may be larger than the memory.
            while portion := opened.read(CHUNK_SIZE):
                digest.update(portion)
                size += len(portion)
    return {"name": file.name, "bytes": size, "sha256": digest.hexdigest()}


def suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


def limit() -> int:
    """The largest size of a file in bytes. A larger one is no content file and would only fill the memory."""
    return int(settings.CONTENT_FILE_MAX_BYTES)


def cannot_open_error(name: str, error: OSError) -> UnreadableFileError:
    message = _("The file cannot be opened: %(reason)s.")
    return UnreadableFileError(name, message, reason=error.strerror or error)
