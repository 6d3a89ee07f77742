"""The page of goals: what was set out, when it is due, and what is known of it."""

import functools
from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.views.generic import ListView

from timeline.models import Entry, Goal
from timeline.public.goal_pages import (
    DueYear,
    DueYearPaginator,
    by_due_year,
    count_by_due_year,
    goals_addresses,
    public_origin_of_goals,
)
from timeline.public.metadata.trails import Breadcrumb, list_trail
from timeline.public.pictures.goals import goals_scale, group_goals, state_counts
from timeline.public.views.base import KeptPartsMixin, PageMixin, lazily, page_query
from timeline.public.views.downloads import spreadsheet_links

# The most assessments beside each goal, and the most citations of each.
MAX_ASSESSMENTS = 2
MAX_CITATIONS = 2


def count_due_years(view: KeptPartsMixin) -> list[tuple[int | None, int]]:
    """The years in which public goals are due, each with their number, kept by this view."""

    def count() -> list[tuple[int | None, int]]:
        years = count_by_due_year(Entry.objects.published())
        return [(year, sum(states.values())) for year, states in years.items()]

    return view.kept("due-years", [], count)


def due_year_addresses(view: KeptPartsMixin) -> Callable[[int], str]:
    """The address of the public goals due in a year; the years are read when the first is asked for.

    For a year that has become a due year since they were kept, it is that of all goals.
    """
    addresses = functools.cache(lambda: goals_addresses(count_due_years(view)))
    return lambda year: addresses().get(year) or reverse("timeline:goal-list")


class GoalList(PageMixin, ListView):
    """The goals in groups by the year in which they are due, in pages of whole years."""

    context_object_name = "goals"
    parameters = ("page",)

    def trail(self) -> Sequence[Breadcrumb]:
        return list_trail(Goal)

    def get_queryset(self) -> QuerySet[Goal]:
        return Goal.objects.published()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        goals = self.get_queryset()
        years = {year: DueYear(year, count) for year, count in count_due_years(self)}
        with_evidence = by_due_year(goals).select_related("phase").defer("body", "body_en")
        with_evidence = with_evidence.prefetch_related(
            *public_origin_of_goals(MAX_ASSESSMENTS, MAX_CITATIONS)
        )
        pages = DueYearPaginator(with_evidence, [*years.values()])
        page = pages.get_page(self.request.GET.get("page"))
        return (
            super().get_context_data(**kwargs)
            | {"page": page, "page_query": page_query(page), "spreadsheets": spreadsheet_links()}
            | lazily(
                counts=lambda: state_counts(Entry.objects.published()),
                years=lambda: [(years[year], address) for year, address in pages.addresses().items()],
                groups=lambda: group_goals(page, years, goals_scale(goals)),
            )
        )
