"""The chart of goals by the year in which they are due: a bar for each from its declaration to its due date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from timeline.models import Goal, GoalAssessment, GoalState, Phase
from timeline.models.timeline_position import timeline_order
from timeline.public.pictures.geometry import AxisYear, Band, Scale, Span, axis_years, draw_bands
from timeline.public.pictures.goal_lines import GoalBar, GoalSpan, draw_goal_bar
from timeline.values.date_points import Point
from timeline.values.partial_date import PartialDate

# The height of a row and its middle, in CSS pixels for text of 12 pixels.
ROW = 28
MIDDLE = ROW // 2


@dataclass(frozen=True)
class DueYear:
    """A year in which goals are due, with their number; no year if they have no due date, or one without end."""

    year: int | None
    count: int = 0

    @property
    def date(self) -> PartialDate | None:
        """The year as a date; None if no source gives one."""
        return None if self.year is None or self.is_open else PartialDate(Point(self.year))

    @property
    def is_open(self) -> bool:
        """Whether the goals are to be met for as long as anybody knows."""
        return self.year == datetime.MAXYEAR

    @property
    def anchor(self) -> str:
        return f"due-{self.year or 'undated'}"


@dataclass(frozen=True)
class GoalRow:
    """A goal, its state, its bar, and the band of its phase."""

    goal: Goal
    state: GoalState
    state_text: str
    bar: GoalBar
    phase_band: Band | None


@dataclass(frozen=True)
class GoalGroup:
    """The goals that are due in one year."""

    due: DueYear
    rows: list[GoalRow]


@dataclass(frozen=True)
class GoalSchedule:
    """The whole chart; `today` is the position of the current date, "" if outside the axis."""

    groups: list[GoalGroup]
    years: list[AxisYear]
    phase_bands: list[Band]
    today: str
    row_height: int = ROW
    middle: int = MIDDLE

    @property
    def states(self) -> set[str]:
        """The states of the goals, for the legend."""
        return {row.state.value for group in self.groups for row in group.rows}


def by_due_year(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """The goals by the year in which they are due, those without one last; within a year as on the timeline."""
    return goals.order_by(F("due_by__year").asc(nulls_last=True), *timeline_order())


def due_years(goals: QuerySet[Goal]) -> list[DueYear]:
    """The years in which goals are due, in order."""
    years: Any = goals.order_by().values_list("due_by__year").annotate(Count("pk"))
    return [DueYear(*row) for row in years.order_by(F("due_by__year").asc(nulls_last=True))]


def state_counts(goals: QuerySet[Goal], today: datetime.date | None = None) -> list[tuple[GoalState, int]]:
    """The number of the goals in each state on this day, without empty states."""
    state = Case(
        When(due_by=None, then=Value(GoalState.NOT_STATED.value)),
        When(due_by__gte=today or timezone.localdate(), then=Value(GoalState.NOT_YET_DUE.value)),
        When(
            Exists(GoalAssessment.objects.filter(goal=OuterRef("pk"))), then=Value(GoalState.ASSESSED.value)
        ),
        default=Value(GoalState.UNASSESSED.value),
    )
    counts = dict(goals.order_by().annotate(known=state).values_list("known").annotate(Count("pk")))
    return [(state, counts[state]) for state in GoalState if state in counts]


def draw_goal_schedule(
    goals: Sequence[Goal], phases: Sequence[Phase], today: datetime.date | None = None
) -> GoalSchedule:
    """Draw the goals, given by due year with their assessments, as of this day."""
    today = today or timezone.localdate()
    phases = [phase for phase in phases if any(goal.phase_id == phase.pk for goal in goals)]
    spans = {goal.pk: _goal_span(goal) for goal in goals}
    assessed = {
        goal.pk: [_span(assessment, assessment.date) for assessment in goal.assessments.all()]
        for goal in goals
    }
    days = [days for span in spans.values() for days in span.axis_days()]
    days += [(span.first, span.last) for found in assessed.values() for span in found]
    days += [(phase.sort_earliest, phase.sort_latest) for phase in phases]
    scale = Scale.over(days)
    bands = {phase.pk: _phase_band(phase, scale) for phase in phases}

    def row(goal: Goal) -> GoalRow:
        bar = draw_goal_bar(spans[goal.pk], assessed[goal.pk], scale, MIDDLE)
        band = bands.get(goal.phase_id) if goal.phase_id else None
        return GoalRow(goal, goal.state(today), goal.state_label(today), bar, band)

    groups = [
        GoalGroup(DueYear(year), [row(goal) for goal in found])
        for year, found in groupby(goals, lambda goal: goal.due_by.year if goal.due_by else None)
    ]
    return GoalSchedule(groups, axis_years(scale), [*bands.values()], scale.at_day(today))


def _phase_band(phase: Phase, scale: Scale) -> Band:
    """The band of the phase on the axis."""
    return draw_bands([Span(phase, phase.sort_earliest, phase.sort_latest)], scale, 0, 0)[0][0]


def _goal_span(goal: Goal) -> GoalSpan:
    return GoalSpan(
        goal,
        _span(goal, goal.timeline_date) if goal.timeline_date else None,
        _span(goal, goal.target) if goal.target else None,
    )


def _span(of: object, date: PartialDate) -> Span:
    return Span(of, date.earliest, date.latest)
