"""Rows and keys in chunks, so that queries do not grow with the import."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from timeline.models import Entry

CHUNK_SIZE = 500


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in ascending order, `CHUNK_SIZE` at a time."""
    remaining = iter(sorted(keys))
    while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
        yield chunk


def keys_by_kind(keys: Iterable[int], entries: Any = None) -> dict[str, list[int]]:
    """The keys by kind, without those that are not among `entries` (by default all entries)."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    among = Entry.objects.all() if entries is None else entries
    for chunk in chunks(keys):
        for pk, kind in among.filter(pk__in=chunk).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds
