"""Rows and keys in chunks, so that no statement grows with their number."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

CHUNK_SIZE = 500


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in their order, `CHUNK_SIZE` at a time."""
    remaining = iter(items)
    while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
        yield chunk
