"""Entries laid out as a reader meets them: by phase, within it by year, the undated at their honest place."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

from django.utils.translation import gettext as _

from timeline.i18n.display import said
from timeline.models import Phase


class Placed(Protocol):
    """An entry, or as much of it as says where it stands."""

    @property
    def pk(self) -> Any: ...

    @property
    def phase_id(self) -> int | None: ...

    @property
    def sort_earliest(self) -> datetime.date | None: ...


@dataclass(frozen=True)
class Year:
    """The entries whose place begins in a year, in order."""

    number: int
    entries: list[Any]


@dataclass(frozen=True)
class Stretch:
    """A part of the timeline: a phase, what lies outside every phase, or what has no date and no phase."""

    anchor: str
    title: str
    phase: Phase | None = None
    explanation: str = ""
    years: list[Year] = field(default_factory=list)
    undated: list[Any] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(year.entries) for year in self.years) + len(self.undated)

    @property
    def entries(self) -> list[Placed]:
        """All of it, the undated last."""
        return [*(entry for year in self.years for entry in year.entries), *self.undated]


def by_year(entries: Iterable[Placed]) -> list[Year]:
    """Dated entries, which come in order, grouped by the year in which the place of each begins."""
    dated = ((entry.sort_earliest.year, entry) for entry in entries if entry.sort_earliest is not None)
    return [
        Year(number, [entry for _year, entry in group])
        for number, group in groupby(dated, lambda of_year: of_year[0])
    ]


def undated(entries: Iterable[Placed]) -> list[Any]:
    return [entry for entry in entries if entry.sort_earliest is None]


def part(anchor: str, title: str, entries: Iterable[Placed]) -> Stretch:
    """A part of a page that is no phase: these entries, which come in order, under a heading."""
    found = list(entries)
    return Stretch(anchor, title, years=by_year(found), undated=undated(found))


def outside_phases(entry: Placed, phases: Sequence[Phase]) -> str:
    """Where an entry without a phase stands, in words."""
    if entry.sort_earliest is None:
        return _("Date not recorded")
    if phases and entry.sort_earliest < phases[0].sort_earliest:
        return _("Before the first phase")
    return _("Outside the phases")


def lay_out(entries: Sequence[Placed], phases: Sequence[Phase]) -> list[Stretch]:
    """The whole timeline: phases in their order, with what lies before, beside and at no known place around them.

    Entries and phases come in their order. A stretch without entries is kept where it is a phase.
    """
    outside: dict[str, list[Placed]] = defaultdict(list)
    for entry in entries:
        if entry.phase_id is None:
            outside[outside_phases(entry, phases)].append(entry)
    explanations = {
        _("Before the first phase"): _("These entries lie before the first phase that the sources name."),
        _("Date not recorded"): _(
            "The sources give neither a date nor a phase for these entries; they stand at no guessed place."
        ),
    }

    def around(anchor: str, title: str) -> Stretch:
        found = outside[title]
        return Stretch(anchor, title, None, explanations.get(title, ""), by_year(found), undated(found))

    inside = [
        Stretch(
            f"phase-{phase.slug}",
            said(phase, "title"),
            phase,
            said(phase, "summary"),
            by_year(found),
            undated(found),
        )
        for phase in phases
        for found in [[entry for entry in entries if entry.phase_id == phase.pk]]
    ]
    stretches = [
        around("stretch-before", _("Before the first phase")),
        *inside,
        around("stretch-outside", _("Outside the phases")),
        around("stretch-undated", _("Date not recorded")),
    ]
    return [stretch for stretch in stretches if stretch.phase or stretch.size]
