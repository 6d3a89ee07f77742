"""The chart of goals by phase: a bar for each from its declaration to its due date, on one axis of years."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from timeline.models import Goal, GoalState, Phase
from timeline.public.chronology import TimelineSection, group_by_phase
from timeline.public.pictures.geometry import AxisYear, Band, Scale, Span, axis_years, draw_bands
from timeline.public.pictures.goal_lines import GoalBar, GoalSpan, draw_goal_bar
from timeline.values.partial_date import PartialDate

# The height of a row and its middle, in CSS pixels for text of 12 pixels.
ROW = 28
MIDDLE = ROW // 2


@dataclass(frozen=True)
class GoalRow:
    """A goal, its state, and its bar."""

    goal: Goal
    state: GoalState
    state_text: str
    bar: GoalBar


@dataclass(frozen=True)
class GoalGroup:
    """The goals of a section of the timeline, with the band of its phase if it is one."""

    section: TimelineSection
    phase_band: Band | None
    rows: list[GoalRow]


@dataclass(frozen=True)
class GoalSchedule:
    """The whole chart; `today` is the position of the current date, "" if outside the axis."""

    groups: list[GoalGroup]
    years: list[AxisYear]
    today: str
    counts: list[tuple[GoalState, int]]
    row_height: int = ROW
    middle: int = MIDDLE

    @property
    def states(self) -> set[str]:
        """The states of the goals, for the legend."""
        return {state.value for state, _count in self.counts}


def draw_goal_schedule(
    goals: Sequence[Goal], phases: Sequence[Phase], today: datetime.date | None = None
) -> GoalSchedule:
    """Draw the goals, given in order with their assessments, as of this day."""
    today = today or timezone.localdate()
    sections = [section for section in group_by_phase(goals, phases) if section.size]
    goal_spans = {goal.pk: _goal_span(goal) for goal in goals}
    assessed = {
        goal.pk: [_span(assessment, assessment.date) for assessment in goal.assessments.all()]
        for goal in goals
    }
    days = [days for goal_span in goal_spans.values() for days in goal_span.axis_days()]
    days += [(span.first, span.last) for found in assessed.values() for span in found]
    days += [
        (section.phase.sort_earliest, section.phase.sort_latest) for section in sections if section.phase
    ]
    scale = Scale.over(days)
    rows = {
        goal.pk: GoalRow(
            goal,
            goal.state(today),
            goal.state_label(today),
            draw_goal_bar(goal_spans[goal.pk], assessed[goal.pk], scale, MIDDLE),
        )
        for goal in goals
    }
    counts = Counter(row.state for row in rows.values())
    return GoalSchedule(
        [
            GoalGroup(
                section, phase_band(section.phase, scale), [rows[entry.pk] for entry in section.entries]
            )
            for section in sections
        ],
        axis_years(scale),
        scale.at_day(today),
        [(state, counts[state]) for state in GoalState if counts[state]],
    )


def phase_band(phase: Phase | None, scale: Scale) -> Band | None:
    """The band of the phase on the axis."""
    if phase is None:
        return None
    return draw_bands([Span(phase, phase.sort_earliest, phase.sort_latest)], scale, 0, 0)[0][0]


def _goal_span(goal: Goal) -> GoalSpan:
    return GoalSpan(
        goal,
        _span(goal, goal.timeline_date) if goal.timeline_date else None,
        _span(goal, goal.target) if goal.target else None,
    )


def _span(of: object, date: PartialDate) -> Span:
    return Span(of, date.earliest, date.latest)
