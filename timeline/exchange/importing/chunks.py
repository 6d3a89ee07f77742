"""Rows and keys in chunks, so that no query and no list grows with the import."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from timeline.models import Entry

CHUNK_SIZE = 500


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in their order, some hundreds at a time."""
    remaining = iter(sorted(keys))
    while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
        yield chunk


def keys_by_kind(keys: Iterable[int], entries: Any = None) -> dict[str, list[int]]:
    """Those of these keys that are among the entries (by default all), by their kinds."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    among = Entry.objects.all() if entries is None else entries
    for chunk in chunks(keys):
        for pk, kind in among.filter(pk__in=chunk).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds
