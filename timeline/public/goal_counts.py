"""Numbers of goals in several states, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models import GoalState

# In the order in which they are told.
COUNTED: Mapping[GoalState, Promise] = {
    GoalState.ASSESSED: _("%(number)s assessed"),
    GoalState.ASSESSED_BEFORE: _("%(number)s assessed only before it"),
    GoalState.UNASSESSED: _("%(number)s without a known assessment"),
    GoalState.NOT_YET_DUE: _("%(number)s not yet due"),
}


def counted_states(states: Mapping[GoalState, int]) -> list[str]:
    """Return how many goals are in each state, as in “1 assessed”, without those in none and those without a due date."""
    return [str(text) % {"number": states[state]} for state, text in COUNTED.items() if states.get(state)]
