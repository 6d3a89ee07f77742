"""What the chronicle covers: entries whose sources were examined, and goals without a known assessment."""

from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from timeline.models import Entry, Goal
from timeline.models.entry_queryset import EntryQuerySet, link_columns
from timeline.models.shortlists import first_of


class Coverage(NamedTuple):
    """The numbers of public entries and of those with examined sources; of goals of which no assessment is known, and
    of those for which one was searched.
    """

    entries: int
    examined: int
    unassessed: int
    searched: int


def coverage() -> Coverage:
    """These numbers, in two queries."""
    sizes = (
        Entry.objects.published()
        .order_by()
        .aggregate(entries=Count("pk"), examined=Count("pk", filter=Q(examined=True)))
    )
    goals = (
        unassessed_goals()
        .order_by()
        .aggregate(unassessed=Count("pk"), searched=Count("pk", filter=Q(searched_on__isnull=False)))
    )
    return Coverage(**sizes, **goals)


def unassessed_goals() -> EntryQuerySet:
    """The public goals of which no assessment is known."""
    return Goal.objects.published().filter(assessments=None)


def searched_goals(size: int) -> QuerySet[Goal]:
    """The first goals, by due date, of which an assessment was searched for and not found, each with the number of all."""
    searched = unassessed_goals().filter(searched_on__isnull=False)
    columns = (*link_columns(Goal), "searched_on", "search_note", "search_note_en")
    return first_of(searched.order_by(F("due_by").asc(nulls_last=True), "pk").only(*columns), size)
