"""The texts and links of the picture in the language of the page."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.filters.conditions import UNDATED, Pairs, year_range_text
from timeline.filters.entries import query_string
from timeline.i18n.display import goal_state_text, language_within, localized_text, short_title
from timeline.i18n.languages import current_language, language_tag
from timeline.models import Goal, GoalState, Kind, Phase
from timeline.models.goals import STATE_WORDS
from timeline.models.timeline_position import TimelineDateSource
from timeline.public.goal_counts import counted_states
from timeline.public.pictures.axis import Column
from timeline.public.pictures.down import CountLink
from timeline.public.pictures.due_goals import DueGoal
from timeline.public.pictures.goal_rings import RING_ORDER, goal_ring
from timeline.public.pictures.phase_bands import PhaseText
from timeline.public.pictures.picture_entries import PictureEntry


@dataclass(frozen=True)
class ListLinks:
    """How the picture links to the list: its address, the conditions of the entries in it, and the addresses of its years.

    Without addresses, a year is a condition too. `due` returns the address of the goals due in a year.
    """

    address: str
    due: Callable[[int], str]
    pairs: Pairs = ()
    years: Mapping[int, str] | None = None

    def matching(self, *pairs: tuple[str, str]) -> str:
        return f"{self.address}{query_string([*self.pairs, *pairs])}#list"

    def of_years(self, years: Column, *pairs: tuple[str, str]) -> str:
        return self.matching(*pairs, ("from", str(years.first)), ("to", str(years.last)))

    def year(self, years: Column) -> str:
        """The address of the first of these years that the list has."""
        if self.years is None:
            return self.of_years(years)
        return next(
            (self.years[year] for year in sorted(self.years) if years.first <= year <= years.last), ""
        )

    def more(self, kind: str, size: int, years: Column) -> tuple[str, str]:
        """The address and the label of the number of entries of a kind in these years."""
        texts = {"years": year_range_text(years.first, years.last), "kind": Kind(kind).label, "count": size}
        label = ngettext("%(years)s, %(kind)s: %(count)s more", "%(years)s, %(kind)s: %(count)s more", size)
        return self.of_years(years, ("kind", kind)), label % texts

    def undated(self, size: int) -> CountLink | None:
        if not size:
            return None
        text = ngettext("%(count)s entry without a date", "%(count)s entries without a date", size)
        return CountLink(text % {"count": size}, self.matching((UNDATED, "1")))

    def undue(self, size: int) -> CountLink | None:
        if not size:
            return None
        text = ngettext("%(count)s goal without a due date", "%(count)s goals without a due date", size)
        return CountLink(text % {"count": size}, self.matching(("goal", GoalState.NOT_STATED.value)))

    def goals_left(self, size: int) -> CountLink | None:
        if not size:
            return None
        text = ngettext("%(count)s more goal with a due date", "%(count)s more goals with a due date", size)
        return CountLink(text % {"count": size}, self.matching(("kind", Kind.GOAL.value)))

    def due_by_column(
        self,
        due_years: Mapping[int | None, Mapping[GoalState, int]],
        rings: Mapping[int, Collection[str]],
        column_of: Callable[[int], int],
    ) -> dict[int, CountLink]:
        """By column, the goals due in it with their states and rings, and the address of the first of them.

        `due_years` are the numbers of goals by due year and state, `rings` their rings by due year.
        """
        states: dict[int, dict[GoalState, int]] = {}
        signs: dict[int, set[str]] = {}
        addresses: dict[int, str] = {}
        for year, counted in due_years.items():
            if year is not None:
                column = column_of(year)
                addresses.setdefault(column, self.due(year))
                signs.setdefault(column, set()).update(rings.get(year, ()))
                found = states.setdefault(column, {})
                for state, size in counted.items():
                    found[state] = found.get(state, 0) + size
        return {
            column: _due_link(found, signs[column], addresses[column]) for column, found in states.items()
        }


def _due_link(states: Mapping[GoalState, int], rings: Collection[str], address: str) -> CountLink:
    size = sum(states.values())
    text = ngettext("%(count)s goal due", "%(count)s goals due", size) % {"count": size}
    words = [str(STATE_WORDS[state]) for state in states] if len(states) == 1 else counted_states(states)
    return CountLink(text, address, words, [ring for ring in RING_ORDER if ring in rings])


def size_text(size: int) -> str:
    return pgettext("beside a name", "%(size)s") % {"size": size}


def year_label(years: Column) -> str:
    """The label of the link from these years to the list."""
    return _("%(years)s, to the list") % {"years": year_range_text(years.first, years.last)}


def year_more_label(years: Column, size: int) -> str:
    text = ngettext("%(years)s: %(count)s more, to the list", "%(years)s: %(count)s more, to the list", size)
    return text % {"years": year_range_text(years.first, years.last), "count": size}


def shared_name(entry: PictureEntry) -> str:
    """The name, with the number of the entries that share it."""
    if entry.same_day == 1:
        return entry.name
    return _("%(name)s (%(count)s)") % {"name": entry.name, "count": entry.same_day}


def entry_text(entry: Any, tones: Mapping[int, str]) -> PictureEntry:
    """The entry with its texts; one that was loaded with its score has that too."""
    date = entry.timeline_date.display(current_language()) if entry.timeline_date else ""
    full_date = date
    if entry.timeline_date_source not in (
        TimelineDateSource.OWN,
        TimelineDateSource.DECLARED,
        TimelineDateSource.NONE,
    ):
        basis = entry.get_timeline_date_source_display()
        full_date = _("%(date)s (%(basis)s)") % {"date": date, "basis": basis}
    kind, title = Kind(entry.kind).label, localized_text(entry, "title")
    label = _("%(kind)s: %(title)s") % {"kind": kind, "title": title}
    if date:
        label = _("%(date)s, %(entry)s") % {"date": full_date, "entry": label}
    name = short_title(entry)
    label_lang = language_within(label)
    name_lang = language_within(name) or (language_tag(current_language()) if label_lang else "")
    return PictureEntry(
        entry.pk,
        entry.kind,
        entry.slug,
        name,
        name_lang if name_lang != label_lang else "",
        label,
        label_lang,
        date,
        entry.get_absolute_url(),
        tones.get(entry.phase_id or 0, ""),
        entry.sort_earliest,
        entry.sort_latest,
        entry.phase_id,
        getattr(entry, "score", 0),
        getattr(entry, "relations", 0),
        getattr(entry, "same_day", 1) if entry.sort_earliest == entry.sort_latest else 1,
    )


def phase_text(phase: Phase) -> PhaseText:
    title = localized_text(phase, "title")
    lang = language_within(title)

    def in_same_language(field: str) -> str:
        text = localized_text(phase, field)
        return text if language_within(text) == lang else ""

    return PhaseText(
        title,
        in_same_language("short_title"),
        in_same_language("gist"),
        _("Phase: %(title)s") % {"title": title},
        phase.get_absolute_url(),
        lang,
        phase.tone,
        phase.sort_earliest,
        phase.sort_latest,
        phase_years(phase),
    )


def phase_years(phase: Phase) -> str:
    """The years of the phase, as short as a key needs them: of an end that nobody knows, nothing is said."""
    first, last = phase.sort_earliest.year, phase.sort_latest
    if last < datetime.date.max:
        return year_range_text(first, last.year)
    return pgettext("years of a phase", "%(year)s–") % {"year": first}


def goal_text(goal: Goal, tones: Mapping[int, str], today: datetime.date | None) -> DueGoal:
    """A goal with a due date, and what is known of it."""
    entry, text = entry_text(goal, tones), goal_state_text(goal, today)
    label = _("%(entry)s; %(state)s") % {"entry": entry.label, "state": text}
    if goal.sort_earliest is None:
        entry = replace(entry, first=goal.target.earliest, last=goal.target.earliest)
    return DueGoal(
        replace(entry, label=label),
        goal.target.latest,
        goal_ring(goal, today),
        text,
        goal.sort_earliest is not None,
        language_tag(current_language()) if entry.tip_lang else "",
    )
