"""The chart of goals: declared when and by what, due when, and their state."""

from typing import Any

from django.db.models import QuerySet
from django.views.generic import ListView

from timeline.models import Goal, Phase
from timeline.public.pictures.goals import draw_goal_schedule
from timeline.public.views.entries import public_origin_of_goals


class GoalList(ListView):
    """All goals by phase, on one axis of years."""

    context_object_name = "goals"

    def get_queryset(self) -> QuerySet:
        return Goal.objects.published().chronological().prefetch_related(*public_origin_of_goals())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"schedule": draw_goal_schedule(list(context["goals"]), list(Phase.objects.all()))}
