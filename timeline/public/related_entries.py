"""The entries that are related to one, by the way in which they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from timeline.models import Entry
from timeline.models.shortlists import first_of, left_out
from timeline.models.timeline_position import timeline_sort_key


@dataclass(frozen=True)
class RelatedEntry:
    """A related entry, with its relation if the heading does not say it."""

    entry: Entry
    relation: str = ""


@dataclass(frozen=True)
class RelatedEntries:
    """The first entries under a heading, and the number of those left out."""

    name: str
    heading: str
    related: list[RelatedEntry]
    left_out: int


@dataclass(frozen=True)
class Relation:
    """A way in which public entries are related to one: its name in addresses, its heading, and their rows.

    The rows are entries in chronological order, or become `RelatedEntry` by `to_related`. `at_hand` are entries
    that are not among the rows because the page is the preview of something unsaved.
    """

    name: str
    heading: str
    rows: QuerySet[Any]
    to_related: Callable[[Any], RelatedEntry] = RelatedEntry
    at_hand: Sequence[RelatedEntry] = ()

    def first(self, size: int) -> RelatedEntries:
        """The first entries."""
        rows = first_of(self.rows, size)
        found = [*self.at_hand, *self.of(rows)]
        if self.at_hand and self.to_related is RelatedEntry:
            found.sort(key=lambda related: timeline_sort_key(related.entry))
        return RelatedEntries(self.name, self.heading, found[:size], left_out(rows) + len(found[size:]))

    def of(self, rows: Iterable[Any]) -> list[RelatedEntry]:
        """These rows as related entries."""
        return [self.to_related(row) for row in rows]
