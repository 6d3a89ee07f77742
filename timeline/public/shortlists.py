"""The beginning of a list, and how many more records it has, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window


@dataclass(frozen=True)
class Shortlist:
    """The first records of a list, and the number of those left out."""

    records: Sequence[Any] = ()
    left_out: int = 0


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows, each with the number of all as `total`, however few of them are fetched."""
    return rows.annotate(total=Window(Count("pk")))


def shortlist(rows: QuerySet[Any], size: int) -> Shortlist:
    """The first rows, in their order."""
    return shortlist_of(counted(rows)[:size])


def shortlist_of(fetched: QuerySet[Any]) -> Shortlist:
    """The same of the first rows of `counted()`, which may be prefetched."""
    records = list(fetched)
    return Shortlist(records, records[0].total - len(records) if records else 0)
