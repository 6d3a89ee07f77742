"""The keys of the rows of one table and the first place of each, stored compactly for many rows."""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from timeline.exchange.importing.packed_hashes import PackedHashes
from timeline.exchange.readers.types import FileLocation

# In bytes, each half: together as of a UUID, long enough that no two keys have the same digest.
HALF = 8


class SeenKeys:
    """The keys of one table's rows, about forty bytes each whatever their length."""

    def __init__(self) -> None:
        self._hashes = PackedHashes()
        # By number of the key: the second half of its digest, the row and the line.
        self._seconds = array("Q")
        self._rows, self._lines = array("Q"), array("Q")
        # The sheets, and the number of the first key in each.
        self._sheets: list[tuple[str, str]] = []
        self._starts: list[int] = []

    def add(self, key: Sequence[str], place: FileLocation) -> FileLocation:
        """Add the key. Returns its first place, which is the given one if the key is new."""
        first, second = _halves(key)
        if (number := self._number(first, second)) is not None:
            sheet = self._sheets[bisect_right(self._starts, number) - 1]
            return FileLocation(*sheet, self._rows[number], self._lines[number])
        if not self._sheets or self._sheets[-1] != (place.file, place.table):
            self._sheets.append((place.file, place.table))
            self._starts.append(len(self._hashes))
        self._hashes.add(first)
        self._seconds.append(second)
        self._rows.append(place.row)
        self._lines.append(place.line)
        return place

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple | list) and self._number(*_halves(key)) is not None

    def _number(self, first: int, second: int) -> int | None:
        """The number of the key with these halves of its digest, if it was added."""
        return next((one for one in self._hashes.numbers(first) if self._seconds[one] == second), None)


def _halves(key: Sequence[str]) -> tuple[int, int]:
    digest = hashlib.blake2b("\0".join(key).encode(), digest_size=2 * HALF).digest()
    return int.from_bytes(digest[:HALF]), int.from_bytes(digest[HALF:])
