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
        digest = hashlib.blake2b("\0".join(key).encode(), digest_size=2 * HALF).digest()
        first, second = (int.from_bytes(half) for half in (digest[:HALF], digest[HALF:]))
        for number in self._hashes.numbers(first):
            if self._seconds[number] == second:
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
