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
        digest = hashlib.blake2b("\0".join(key).encode(), digest_size=DIGEST).digest()
        if (packed := self._places.get(digest)) is not None:
            rest, line = divmod(packed, LIMIT)
            number, row = divmod(rest, LIMIT)
            return FileLocation(*self._sheets[number], row, line)
        sheet = place.file, place.table
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        self._places[digest] = ((len(self._sheets) - 1) * LIMIT + place.row) * LIMIT + place.line
        return place
