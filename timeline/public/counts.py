"""The numbers of entries by phase, kind and year, in one grouped query each."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Case, Count, Expression, Max, Model, Q, Value, When
from django.utils.text import capfirst

from timeline.models import Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.timeline_position import Year


class EntryCount(NamedTuple):
    """The number of entries of one kind in one phase whose timeline date begins in one year.

    The year is None for undated entries. Without a phase, `is_before` tells whether their dates begin before the first
    phase. `last_year` is the last year in which one of the dates ends; an end that nobody knows is a year later.
    """

    phase_id: int | None
    is_before: bool
    kind: str
    year: int | None
    last_year: int
    size: int


def noun_of(model: type[Model], size: int) -> str:
    """What so many records of a model are called, as the label of their number: Policy, Policies."""
    meta = model._meta
    return capfirst(str(meta.verbose_name if size == 1 else meta.verbose_name_plural))


def kind_sizes(entries: EntryQuerySet) -> dict[str, int]:
    """The number of entries of each kind of which there are any."""
    return dict(entries.order_by().values_list("kind").annotate(Count("pk")))


def count_entries(entries: EntryQuerySet, phases: Sequence[Phase]) -> list[EntryCount]:
    """Count the entries; the phases are given in order."""
    before: Expression = Value(False)
    if phases:
        is_before = When(phase=None, sort_earliest__lt=phases[0].sort_earliest, then=Value(True))
        before = Case(is_before, default=before)
    is_open = Q(sort_latest=datetime.date.max)
    rows = (
        entries.order_by()
        .annotate(is_before=before, year=Year("sort_earliest"))
        .values_list("phase_id", "is_before", "kind", "year")
        .annotate(
            latest=Max("sort_latest", filter=~is_open), open=Count("pk", filter=is_open), size=Count("pk")
        )
    )
    return [
        EntryCount(
            phase_id,
            bool(is_before),
            kind,
            year,
            max(latest.year if latest else 0, (year or 0) + 1 if unknown else 0),
            size,
        )
        for phase_id, is_before, kind, year, latest, unknown, size in rows
    ]
