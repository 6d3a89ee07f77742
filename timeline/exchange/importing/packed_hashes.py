"""Hashes of many values with the order in which they were added, packed in arrays: about 16 bytes for each."""

from array import array
from collections.abc import Iterator

# Of 64 bits, as an item of the array of hashes.
MASK = 2**64 - 1
# The first number of slots, which doubles when two thirds of them are taken.
SLOTS = 1024


class PackedHashes:
    """The numbers 0, 1, 2 … of hashes, several for one hash if it was added several times."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        # A hash table with open addressing: each slot has the number of a hash and 1 more, or 0 if it is free.
        self._slots = array("I", bytes(array("I").itemsize * SLOTS))

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, value: int) -> int:
        """Add a hash, also one that is there already. Returns its number."""
        number = len(self._hashes)
        self._hashes.append(value & MASK)
        if number * 3 >= len(self._slots) * 2:
            self._slots = array("I", bytes(self._slots.itemsize * 2 * len(self._slots)))
            for earlier in range(number):
                self._place(earlier)
        self._place(number)
        return number

    def _place(self, number: int) -> None:
        slots, last = self._slots, len(self._slots) - 1
        at = self._hashes[number] & last
        while slots[at]:
            at = (at + 1) & last
        slots[at] = number + 1

    def numbers(self, value: int) -> Iterator[int]:
        """The numbers of this hash, in their order."""
        value &= MASK
        slots, hashes, last = self._slots, self._hashes, len(self._slots) - 1
        at = value & last
        while taken := slots[at]:
            if hashes[taken - 1] == value:
                yield taken - 1
            at = (at + 1) & last
