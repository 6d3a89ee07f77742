"""Numbers of goals in several states, in words."""

from django.utils.translation import override

from timeline.models import GoalState
from timeline.public.goal_counts import counted_states


def test_the_assessed_come_first_and_states_without_goals_and_goals_without_a_due_date_are_left_out():
    states = {
        GoalState.NOT_STATED: 5,
        GoalState.UNASSESSED: 2,
        GoalState.ASSESSED_BEFORE: 0,
        GoalState.ASSESSED: 1,
    }
    with override("en"):
        assert counted_states(states) == ["1 assessed", "2 without a known assessment"]
