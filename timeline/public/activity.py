"""Activity charts: the number of entries per year of several records, coloured by phase."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from timeline.models import Phase
from timeline.public.pictures.blocks import Block, draw_blocks
from timeline.public.pictures.geometry import AxisYear, Band, Scale, Span, axis_years, draw_bands
from timeline.values.date_points import Point
from timeline.values.partial_date import PartialDate

# The key of the record, the key of the entry, the year of its timeline date and the tone of its phase.
DatedEntry = tuple[int, int, int | None, str | None]


@dataclass(frozen=True)
class ActivityRow:
    """The entries of one record: their number, the years from first to last, and the blocks drawn."""

    subject: Any
    size: int = 0
    undated: int = 0
    period: PartialDate | None = None
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class ActivityChart:
    """The rows of several records on one axis, over the phases."""

    years: list[AxisYear]
    phase_bands: list[Band]
    rows: list[ActivityRow]

    @property
    def has_unphased(self) -> bool:
        """Whether there are phases, and a block without one."""
        return bool(self.phase_bands) and not all(block.subject for row in self.rows for block in row.blocks)


def activity_chart(
    records: Iterable[Any], places: Iterable[DatedEntry], phases: Sequence[Phase]
) -> ActivityChart:
    """A row for each record, in the given order. Duplicate entries count once."""
    entries: dict[int, set[DatedEntry]] = defaultdict(set)
    for place in places:
        entries[place[0]].add(place)
    counts = {owner: _by_year(found) for owner, found in entries.items()}
    spans = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    begun = [datetime.date(year, 1, 1) for found in counts.values() for year in found]
    scale = Scale.over([*((span.first, span.last) for span in spans), *zip(begun, begun, strict=True)])
    most = max((sum(tones.values()) for found in counts.values() for tones in found.values()), default=1)
    return ActivityChart(
        axis_years(scale),
        draw_bands(spans, scale, 0, 0)[0],
        [
            _activity_row(record, entries.get(record.pk, set()), counts.get(record.pk, {}), scale, most)
            for record in records
        ],
    )


def _by_year(places: Iterable[DatedEntry]) -> dict[int, dict[str, int]]:
    """The number of dated entries by year and tone of the phase."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _owner, _entry, year, tone in sorted(places, key=lambda place: (place[3] or "", place[1])):
        if year is not None:
            counts[year][tone or ""] += 1
    return counts


def _activity_row(
    record: Any, places: set[DatedEntry], counts: dict[int, dict[str, int]], scale: Scale, most: int
) -> ActivityRow:
    undated = sum(year is None for _owner, _entry, year, _tone in places)
    period = None
    if counts:
        first, last = min(counts), max(counts)
        period = PartialDate(Point(first), Point(last) if last > first else None)
    return ActivityRow(record, len(places), undated, period, draw_blocks(counts, scale, most))
