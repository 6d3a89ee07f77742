"""The first rows of long lists, each with the number of all, so that one query says how many are left out."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Model, QuerySet, Window
from django.db.models.functions import RowNumber


def first_of(rows: QuerySet[Any], size: int) -> QuerySet[Any]:
    """The first rows in their order, each with the number of all as `total`."""
    return rows.annotate(total=Window(Count("pk")))[:size]


def first_of_each(
    rows: QuerySet[Any], size: int, order: Sequence[str], owner: str | None = None
) -> QuerySet[Any]:
    """The same as a queryset to be prefetched: the first rows of each `owner`, or of the only one.

    They are the first in an order of columns; the queryset keeps its own order.
    """
    place = Window(RowNumber(), partition_by=owner, order_by=[*order])
    total = Window(Count("pk"), partition_by=owner)
    return rows.annotate(place=place, total=total).filter(place__lte=size)


def left_out(records: Iterable[Model]) -> int:
    """How many of all rows are not among these; 0 for records that were not read as first ones."""
    found = list(records)
    return getattr(found[0], "total", len(found)) - len(found) if found else 0
