"""The names, sizes and checksums of imported files, for the list of imports."""

import functools
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from timeline.exchange.readers.sources import Upload

# The number of bytes read at once for a checksum.
CHUNK_SIZE = 2**20


def describe_file(file: Path | Upload) -> dict[str, Any]:
    """The name, size in bytes and SHA-256 of a file; of a folder, over all files in it."""
    digest, size = hashlib.sha256(), 0
    for portion in _chunks_of(file):
        digest.update(portion)
        size += len(portion)
    return {"name": file.name, "bytes": size, "sha256": digest.hexdigest()}


def _chunks_of(file: Path | Upload) -> Iterator[bytes]:
    """The content of the file in chunks: it may be larger than the memory."""
    if isinstance(file, Upload):
        content = io.BytesIO(file.content) if isinstance(file.content, bytes) else file.content
        content.seek(0)
        yield from iter(functools.partial(content.read, CHUNK_SIZE), b"")
    elif file.is_dir():
        for inner in sorted(inner for inner in file.iterdir() if inner.is_file()):
            yield from _chunks_of(inner)
    else:
        with file.open("rb") as opened:
            yield from iter(functools.partial(opened.read, CHUNK_SIZE), b"")
