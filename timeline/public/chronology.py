"""Groups entries for display: by phase, within a phase by year, with a section of undated entries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Protocol

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy

from timeline.i18n.display import localized_html
from timeline.models import Phase
from timeline.models.entries import EntryQuerySet
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
    UNDATED: gettext_lazy(
        "The sources give neither a date nor a phase for these entries; they stand at no guessed place."
    ),
}


class TimelineEntry(Protocol):
    """An entry, or its fields that determine its position."""

    @property
    def pk(self) -> Any: ...

    @property
    def phase_id(self) -> int | None: ...

    @property
    def sort_earliest(self) -> datetime.date | None: ...


@dataclass(frozen=True)
class YearGroup:
    """The entries whose timeline date begins in one year, in order."""

    number: int
    entries: list[Any]


@dataclass(frozen=True)
class TimelineSection:
    """A section of the timeline: a phase, entries outside every phase, or entries without date and phase."""

    anchor: str
    title: str
    phase: Phase | None = None
    explanation: str = ""
    years: list[YearGroup] = field(default_factory=list)
    undated: list[Any] = field(default_factory=list)

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


def undated(entries: Iterable[TimelineEntry]) -> list[Any]:
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
        TimelineSection(
            _phase_anchor(phase), localized_html(phase, "title"), phase, localized_html(phase, "summary")
        )
        for phase in phases
    ]
    before, *others = (
        TimelineSection(anchor, str(title), explanation=str(OUTSIDE_EXPLANATIONS.get(anchor, "")))
        for anchor, title in OUTSIDE_TITLES.items()
    )
    return [before, *of_phases, *others]


def group_by_phase(entries: Sequence[TimelineEntry], phases: Sequence[Phase]) -> list[TimelineSection]:
    """The whole timeline: its sections with these entries.

    Entries and phases are given in order. An empty section is included only if it is a phase.
    """
    anchors: dict[int | None, str] = {phase.pk: _phase_anchor(phase) for phase in phases}
    found: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in entries:
        found[anchors.get(entry.phase_id) or outside_anchor(entry, phases)].append(entry)
    sections = [
        replace(section, years=by_year(found[section.anchor]), undated=undated(found[section.anchor]))
        for section in empty_sections(phases)
    ]
    return [section for section in sections if section.phase or section.size]


def outline_by_phase(counts: Iterable[EntryCount], phases: Sequence[Phase]) -> list[SectionOutline]:
    """The same sections as `group_by_phase()` of the counted entries, without the entries."""
    anchors: dict[int | None, str] = {phase.pk: _phase_anchor(phase) for phase in phases}
    years: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    without: dict[str, int] = defaultdict(int)
    for count in counts:
        outside = UNDATED if count.year is None else BEFORE if count.is_before else OUTSIDE
        anchor = anchors.get(count.phase_id, outside)
        if count.year is None:
            without[anchor] += count.size
        else:
            years[anchor][count.year] += count.size
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
    return entries.order_by(section, *timeline_order())


def _phase_anchor(phase: Phase) -> str:
    return f"phase-{phase.slug}"
