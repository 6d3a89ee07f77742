"""The schedule: which records and working copies become public, and when."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import BooleanField, CharField, Count, F, Model, QuerySet, Value, Window
from django.db.models.functions import RowNumber, TruncDate

from timeline.models import Revision
from timeline.models.named import slug_owner_name
from timeline.models.records import RecordKey, RecordQuerySet, models_with_status
from timeline.models.revisions import RevisionQuerySet


@dataclass(frozen=True)
class Period:
    """The time from a moment until before another; None for no limit."""

    start: datetime.datetime | None = None
    end: datetime.datetime | None = None

    def limit(self, rows: QuerySet[Model], column: str) -> QuerySet[Model]:
        if self.start is not None:
            rows = rows.filter(**{f"{column}__gte": self.start})
        return rows.filter(**{f"{column}__lt": self.end}) if self.end is not None else rows


ALWAYS = Period()


@dataclass(frozen=True)
class ScheduledKey:
    """When a record, or a working copy of it, becomes public."""

    at: datetime.datetime
    key: RecordKey
    is_copy: bool


@dataclass(frozen=True)
class ScheduledDay:
    """How many records and working copies become public on a day, and the times and titles of the first."""

    count: int
    first: Sequence[tuple[datetime.datetime, str]]

    @property
    def others(self) -> int:
        """How many more there are."""
        return self.count - len(self.first)


def scheduled_keys(user: AbstractUser, period: Period = ALWAYS) -> QuerySet[Model, dict[str, Any]]:
    """What this user may see of the schedule in a period, by time: rows for `read_keys()`."""
    copies = period.limit(_scheduled_copies(user), "public_from").order_by()
    rows = copies.values(key=F("record"), of=F("table"), at=F("public_from"), is_copy=_yes(True))
    records = [
        period.limit(some, "published_at")
        .order_by()
        .values(key=F("pk"), of=_text(slug_owner_name(some.model)), at=F("published_at"), is_copy=_yes(False))
        for some in _scheduled_records(user)
    ]
    return rows.union(*records, all=True).order_by("at", "of", "key")


def read_keys(rows: Iterable[Mapping[str, Any]]) -> list[ScheduledKey]:
    """These rows of `scheduled_keys()`."""
    return [ScheduledKey(row["at"], (row["of"], row["key"]), bool(row["is_copy"])) for row in rows]


def is_scheduled(user: AbstractUser, key: RecordKey) -> bool:
    """Whether the record with this key, or a working copy of it, is on the schedule that the user may see."""
    table, pk = key
    records = [rows for rows in _scheduled_records(user) if slug_owner_name(rows.model) == table]
    copies = _scheduled_copies(user).filter(table=table, record=pk)
    return any(rows.filter(pk=pk).exists() for rows in records) or copies.exists()


def scheduled_days(user: AbstractUser, period: Period, limit: int) -> dict[datetime.date, ScheduledDay]:
    """What becomes public on each day of a period, with the first so many titles, in a fixed number of queries."""
    counts: dict[datetime.date, int] = defaultdict(int)
    found: dict[datetime.date, list[tuple[datetime.datetime, str]]] = defaultdict(list)
    sources = [(rows, "published_at") for rows in _scheduled_records(user)]
    for rows, column in [*sources, (_scheduled_copies(user), "public_from")]:
        for day, number, at, title in _first_of_days(period.limit(rows, column), column, limit):
            counts[day] += number
            found[day].append((at, title))
    return {day: ScheduledDay(counts[day], sorted(titles)[:limit]) for day, titles in found.items()}


def missed_copies(user: AbstractUser) -> RevisionQuerySet:
    """The working copies that could not be published at their time, with the reasons as comments, newest first."""
    return Revision.objects.visible_to(user).not_applied()


def _first_of_days(
    rows: QuerySet[Model], column: str, limit: int
) -> Iterator[tuple[datetime.date, int, datetime.datetime, str]]:
    """Day, time and title of the first rows of each day; with the first, the number of all of that day, else 0."""
    day = TruncDate(column)
    place = Window(RowNumber(), partition_by=[day], order_by=[column, "pk"])
    placed = rows.annotate(day=day, place_of_day=place, number_of_day=Window(Count("pk"), partition_by=[day]))
    first = placed.filter(place_of_day__lte=limit).order_by(column, "pk")
    for found, at_place, number, at, title in first.values_list(
        "day", "place_of_day", "number_of_day", column, "title"
    ):
        yield found, number if at_place == 1 else 0, at, title


def _scheduled_records(user: AbstractUser) -> list[RecordQuerySet]:
    return [model._default_manager.visible_to(user).scheduled() for model in models_with_status()]


def _scheduled_copies(user: AbstractUser) -> RevisionQuerySet:
    return Revision.objects.visible_to(user).scheduled()


def _text(text: str) -> Value:
    return Value(text, CharField())


def _yes(value: bool) -> Value:
    return Value(value, BooleanField())
