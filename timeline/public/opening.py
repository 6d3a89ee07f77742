"""The opening of the first page: the years of the record, what it contains, and what is known of its goals."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.models import GoalState, Kind, Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.counts import EntryCount
from timeline.public.goal_counts import counted_states
from timeline.public.pictures.goals import state_counts
from timeline.public.story import Story


@dataclass(frozen=True)
class Opening:
    """The texts of the opening, in the language of the page.

    `years` is "" without dated entries, `story` without a story, `goals` without goals with due dates. `kinds` are the
    names of the kinds of which there are entries. `phases` says whose the phases are; "" without any.
    """

    years: str
    story: SafeString
    goals: SafeString
    kinds: str
    phases: str


def make_opening(
    story: Story, public: EntryQuerySet, counts: Sequence[EntryCount], phases: Sequence[Phase]
) -> Opening:
    """The opening for these public entries, which are counted already."""
    sizes = {kind: sum(count.size for count in counts if count.kind == kind) for kind in Kind}
    states = state_counts(public)
    return Opening(
        years_text(public),
        story.html(),
        goals_sentence(dict(states)),
        kinds_text({kind: size for kind, size in sizes.items() if size}),
        phases_text() if phases else "",
    )


def phases_text() -> str:
    """Whose the public phases are, and the assignment of entries to them, as the end of a sentence."""
    if Phase.objects.published().without_citation().exists():
        return _(
            ". Phases that cite no source are those of the editors; entries are assigned by date or by the editors."
        )
    return _(". Phases are those of the sources; entries are assigned by date or by the editors.")


def years_text(public: EntryQuerySet) -> str:
    """The first and the last year of the entries; an unknown or open end does not count."""
    is_open = Q(sort_latest=datetime.date.max)
    days = public.aggregate(
        first=Min("sort_earliest"), last=Max("sort_latest", filter=~is_open), begun=Max("sort_earliest")
    )
    if days["first"] is None:
        return ""
    first, last = days["first"].year, max(day.year for day in (days["last"], days["begun"]) if day)
    return str(first) if first == last else _("%(first)s–%(last)s") % {"first": first, "last": last}


def kinds_text(sizes: Mapping[Kind, int]) -> str:
    """The names of these kinds in one phrase: 政策、试点、大事与目标."""
    is_single = sum(sizes.values()) == 1
    names = [_name_of(kind, is_single=is_single) for kind in sizes]
    *others, last = names or [""]
    if not others:
        return last
    separator, conjunction = pgettext("enumeration", ", "), pgettext("enumeration", " and ")
    return separator.join(others) + conjunction + last


def _name_of(kind: Kind, *, is_single: bool) -> str:
    options = kind.model._meta
    return str(options.verbose_name if is_single else options.verbose_name_plural)


def goals_sentence(states: Mapping[str, int]) -> SafeString:
    """What is known of the goals with due dates, by the number of goals in each state; "" without such goals."""
    not_due, unassessed, before, assessed = (
        states.get(state, 0)
        for state in (
            GoalState.NOT_YET_DUE, GoalState.UNASSESSED, GoalState.ASSESSED_BEFORE, GoalState.ASSESSED,
        )
    )  # fmt: skip
    past = unassessed + before + assessed
    number = past + not_due
    if not number:
        return SafeString("")
    goals = format_html(
        '<a class="counted" href="{}">{}</a>',
        reverse("timeline:goal-list"),
        ngettext("%(number)s goal with a due date", "%(number)s goals with a due date", number)
        % {"number": number},
    )
    known = _known_of(unassessed, before, assessed)
    if not past:
        return format_html(
            _("{goals} is not due yet.") if number == 1 else _("None of {goals} is due yet."), goals=goals
        )
    if not not_due:
        sentence = (
            _("{goals} is past it; {known}.") if number == 1 else _("All {goals} are past it; {known}.")
        )
        return format_html(sentence, goals=goals, known=known)
    sentence = ngettext(
        "Of {goals}, {past} is past it; {known}.", "Of {goals}, {past} are past it; {known}.", past
    )
    return format_html(sentence, goals=goals, past=past, known=known)


def _known_of(unassessed: int, before: int, assessed: int) -> str:
    """What is known of the goals whose due date is past; `before` were only assessed before it."""
    if not assessed and not before:
        return _("no assessment is known")
    if not unassessed and not before:
        return _("it has been assessed") if assessed == 1 else _("all have been assessed")
    if not unassessed and not assessed:
        return _("it was assessed only before") if before == 1 else _("all were assessed only before")
    states = {
        GoalState.ASSESSED: assessed,
        GoalState.ASSESSED_BEFORE: before,
        GoalState.UNASSESSED: unassessed,
    }
    counted = [(text,) for text in counted_states(states)]
    return format_html_join(pgettext("enumeration", ", "), '<span class="counted">{}</span>', counted)
