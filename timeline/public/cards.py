"""The entries of a list: their positions at once, the rest when a card is rendered."""

import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from timeline.models import Entry
from timeline.models.entry_queryset import EntryQuerySet


class Position(NamedTuple):
    """The columns of an entry that determine its place in a list."""

    pk: int
    kind: str
    phase_id: int | None
    sort_earliest: datetime.date | None


@dataclass(frozen=True)
class ListedEntry:
    """The position of an entry. The entry itself is loaded with all others of the list, when one of them is read.

    Most cards are kept, and their entries need not be loaded.
    """

    pk: int
    kind: str
    phase_id: int | None
    sort_earliest: datetime.date | None
    load: Callable[[], Mapping[int, Entry]]

    @property
    def loaded(self) -> Entry | None:
        """The entry; None if it is no longer public since its position was kept."""
        return self.load().get(self.pk)


def positions_of(entries: Any) -> list[Position]:
    """The positions of these entries, a queryset that may be sliced, in its order."""
    return [Position(*row) for row in entries.values_list(*Position._fields)]


def listed_entries(positions: Sequence[Position], public: EntryQuerySet) -> list[ListedEntry]:
    """The list, in the order of the positions; `public` are all public entries, with what their cards show."""
    load = functools.cache(lambda: public.in_bulk([position.pk for position in positions]))
    return [ListedEntry(*position, load) for position in positions]
