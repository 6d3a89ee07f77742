"""Groups entries for display: by phase, within a phase by year, with a section of undated entries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Protocol

from django.utils.translation import gettext_lazy

from timeline.i18n.display import localized_html
from timeline.models import Phase

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


def group_by_phase(entries: Sequence[TimelineEntry], phases: Sequence[Phase]) -> list[TimelineSection]:
    """The whole timeline: the phases in order, and sections for entries before, outside and without dates.

    Entries and phases are given in order. An empty section is included only if it is a phase.
    """
    outside: dict[str, list[TimelineEntry]] = defaultdict(list)
    of_phase: dict[int, list[TimelineEntry]] = defaultdict(list)
    for entry in entries:
        if entry.phase_id is None:
            outside[outside_anchor(entry, phases)].append(entry)
        else:
            of_phase[entry.phase_id].append(entry)
    sections = [_outside_section(BEFORE, outside[BEFORE])]
    for phase in phases:
        found = of_phase[phase.pk]
        section = TimelineSection(
            f"phase-{phase.slug}",
            localized_html(phase, "title"),
            phase,
            localized_html(phase, "summary"),
            by_year(found),
            undated(found),
        )
        sections.append(section)
    sections += [_outside_section(anchor, outside[anchor]) for anchor in (OUTSIDE, UNDATED)]
    return [section for section in sections if section.phase or section.size]


def _outside_section(anchor: str, entries: Sequence[TimelineEntry]) -> TimelineSection:
    section = make_section(anchor, str(OUTSIDE_TITLES[anchor]), entries)
    return replace(section, explanation=str(OUTSIDE_EXPLANATIONS.get(anchor, "")))
