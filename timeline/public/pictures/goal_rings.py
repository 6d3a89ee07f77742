"""The ring at the due date of a goal: a sign of what is known of it, which words always accompany."""

import datetime
from collections.abc import Mapping

from django.db.models import OuterRef, Subquery

from timeline.models import Goal, GoalAssessment, GoalState
from timeline.models.assessments import Delivery
from timeline.models.entry_queryset import NEWEST_ASSESSMENTS, EntryQuerySet
from timeline.models.timeline_position import Year

# The signs of assessed goals, by the name of their shape in `_goal_rings.html`.
RINGS: Mapping[str, str] = {
    Delivery.ACHIEVED: "achieved",
    Delivery.PARTLY: "partly",
    Delivery.NOT_ACHIEVED: "missed",
}
# Nothing is known of the outcome; and an assessment that says neither, as that a goal is in progress.
OPEN_RING, OTHER_RING = "open", "other"
# The order in which several rings stand side by side.
RING_ORDER = (*RINGS.values(), OTHER_RING, OPEN_RING)


def goal_ring(goal: Goal, today: datetime.date | None = None) -> str:
    """The ring of the goal on this day, in agreement with `state_label()`."""
    newest = goal.newest_assessment
    return _ring(goal.state(today), newest.delivery if newest else "")


def rings_by_due_year(entries: EntryQuerySet, today: datetime.date | None = None) -> dict[int, set[str]]:
    """The different rings of the goals on this day, by the year in which they are due."""
    newest = GoalAssessment.objects.filter(goal=OuterRef("pk"), date_earliest__isnull=False)
    rows = (
        entries.goals_with_state(today)
        .filter(goal__due_by__isnull=False)
        .annotate(
            year=Year("goal__due_by"),
            delivery=Subquery(newest.order_by(*NEWEST_ASSESSMENTS).values("delivery")[:1]),
        )
        .order_by()
        .values_list("year", "goal_state", "delivery")
        .distinct()
    )
    rings: dict[int, set[str]] = {}
    for year, state, delivery in rows:
        rings.setdefault(year, set()).add(_ring(state, delivery or ""))
    return rings


def _ring(state: str, delivery: str) -> str:
    """The ring of a goal in this state, whose newest assessment, if there is one, says this of its delivery."""
    if not delivery or state in (GoalState.NOT_YET_DUE, GoalState.ASSESSED_BEFORE):
        return OPEN_RING
    return RINGS.get(delivery, OTHER_RING)
