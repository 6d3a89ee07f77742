"""The ring at the due date of a goal: a sign of what is known of it, which words always accompany."""

import datetime
from collections.abc import Mapping

from timeline.models import Goal, GoalState
from timeline.models.assessments import Delivery

# The signs of assessed goals, by the name of their shape in `_goal_rings.html`.
RINGS: Mapping[str, str] = {
    Delivery.ACHIEVED: "achieved",
    Delivery.PARTLY: "partly",
    Delivery.NOT_ACHIEVED: "missed",
}
# Nothing is known of the outcome; and an assessment that says neither, as that a goal is in progress.
OPEN_RING, OTHER_RING = "open", "other"


def goal_ring(goal: Goal, today: datetime.date | None = None) -> str:
    """The ring of the goal on this day, in agreement with `state_label()`."""
    newest = goal.newest_assessment
    if newest is None or goal.state(today) in (GoalState.NOT_YET_DUE, GoalState.ASSESSED_BEFORE):
        return OPEN_RING
    return RINGS.get(newest.delivery, OTHER_RING)
