"""Writes text in pieces, as it is made, into a file of bytes."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

# Pieces are joined until they have so many characters.
MIN_LENGTH = 2**18


def write_text(file: BinaryIO, pieces: Iterable[str]) -> None:
    """Write the pieces one after the other, in UTF-8."""
    for text in _joined(pieces):
        file.write(text.encode())


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in larger pieces."""
    held = io.StringIO()
    for text in pieces:
        held.write(text)
        if held.tell() > MIN_LENGTH:
            yield held.getvalue()
            held = io.StringIO()
    yield held.getvalue()
