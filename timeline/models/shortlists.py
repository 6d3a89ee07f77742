"""The first rows of long lists, each with the number of all, so that one query says how many are left out."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Model, QuerySet, Value, Window
from django.db.models.expressions import Col, Combinable, OrderBy
from django.db.models.functions import DenseRank, RowNumber

from timeline.models.kinds import field_of, links_of


def first_of(rows: QuerySet, size: int) -> QuerySet:
    """The first rows in their order, each with the number of all as `total`."""
    return rows.annotate(total=Window(Count("pk")))[:size]


def first_of_each(
    rows: QuerySet, size: int, order: Sequence[str | OrderBy], owner: str | Sequence[str] | Col
) -> QuerySet:
    """The same as a queryset to be prefetched: the first rows of each `owner`, one or several columns, or `link_owner()`.

    They are the first in an order of columns; the queryset keeps its own order.
    """
    rank = Window(RowNumber(), partition_by=owner, order_by=[*order])
    total = Window(Count("pk"), partition_by=owner)
    return rows.annotate(rank=rank, total=total).filter(rank__lte=size)


def distinct_of_each(columns: Sequence[str], owner: str) -> Combinable:
    """The number of different values of these columns, none of them NULL, in the rows of the owner of a row."""
    # No database counts distinct values in a window: the ranks from both ends add up to one more.
    first, last = (
        Window(DenseRank(), partition_by=owner, order_by=[by(F(column)) for column in columns])
        for by in (F.asc, F.desc)
    )
    return first + last - Value(1)


def link_owner(model: type[Model], name: str) -> Col:
    """The owner of the rows that are prefetched over this many-to-many relation of a model: a column of its table of links.

    Prefetching joins that table by its own name, and only afterwards: `F()` would join it a second time.
    """
    links = links_of(field_of(model, name))
    if links is None:
        raise TypeError(f"{model.__name__}.{name} is not many-to-many.")
    return Col(links.rows._meta.db_table, field_of(links.rows, links.owner))


def read_first_related(record: Model, name: str, size: int, rows: QuerySet | None = None) -> None:
    """Read the first related records of one record, for `record.name.all()`; those at hand, as in a preview, stay.

    Prefetching ranks the rows for each of many records, which takes three times as long for one.
    """
    at_hand = record.__dict__.setdefault("_prefetched_objects_cache", {})
    if name not in at_hand:
        found = getattr(record, name).get_queryset()
        found._result_cache = [*first_of(found if rows is None else rows, size)]
        found._prefetch_done = True
        at_hand[name] = found


def total_of(records: Iterable[Model]) -> int:
    """The number of all rows, of which these may be the first ones."""
    found = list(records)
    return getattr(found[0], "total", len(found)) if found else 0


def left_out(records: Iterable[Model]) -> int:
    """How many of all rows are not among these; 0 for records that were not read as first ones."""
    found = list(records)
    return total_of(found) - len(found)
