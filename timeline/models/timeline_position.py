"""The position of entries on the timeline: the date that decides it, and the order of entries."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.db.models.functions import ExtractYear
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from timeline.values.partial_date import PartialDate

if TYPE_CHECKING:
    from timeline.models.entries import Entry


class TimelineDateSource(models.TextChoices):
    """The source of an entry's timeline date."""

    OWN = "own", _("date of the entry")
    PUBLISHED = "published", _("date of publication")
    ISSUED = "issued", _("date of the document")
    EFFECTIVE = "effective", _("date of effect")
    DECLARED = "declared", _("date it was set")
    NONE = "", _("no date")


@dataclass(frozen=True)
class TimelineDate:
    """A column whose date can place an entry, and the source of that date.

    The path is a column (`issued`) or the date of another entry (`declared_by__timeline_date`).
    """

    path: str
    source: TimelineDateSource

    @property
    def inputs(self) -> frozenset[str]:
        """The columns of the entry that determine the date; a foreign key with both of its names."""
        name, *beyond = self.path.split("__")
        return frozenset({name, f"{name}_id"} if beyond else {name})

    def value_of(self, entry: "Entry") -> PartialDate | str | None:
        """The date of this entry, in the spelling in which it was assigned; None or "" if there is none."""
        name, *beyond = self.path.split("__")
        if not beyond:
            return getattr(entry, name)
        key = getattr(entry, f"{name}_id")
        # Not of the related instance, which may be outdated.
        return None if key is None else entry.others.timeline_date_of(key)


# The order of the timeline: columns, and whether each is descending. Among entries that begin on the same day, more precise
# dates come last; among entries with the same date, kinds have the order of Kind, which is descending by value.
TIMELINE_ORDER = (("sort_earliest", False), ("sort_latest", True), ("kind", True), ("slug", False))


def timeline_order(prefix: str = "") -> list[OrderBy]:
    """The order of the timeline for order_by(), undated entries last. `prefix` is the lookup to the entry: `entry__`."""
    return [
        F(f"{prefix}{column}").desc()
        if is_descending
        else F(f"{prefix}{column}").asc(nulls_last=True if column == "sort_earliest" else None)
        for column, is_descending in TIMELINE_ORDER
    ]


@dataclass(frozen=True)
class _Descending:
    """A day that sorts before earlier ones."""

    value: datetime.date

    def __lt__(self, other: "_Descending") -> bool:
        return other.value < self.value


def timeline_sort_key(entry: "Entry") -> tuple[object, ...]:
    """The order of the timeline as a sort key for instances."""
    values = ((getattr(entry, column), is_descending) for column, is_descending in TIMELINE_ORDER)
    return tuple(
        (value is None, _Descending(value) if is_descending and value is not None else value)
        for value, is_descending in values
    )


class Year(ExtractYear):
    """The year of a date. On SQLite, for which Django extracts it in Python, by SQL alone: it is counted by year."""

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Sequence[object]]:
        sql, values = compiler.compile(self.lhs)
        return f"CAST(substr({sql}, 1, 4) AS integer)", values
