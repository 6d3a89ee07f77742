"""The entries of a list: their positions at once, the rest when a card is rendered."""

import datetime
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from timeline.models import Entry


@dataclass(frozen=True)
class ListedEntry:
    """The position of an entry. The entry itself is loaded with all others of the list, when one of them is read.

    Most cards are kept, and their entries need not be loaded.
    """

    pk: int
    phase_id: int | None
    sort_earliest: datetime.date | None
    load: Callable[[], dict[int, Entry]]

    @property
    def loaded(self) -> Entry:
        return self.load()[self.pk]


def listed_entries(positions: Iterable[Any], entries: Iterable[Entry]) -> list[ListedEntry]:
    """The list, in the order of the positions; `entries` are the same ones with what their cards show."""
    load = functools.cache(lambda: {entry.pk: entry for entry in entries})
    return [
        ListedEntry(position.pk, position.phase_id, position.sort_earliest, load) for position in positions
    ]
