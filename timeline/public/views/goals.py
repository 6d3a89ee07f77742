"""The chart of goals: declared when and by what, due when, and their state."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.views.generic import ListView

from timeline.models import Goal, Phase
from timeline.public.pictures.goals import DueYear, by_due_year, draw_goal_schedule, due_years, state_counts
from timeline.public.views.base import PAGE_SIZE, KeptPartsMixin, lazily, page_query
from timeline.public.views.entries import public_origin_of_goals

# The most assessments beside each goal.
MAX_ASSESSMENTS = 2


class GoalList(KeptPartsMixin, ListView):
    """The goals by the year in which they are due, in pages with an axis of years each."""

    context_object_name = "goals"
    parameters = ("page",)

    def get_queryset(self) -> QuerySet[Goal]:
        return Goal.objects.published()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        goals = self.get_queryset()
        in_order = by_due_year(goals).prefetch_related(*public_origin_of_goals(MAX_ASSESSMENTS))
        page = self.page_of(in_order, self.request.GET.get("page"))
        return (
            super().get_context_data(**kwargs)
            | {"page": page, "page_query": page_query(page)}
            | lazily(
                counts=lambda: state_counts(goals),
                years=lambda: self.year_index(due_years(goals), page.number),
                schedule=lambda: draw_goal_schedule(page, list(Phase.objects.all())),
            )
        )

    def year_index(self, years: Iterable[DueYear], current: int) -> list[tuple[DueYear, str]]:
        """These years, each with the address of its beginning, on the current page or another."""
        index, before = [], 0
        for due in years:
            number = before // PAGE_SIZE + 1
            path = self.request.path if number != current else ""
            query = f"?page={number}" if path and number > 1 else ""
            index.append((due, f"{path}{query}#{due.anchor}"))
            before += due.count
        return index
