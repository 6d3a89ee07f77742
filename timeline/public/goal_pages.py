"""The goals in pages of whole due years, the addresses of the years, and what is read with goals."""

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch, QuerySet
from django.urls import reverse

from timeline.models import AssessmentCitation, Entry, Goal, GoalAssessment, GoalState
from timeline.models.entry_queryset import ASSESSMENT_ORDER, NEWEST_ASSESSMENTS, EntryQuerySet
from timeline.models.shortlists import first_of_each
from timeline.models.source_references import CITATION_ORDER
from timeline.models.timeline_position import Year, timeline_order

# The most goals on a page, except where a single year has more: that one has several pages.
MAX_PAGE_GOALS = 60


@dataclass(frozen=True)
class DueYear:
    """A year in which goals are due, with their number; no year if they have no due date, or one without end."""

    year: int | None
    count: int

    @property
    def is_open_ended(self) -> bool:
        """Whether the goals are to be met for as long as anybody knows."""
        return self.year == datetime.MAXYEAR

    @property
    def is_dated(self) -> bool:
        return self.year is not None and not self.is_open_ended

    @property
    def anchor(self) -> str:
        """The id of the group of these goals in its page."""
        return f"due-{self.year or 'undated'}"


def by_due_year(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """The goals by the year in which they are due, those without one last; within a year as on the timeline."""
    return goals.order_by(F("due_by__year").asc(nulls_last=True), *timeline_order())


def count_by_due_year(
    entries: EntryQuerySet, today: datetime.date | None = None
) -> dict[int | None, dict[GoalState, int]]:
    """The number of the goals in each state on this day, by the year in which they are due, those without one last."""
    rows = (
        entries.goals_with_state(today)
        .annotate(year=Year("goal__due_by"))
        .order_by(F("year").asc(nulls_last=True))
        .values_list("year", "goal_state")
        .annotate(size=Count("pk"))
    )
    years: dict[int | None, dict[GoalState, int]] = {}
    for year, state, size in rows:
        years.setdefault(year, {})[GoalState(state)] = size
    return years


def public_origin_of_goals(assessments: int, citations: int) -> list[str | Prefetch]:
    """To be prefetched of goals: so many of their newest assessments, each with so many of its citations, and
    `declared_by`, None unless published.
    """
    in_order = GoalAssessment.objects.order_by(*ASSESSMENT_ORDER)
    newest = first_of_each(in_order, assessments, NEWEST_ASSESSMENTS, "goal")
    cited = AssessmentCitation.objects.select_related("source")
    of_assessment = ("goal", "assessment_date", "assessment_number")
    first = first_of_each(cited, citations, CITATION_ORDER, of_assessment)
    return [
        Prefetch("declared_by", Entry.objects.published()),
        Prefetch("assessments", newest.prefetch_related(Prefetch("citations", first))),
    ]


class DueYearPaginator(Paginator):
    """Pages of the goals in the order of `by_due_year`, each with as many whole years as fit."""

    def __init__(self, goals: QuerySet[Goal], years: Sequence[DueYear]) -> None:
        super().__init__(goals, MAX_PAGE_GOALS)
        self.years = years
        # The number of goals before each page.
        self.starts = [0]
        self.count = 0
        for due in years:
            if self.count > self.starts[-1] and self.count + due.count > self.starts[-1] + MAX_PAGE_GOALS:
                self.starts.append(self.count)
            self.count += due.count
            while self.count > self.starts[-1] + MAX_PAGE_GOALS:
                self.starts.append(self.starts[-1] + MAX_PAGE_GOALS)
        self.num_pages = len(self.starts)

    def page(self, number: int | str) -> Page[Goal]:
        valid = self.validate_number(number)
        first, last = (*self.starts, self.count)[valid - 1 : valid + 1]
        return Page(self.object_list[first:last], valid, self)

    def addresses(self) -> dict[int | None, str]:
        """The address of the group of each year, on the page where it begins."""
        path = reverse("timeline:goal-list")
        found, before = {}, 0
        for due in self.years:
            number = bisect_right(self.starts, before)
            found[due.year] = f"{path}{f'?page={number}' if number > 1 else ''}#{due.anchor}"
            before += due.count
        return found


def goals_addresses(years: Sequence[tuple[int | None, int]]) -> dict[int | None, str]:
    """By due year, the address of its goals, given all years in order with the number of their public goals."""
    return DueYearPaginator(Goal.objects.none(), [DueYear(*year) for year in years]).addresses()
