"""The lines of goals: a mark where a goal was declared, one where it is due, and the way between them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from timeline.public.pictures.geometry import Mark, Scale, Span, mark_ends, percent


@dataclass(frozen=True)
class GoalSpan:
    """The days on which a goal was declared and is due; either may be missing."""

    subject: Any
    declared: Span | None
    due: Span | None

    def axis_days(self) -> list[tuple[datetime.date, datetime.date]]:
        """The first and last days that the axis must include, with one year more if either end is unknown."""
        days = [(span.first, span.last) for span in (self.declared, self.due) if span is not None]
        if self.declared is not None and self.due is None and self.declared.last < datetime.date.max:
            days.append((self.declared.last, datetime.date.max))
        if self.declared is None and self.due is not None and self.due.first.year > 1:
            before = datetime.date(self.due.first.year - 1, 1, 1)
            days.append((before, before))
        return days


@dataclass(frozen=True)
class GoalLine:
    """A goal: a mark where it was declared, one where it is due, and the way between them."""

    subject: Any
    y: int
    declared: Mark | None
    due: Mark | None
    x1: str
    x2: str


@dataclass(frozen=True)
class GoalBar:
    """A goal in a row of its own. If one of its ends is unknown, dots trail from the other or lead to it."""

    line: GoalLine | None
    assessed: list[Mark]
    trails_from: str = ""
    leads_to: str = ""


def draw_goal_line(goal_span: GoalSpan, scale: Scale, y: int) -> GoalLine:
    """The line of the goal at this height. Raises ValueError if the goal has neither date."""

    def mark(span: Span | None) -> Mark | None:
        if span is None:
            return None
        begins, ends = mark_ends(scale, span)
        return Mark(goal_span.subject, percent(begins), percent(ends), y, span.first == span.last)

    declared, due = mark(goal_span.declared), mark(goal_span.due)
    first, last = declared or due, due or declared
    if first is None or last is None:
        raise ValueError("a goal without a date")
    return GoalLine(goal_span.subject, y, declared, due, first.x1, last.x2)


def draw_goal_bar(goal_span: GoalSpan, assessed: Iterable[Span], scale: Scale, y: int) -> GoalBar:
    """The bar of the goal at this height, with the dates of its assessments."""
    marks = []
    for span in assessed:
        begins, ends = mark_ends(scale, span)
        middle = percent((begins + ends) / 2)
        marks.append(Mark(span.subject, middle, middle, y))
    if goal_span.declared is None and goal_span.due is None:
        return GoalBar(None, marks)
    drawn = draw_goal_line(goal_span, scale, y)
    return GoalBar(
        drawn,
        marks,
        trails_from=drawn.declared.x2 if drawn.declared and not drawn.due else "",
        leads_to=drawn.due.x1 if drawn.due and not drawn.declared else "",
    )
