"""Groups entries for display: by phase, within a phase by year, with a section of undated entries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

from django.utils.translation import gettext as _

from timeline.i18n.display import localized_html
from timeline.models import Phase


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


def outside_label(entry: TimelineEntry, phases: Sequence[Phase]) -> str:
    """The label of the section of an entry without a phase."""
    if entry.sort_earliest is None:
        return _("Date not recorded")
    if phases and entry.sort_earliest < phases[0].sort_earliest:
        return _("Before the first phase")
    return _("Outside the phases")


def group_by_phase(entries: Sequence[TimelineEntry], phases: Sequence[Phase]) -> list[TimelineSection]:
    """The whole timeline: the phases in order, and sections for entries before, outside and without dates.

    Entries and phases are given in order. An empty section is included only if it is a phase.
    """
    outside: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in entries:
        if entry.phase_id is None:
            outside[outside_label(entry, phases)].append(entry)
    explanations = {
        _("Before the first phase"): _("These entries lie before the first phase that the sources name."),
        _("Date not recorded"): _(
            "The sources give neither a date nor a phase for these entries; they stand at no guessed place."
        ),
    }

    def outside_section(anchor: str, title: str) -> TimelineSection:
        found = outside[title]
        return TimelineSection(
            anchor, title, None, explanations.get(title, ""), by_year(found), undated(found)
        )

    inside = [
        TimelineSection(
            f"phase-{phase.slug}",
            localized_html(phase, "title"),
            phase,
            localized_html(phase, "summary"),
            by_year(found),
            undated(found),
        )
        for phase in phases
        for found in [[entry for entry in entries if entry.phase_id == phase.pk]]
    ]
    sections = [
        outside_section("stretch-before", _("Before the first phase")),
        *inside,
        outside_section("stretch-outside", _("Outside the phases")),
        outside_section("stretch-undated", _("Date not recorded")),
    ]
    return [section for section in sections if section.phase or section.size]
