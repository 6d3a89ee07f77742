"""Groups entries for display: by phase, within a phase by year; undated entries come last, by phase."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

from django.db.models import Case, IntegerField, Value, When
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.filters.conditions import year_range_text
from timeline.i18n.display import localized_html
from timeline.i18n.languages import current_language
from timeline.models import Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.timeline_position import timeline_order
from timeline.public.counts import EntryCount

# The anchors of the sections that are no phase. They are public addresses and do not change.
BEFORE, OUTSIDE, UNDATED = "stretch-before", "stretch-outside", "stretch-undated"
OUTSIDE_TITLES = {
    BEFORE: gettext_lazy("Before the first phase"),
    OUTSIDE: gettext_lazy("Outside the phases"),
    UNDATED: gettext_lazy("Date not recorded"),
}
OUTSIDE_EXPLANATIONS = {
    BEFORE: gettext_lazy("These entries lie before the first phase that the sources name."),
    UNDATED: gettext_lazy("The sources give no date for these entries; they stand at no guessed place."),
}


class TimelineEntry(Protocol):
    """An entry, or its fields that determine its position."""

    @property
    def pk(self) -> int: ...

    @property
    def phase_id(self) -> int | None: ...

    @property
    def sort_earliest(self) -> datetime.date | None: ...


@dataclass(frozen=True)
class YearGroup:
    """The entries whose timeline date begins in one year, in order."""

    number: int
    entries: list[TimelineEntry]


@dataclass(frozen=True)
class UndatedGroup:
    """The undated entries of a phase, or of none. `anchor` is that of the section of their phase."""

    anchor: str
    title: str
    phase: Phase | None
    entries: list[TimelineEntry]


@dataclass(frozen=True)
class TimelineSection:
    """A section of the timeline: a phase, entries outside every phase, or entries without a date.

    `gist` is a line below its title. The entries without a date are `undated`, in the timeline also by phase.
    """

    anchor: str
    title: str
    phase: Phase | None = None
    gist: str = ""
    years: list[YearGroup] = field(default_factory=list)
    undated: list[TimelineEntry] = field(default_factory=list)
    undated_by_phase: list[UndatedGroup] = field(default_factory=list)

    @property
    def period(self) -> str:
        """The years of a phase; else those of the entries."""
        if self.phase:
            return self.phase.period.display(current_language())
        return year_range_text(self.years[0].number, self.years[-1].number) if self.years else ""

    @property
    def size(self) -> int:
        return sum(len(year.entries) for year in self.years) + len(self.undated)

    @property
    def entries(self) -> list[TimelineEntry]:
        """All entries of the section, the undated last."""
        return [*(entry for year in self.years for entry in year.entries), *self.undated]


@dataclass(frozen=True)
class SectionOutline:
    """A section with the number of its entries by year, and of the undated ones, instead of the entries."""

    anchor: str
    title: str
    phase: Phase | None
    years: dict[int, int]
    undated: int

    @property
    def size(self) -> int:
        return sum(self.years.values()) + self.undated


def by_year(entries: Iterable[TimelineEntry]) -> list[YearGroup]:
    """Group dated entries, given in order, by the first year of their timeline date."""
    dated = ((entry.sort_earliest.year, entry) for entry in entries if entry.sort_earliest is not None)
    return [
        YearGroup(number, [entry for _year, entry in group])
        for number, group in groupby(dated, lambda of_year: of_year[0])
    ]


def undated(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    return [entry for entry in entries if entry.sort_earliest is None]


def make_section(anchor: str, title: str, entries: Iterable[TimelineEntry]) -> TimelineSection:
    """A section that is no phase: a heading and its entries, given in order."""
    found = list(entries)
    return TimelineSection(anchor, title, years=by_year(found), undated=undated(found))


def outside_anchor(entry: TimelineEntry, phases: Sequence[Phase]) -> str:
    """The anchor of the section of an entry without a phase."""
    if entry.sort_earliest is None:
        return UNDATED
    if phases and entry.sort_earliest < phases[0].sort_earliest:
        return BEFORE
    return OUTSIDE


def empty_sections(phases: Sequence[Phase]) -> list[TimelineSection]:
    """The sections of the timeline in order, without entries: the phases, and those before, outside and without dates."""
    of_phases = [
        TimelineSection(_phase_anchor(phase), localized_html(phase, "title"), phase, _gist_of(phase))
        for phase in phases
    ]
    before, *others = (
        TimelineSection(anchor, str(title), gist=str(OUTSIDE_EXPLANATIONS.get(anchor, "")))
        for anchor, title in OUTSIDE_TITLES.items()
    )
    return [before, *of_phases, *others]


def _gist_of(phase: Phase) -> str:
    gist = localized_html(phase, "gist")
    return format_html(_("At the same time: {gist}"), gist=gist) if gist else ""


def group_by_phase(
    entries: Sequence[TimelineEntry], phases: Sequence[Phase], opening: str = ""
) -> list[TimelineSection]:
    """The whole timeline: its sections with these entries.

    Entries and phases are given in order. An empty section is included only if it is a phase. `opening` is the name of the
    years before the first phase, where they have one.
    """
    anchors: dict[int | None, str] = {phase.pk: _phase_anchor(phase) for phase in phases}
    found: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in entries:
        of_phase = anchors.get(entry.phase_id) if entry.sort_earliest else None
        found[of_phase or outside_anchor(entry, phases)].append(entry)
    sections = [
        replace(
            section,
            title=opening if opening and section.anchor == BEFORE else section.title,
            years=by_year(found[section.anchor]),
            undated=undated(found[section.anchor]),
            undated_by_phase=_undated_by_phase(undated(found[section.anchor]), phases),
        )
        for section in empty_sections(phases)
    ]
    return [section for section in sections if section.phase or section.size]


def _undated_by_phase(entries: Sequence[TimelineEntry], phases: Sequence[Phase]) -> list[UndatedGroup]:
    """The groups of undated entries that are not empty, those without a phase last; untitled if there are no phases."""
    known = {phase.pk for phase in phases}
    groups = [
        UndatedGroup(
            _phase_anchor(phase),
            localized_html(phase, "title"),
            phase,
            [entry for entry in entries if entry.phase_id == phase.pk],
        )
        for phase in phases
    ]
    others = [entry for entry in entries if entry.phase_id not in known]
    groups.append(UndatedGroup(UNDATED, str(OUTSIDE_TITLES[OUTSIDE]) if phases else "", None, others))
    return [group for group in groups if group.entries]


def outline_by_phase(counts: Iterable[EntryCount], phases: Sequence[Phase]) -> list[SectionOutline]:
    """The same sections as `group_by_phase()` of the counted entries, without the entries."""
    anchors: dict[int | None, str] = {phase.pk: _phase_anchor(phase) for phase in phases}
    years: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    without: dict[str, int] = defaultdict(int)
    for count in counts:
        if count.year is None:
            without[UNDATED] += count.size
        else:
            years[anchors.get(count.phase_id, BEFORE if count.is_before else OUTSIDE)][count.year] += (
                count.size
            )
    outline = [
        SectionOutline(
            section.anchor,
            section.title,
            section.phase,
            dict(sorted(years[section.anchor].items())),
            without[section.anchor],
        )
        for section in empty_sections(phases)
    ]
    return [section for section in outline if section.phase or section.size]


def in_section_order(entries: EntryQuerySet, phases: Sequence[Phase]) -> EntryQuerySet:
    """Order the entries as the sections of the timeline list them."""
    if not phases:
        return entries.chronological()
    ranks = [When(phase=phase.pk, then=Value(rank)) for rank, phase in enumerate(phases)]
    before = When(phase=None, sort_earliest__lt=phases[0].sort_earliest, then=Value(-1))
    section = Case(before, *ranks, default=Value(len(phases)), output_field=IntegerField())
    is_undated = Case(When(sort_earliest=None, then=Value(1)), default=Value(0))
    return entries.order_by(is_undated, section, *timeline_order())


def _phase_anchor(phase: Phase) -> str:
    return f"phase-{phase.slug}"
