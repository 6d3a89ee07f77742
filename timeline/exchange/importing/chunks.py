"""Rows and keys in chunks, so that queries do not grow with the import."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator

from timeline.models import Entry

CHUNK_SIZE = 500


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in ascending order, `CHUNK_SIZE` at a time."""
    remaining = iter(sorted(keys))
    while chunk := list(itertools.islice(remaining, CHUNK_SIZE)):
        yield chunk


def keys_by_kind(keys: Iterable[int]) -> dict[str, list[int]]:
    """The keys of entries by kind; those of no entry are left out."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for chunk in chunks(keys):
        for pk, kind in Entry.objects.filter(pk__in=chunk).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds
