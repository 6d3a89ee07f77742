"""Strips of years: how many entries each of several records has in each year, in the colours of their phases."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from timeline.models import Phase
from timeline.public.pictures.geometry import Band, Block, Scale, Span, Year, bands, blocks, years
from timeline.values.partial_date import PartialDate, Point

# Whose the entry is, the entry, the year of its place and the tone of its phase, where it has these.
Place = tuple[int, int, int | None, str | None]


@dataclass(frozen=True)
class Strip:
    """The entries of one record: their number, the years from the first to the last, and what is drawn of them."""

    of: Any
    size: int = 0
    undated: int = 0
    reach: PartialDate | None = None
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Strips:
    """The strips of several records on one axis, over the phases."""

    years: list[Year]
    grounds: list[Band]
    strips: list[Strip]

    @property
    def has_unphased(self) -> bool:
        """Whether a block stands beside those of phases and is of none."""
        return bool(self.grounds) and not all(block.of for strip in self.strips for block in strip.blocks)


def strips(records: Iterable[Any], places: Iterable[Place], phases: Sequence[Phase]) -> Strips:
    """A strip for each record, in their order; an entry that is there twice counts once."""
    entries: dict[int, set[Place]] = defaultdict(set)
    for place in places:
        entries[place[0]].add(place)
    counts = {owner: _by_year(found) for owner, found in entries.items()}
    spans = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    begun = [datetime.date(year, 1, 1) for found in counts.values() for year in found]
    scale = Scale.over([*((span.first, span.last) for span in spans), *zip(begun, begun, strict=True)])
    most = max((sum(tones.values()) for found in counts.values() for tones in found.values()), default=1)
    return Strips(
        years(scale),
        bands(spans, scale, 0, 0)[0],
        [
            _strip(record, entries.get(record.pk, set()), counts.get(record.pk, {}), scale, most)
            for record in records
        ],
    )


def _by_year(places: Iterable[Place]) -> dict[int, dict[str, int]]:
    """How many of the dated there are in each year, by the tone of their phase."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _owner, _entry, year, tone in sorted(places, key=lambda place: (place[3] or "", place[1])):
        if year is not None:
            counts[year][tone or ""] += 1
    return counts


def _strip(
    record: Any, places: set[Place], counts: dict[int, dict[str, int]], scale: Scale, most: int
) -> Strip:
    undated = sum(year is None for _owner, _entry, year, _tone in places)
    reach = None
    if counts:
        first, last = min(counts), max(counts)
        reach = PartialDate(Point(first), Point(last) if last > first else None)
    return Strip(record, len(places), undated, reach, blocks(counts, scale, most))
