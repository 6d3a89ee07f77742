"""The goals by phase, each a bar from its declaration to its due date, all on one axis of years."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from timeline.models import Goal, GoalState, Phase
from timeline.public.chronology import Stretch, lay_out
from timeline.public.pictures.geometry import Band, Bar, Promise, Scale, Span, Year, bands, bar, years
from timeline.values.partial_date import PartialDate

# The height of a row's picture and its middle: CSS pixels for a text of 12.
ROW = 28
MIDDLE = ROW // 2


@dataclass(frozen=True)
class Row:
    """A goal, what is known of its due date, and its bar."""

    goal: Goal
    state: GoalState
    words: str
    bar: Bar


@dataclass(frozen=True)
class Group:
    """The goals of a stretch of the timeline, over the ground of its phase where it has one."""

    stretch: Stretch
    ground: Band | None
    rows: list[Row]


@dataclass(frozen=True)
class Schedule:
    """All of it; `today` is where the present day is drawn, "" where the axis does not reach it."""

    groups: list[Group]
    years: list[Year]
    today: str
    counts: list[tuple[GoalState, int]]
    row_height: int = ROW
    middle: int = MIDDLE

    @property
    def states(self) -> set[str]:
        """What is known of any of them: the signs that are to be explained."""
        return {state.value for state, _count in self.counts}


def schedule(goals: Sequence[Goal], phases: Sequence[Phase], today: datetime.date | None = None) -> Schedule:
    """The goals, which come in order with their assessments, as they stand on this day."""
    today = today or timezone.localdate()
    stretches = [stretch for stretch in lay_out(goals, phases) if stretch.size]
    promises = {goal.pk: _promise(goal) for goal in goals}
    assessed = {
        goal.pk: [_span(assessment, assessment.date) for assessment in goal.assessments.all()]
        for goal in goals
    }
    days = [days for promise in promises.values() for days in promise.reach()]
    days += [(span.first, span.last) for found in assessed.values() for span in found]
    days += [
        (stretch.phase.sort_earliest, stretch.phase.sort_latest) for stretch in stretches if stretch.phase
    ]
    scale = Scale.over(days)
    rows = {
        goal.pk: Row(
            goal,
            goal.state(today),
            goal.schedule(today),
            bar(promises[goal.pk], assessed[goal.pk], scale, MIDDLE),
        )
        for goal in goals
    }
    counts = Counter(row.state for row in rows.values())
    return Schedule(
        [
            Group(stretch, ground(stretch.phase, scale), [rows[entry.pk] for entry in stretch.entries])
            for stretch in stretches
        ],
        years(scale),
        scale.at_day(today),
        [(state, counts[state]) for state in GoalState if counts[state]],
    )


def ground(phase: Phase | None, scale: Scale) -> Band | None:
    """Where the phase lies on the axis."""
    if phase is None:
        return None
    return bands([Span(phase, phase.sort_earliest, phase.sort_latest)], scale, 0, 0)[0][0]


def _promise(goal: Goal) -> Promise:
    return Promise(
        goal,
        _span(goal, goal.place) if goal.place else None,
        _span(goal, goal.target) if goal.target else None,
    )


def _span(of: object, date: PartialDate) -> Span:
    return Span(of, date.earliest, date.latest)
