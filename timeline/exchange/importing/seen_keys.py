"""Which keys the rows of one table had so far, and where each stood first, in little room for many rows."""

import hashlib
from collections.abc import Sequence

from timeline.exchange.readers.types import FileLocation

# So long that two keys of one digest are not to be met with: 16 bytes, as of a UUID.
DIGEST = 16
# Rows and lines of a file are counted in fewer bits than this.
BITS = 40


class SeenKeys:
    """The keys of one table's rows: some hundred bytes each, however long they are."""

    def __init__(self) -> None:
        # By the digest of the key, the number of the sheet, the row and the line, in one whole number.
        self._places: dict[bytes, int] = {}
        self._sheets: list[tuple[str, str]] = []

    def first(self, key: Sequence[str], place: FileLocation) -> FileLocation:
        """The place itself where the key is new; otherwise the place where it stood first."""
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
        return (len(self._sheets) - 1 << BITS | place.row) << BITS | place.line

    def _unpacked(self, packed: int) -> FileLocation:
        rest, line = divmod(packed, 1 << BITS)
        sheet, row = divmod(rest, 1 << BITS)
        return FileLocation(*self._sheets[sheet], row, line)
