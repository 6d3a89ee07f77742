"""Activity charts: the number of entries per year of several records, coloured by phase."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef

from timeline.models import Entry, Phase
from timeline.models.kinds import fields_naming, path_from_entry
from timeline.models.named import TitleSlugModel
from timeline.public.pictures.blocks import Block, draw_blocks
from timeline.public.pictures.geometry import AxisYear, Band, Scale, Span, axis_years, draw_bands
from timeline.values.date_points import Point
from timeline.values.partial_date import PartialDate

# The number of a record's entries by the year in which they begin and the tone of their phase, if they have these.
YearCounts = Mapping[tuple[int | None, str], int]


@dataclass(frozen=True)
class ActivityRow:
    """The entries of one record: their number, the years from first to last, and the blocks drawn."""

    subject: TitleSlugModel
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


def year_counts(records: Sequence[TitleSlugModel]) -> dict[int, YearCounts]:
    """The counts of these records of one model, by key, in a query for each column that names such records."""
    found: dict[int, dict[tuple[int | None, str], int]] = {record.pk: defaultdict(int) for record in records}
    public = Entry.objects.published().order_by()
    fields = fields_naming(type(records[0])) if records else ()
    for number, field in enumerate(fields):
        path = path_from_entry(field)
        entries = public.filter(**{f"{path}__in": [*found]}).annotate(record=F(path))
        for other in fields[:number]:
            # An entry that names a record in several columns counts once.
            if other.model is field.model:
                named = field.model._base_manager.filter(
                    pk=OuterRef("pk"), **{other.name: OuterRef("record")}
                )
                entries = entries.exclude(Exists(named))
        rows = entries.values_list("record", "sort_earliest__year", "phase__tone").annotate(Count("pk"))
        for record, year, tone, size in rows:
            found[record][year, tone or ""] += size
    return {**found}


def entry_counts(records: Sequence[TitleSlugModel]) -> list[tuple[TitleSlugModel, int]]:
    """These records of one model, each with the number of its entries."""
    counts = year_counts(records)
    return [(record, sum(counts[record.pk].values())) for record in records]


def activity_chart(records: Sequence[TitleSlugModel], phases: Sequence[Phase]) -> ActivityChart:
    """A row for each of these records of one model, in the given order."""
    counts = year_counts(records)
    by_year = {key: _by_year(of_record) for key, of_record in counts.items()}
    spans = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    begun = [datetime.date(year, 1, 1) for years in by_year.values() for year in years]
    scale = Scale.over([*((span.first, span.last) for span in spans), *zip(begun, begun, strict=True)])
    most = max((sum(tones.values()) for years in by_year.values() for tones in years.values()), default=1)
    return ActivityChart(
        axis_years(scale),
        draw_bands(spans, scale),
        [_activity_row(record, counts[record.pk], by_year[record.pk], scale, most) for record in records],
    )


def _by_year(counts: YearCounts) -> dict[int, dict[str, int]]:
    """The number of dated entries by year and tone of the phase, tones in their order."""
    years: dict[int, dict[str, int]] = defaultdict(dict)
    for (year, tone), size in sorted(counts.items(), key=lambda count: count[0][1]):
        if year is not None:
            years[year][tone] = size
    return years


def _activity_row(
    record: TitleSlugModel,
    counts: YearCounts,
    by_year: Mapping[int, Mapping[str, int]],
    scale: Scale,
    most: int,
) -> ActivityRow:
    undated = sum(size for (year, _tone), size in counts.items() if year is None)
    period = None
    if by_year:
        first, last = min(by_year), max(by_year)
        period = PartialDate(Point(first), Point(last) if last > first else None)
    return ActivityRow(record, sum(counts.values()), undated, period, draw_blocks(by_year, scale, most))
