"""The goals of a page by due year, each with a small line on the axis of all: from when it was set to when it is due."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from timeline.models import Goal, GoalState
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.goal_pages import DueYear
from timeline.public.pictures.geometry import Scale, percent
from timeline.public.pictures.goal_rings import goal_ring
from timeline.values.partial_date import PartialDate

# Years: where the points begin and end in the column of a year or a longer time.
_POINTS_MARGIN = 0.12
_MONTH = datetime.timedelta(31)


@dataclass(frozen=True)
class GoalLine:
    """The line of a goal on the axis, its places in per cent; "" is none.

    The mark of its date begins at `mark_x`: a full dot for a day, a ring for a month, else a row of points to `points_x2`.
    """

    mark_x: str
    mark: str
    points_x2: str
    x1: str
    x2: str
    ring_x: str


@dataclass(frozen=True)
class GoalRow:
    """A goal, what is known of it in words and by a ring ("" for none), and its line; None without a due date."""

    goal: Goal
    state: GoalState
    words: str
    ring: str
    line: GoalLine | None

    @property
    def is_past_unassessed(self) -> bool:
        return self.state == GoalState.UNASSESSED


@dataclass(frozen=True)
class GoalGroup:
    """The goals that are due in one year, or those of them on one page."""

    due: DueYear
    rows: list[GoalRow]


def state_counts(entries: EntryQuerySet, today: datetime.date | None = None) -> list[tuple[GoalState, int]]:
    """The number of the goals among these entries in each state on this day, without empty states.

    Those without a due date are last.
    """
    counts = dict(entries.goals_with_state(today).order_by().values_list("goal_state").annotate(Count("pk")))
    in_order = sorted(GoalState, key=lambda state: state == GoalState.NOT_STATED)
    return [(state, counts[state]) for state in in_order if state in counts]


def goals_scale(goals: QuerySet[Goal]) -> Scale:
    """The axis of all of these goals with a due date: from the first that was set to the last that is due."""
    due = goals.order_by().filter(due_by__isnull=False)
    ends = due.exclude(due_by=datetime.date.max).aggregate(Min("due_by"), Max("due_by"))
    begins = due.aggregate(Min("sort_earliest"), Max("sort_earliest"))
    days = [day for day in (*ends.values(), *begins.values()) if day is not None]
    return Scale.over((day, day) for day in days)


def group_goals(
    goals: Iterable[Goal],
    years: Mapping[int | None, DueYear],
    scale: Scale,
    today: datetime.date | None = None,
) -> list[GoalGroup]:
    """The goals, given by due year with their assessments, in groups with their state on this day.

    A year that is not among `years`, which may be older than the goals, has the number of its goals here.
    """
    today = today or timezone.localdate()
    groups = []
    for year, found in groupby(goals, lambda goal: goal.due_by.year if goal.due_by else None):
        rows = [_row(goal, scale, today) for goal in found]
        groups.append(GoalGroup(years.get(year) or DueYear(year, len(rows)), rows))
    return groups


def _row(goal: Goal, scale: Scale, today: datetime.date) -> GoalRow:
    state = goal.state(today)
    if state == GoalState.NOT_STATED:
        ring = goal_ring(goal, today) if goal.newest_assessment else ""
        return GoalRow(goal, state, goal.result_label(), ring, None)
    return GoalRow(goal, state, goal.state_label(today), goal_ring(goal, today), draw_goal_line(goal, scale))


def draw_goal_line(goal: Goal, scale: Scale) -> GoalLine:
    """The line of a goal with a due date."""
    if goal.due_by is None:
        raise ValueError(f"{goal} has no due date")
    end = scale.after(goal.due_by)
    ring_x = "" if goal.is_open_ended else percent(end)
    date = goal.timeline_date
    if date is None:
        return GoalLine("", "", "", "", "", ring_x)
    begin, after = scale.at(date.earliest), scale.after(date.latest)
    mark = _mark(date)
    if mark:
        return GoalLine(percent(begin), mark, "", percent(begin), percent(end), ring_x)
    margin = min(_POINTS_MARGIN / (scale.last + 1 - scale.first), (after - begin) / 2)
    line = (percent(after), percent(end)) if after < end else ("", "")
    return GoalLine(percent(begin + margin), "", percent(after - margin), *line, ring_x)


def _mark(date: PartialDate) -> str:
    """The mark of a date that is known to the day or the month, "" of others."""
    if date.earliest == date.latest:
        return "day"
    return "month" if date.latest - date.earliest < _MONTH else ""
