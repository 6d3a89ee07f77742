"""The keys of the rows of one table and the first place of each, stored compactly for many rows."""

import hashlib
from collections.abc import Sequence

from timeline.exchange.readers.types import FileLocation

# In bytes, as of a UUID: long enough that no two keys have the same digest.
DIGEST = 16
# Greater than the number of any row or line.
LIMIT = 2**40


class SeenKeys:
    """The keys of one table's rows, about a hundred bytes each whatever their length."""

    def __init__(self) -> None:
        # By digest of the key: the numbers of the sheet, the row and the line, packed into one integer.
        self._places: dict[bytes, int] = {}
        self._sheets: list[tuple[str, str]] = []

    def add(self, key: Sequence[str], place: FileLocation) -> FileLocation:
        """Add the key. Returns its first place, which is the given one if the key is new."""
        whole = "\0".join(key).encode()
        digest = hashlib.blake2b(whole, digest_size=DIGEST).digest()
        if digest in self._places:
            return self._unpacked(self._places[digest])
        self._places[digest] = self._packed(place)
        return place

    def _packed(self, place: FileLocation) -> int:
        sheet = (place.file, place.table)
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        sheet_number = len(self._sheets) - 1
        return (sheet_number * LIMIT + place.row) * LIMIT + place.line

    def _unpacked(self, packed: int) -> FileLocation:
        rest, line = divmod(packed, LIMIT)
        sheet, row = divmod(rest, LIMIT)
        return FileLocation(*self._sheets[sheet], row, line)
