"""Sets of many primary keys, which need little memory where the keys follow each other."""

from collections.abc import Iterable, Iterator, Set

# The number of keys in one page.
PAGE = 512


class KeySet(Set[int]):
    """A growing set of primary keys. Iterates in their order."""

    def __init__(self, keys: Iterable[int] = ()) -> None:
        # A page is a number, in which each key is a bit.
        self._pages: dict[int, int] = {}
        for key in keys:
            self.add(key)

    def add(self, key: int) -> None:
        page, place = divmod(key, PAGE)
        self._pages[page] = self._pages.get(page, 0) | 1 << place

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int):
            return False
        page, place = divmod(key, PAGE)
        return bool(self._pages.get(page, 0) >> place & 1)

    def __iter__(self) -> Iterator[int]:
        for page, bits in sorted(self._pages.items()):
            rest = bits
            while rest:
                lowest = rest & -rest
                yield page * PAGE + lowest.bit_length() - 1
                rest ^= lowest

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._pages.values())
