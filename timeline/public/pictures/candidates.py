"""What the picture loads of the database: the best entries of each column, the goals due next, and counts, in few queries."""

import datetime
import functools
import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber

from timeline.models import Goal, Kind, Milestone, PolicyRelation
from timeline.models.entry_queryset import EntryQuerySet, is_public
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.naming import DISTINCTION, STORY
from timeline.public.pictures.strokes import MAX_STROKES

# The most entries that are loaded of one track and column: all strokes of a column and three names above them.
MAX_LOADED = MAX_STROKES + 3
# What counts for an entry, as public records that name it or that it names: each counts 1, what is stated about it 2.
RELATIONS: Mapping[str, tuple[Callable[[], QuerySet[Model]], ...]] = {
    "declared": (lambda: Goal.objects.filter(is_public("pk"), declared_by=OuterRef("pk")),),
    "stated": (
        lambda: PolicyRelation.objects.filter(is_public("to_policy"), from_policy=OuterRef("pk")),
        lambda: Milestone.policies.through.objects.filter(is_public("policy"), milestone=OuterRef("pk")),
    ),
    "received": (
        lambda: PolicyRelation.objects.filter(is_public("from_policy"), to_policy=OuterRef("pk")),
        lambda: Milestone.policies.through.objects.filter(is_public("milestone"), policy=OuterRef("pk")),
    ),
}
# The most goals that are drawn: those due nearest to today.
MAX_GOALS = 12


def with_scores(entries: EntryQuerySet, story: Collection[str]) -> EntryQuerySet:
    """Annotate entries with their published relations as `relations`, and with what these and the story count for as `score`."""
    numbers = {name: sum((_number(rows()) for rows in found), Value(0)) for name, found in RELATIONS.items()}
    of_kind = Case(When(kind=Kind.PILOT_DESIGNATION, then=Value(DISTINCTION)), default=Value(0))
    of_story = Case(When(slug__in=story, then=Value(STORY)), default=Value(0))
    return entries.annotate(
        relations=numbers["stated"] + numbers["received"],
        score=numbers["declared"] + numbers["stated"] + 2 * numbers["received"] + of_kind + of_story,
    )


def load_best(entries: EntryQuerySet, axis: Axis, story: Collection[str]) -> list[Any]:
    """The best entries of each kind and column, those of the story, the first and the last; goals have no names in a track.

    Each has its `score`, its `relations`, and as `same_day` how many of its kind have exactly its dates; `is_first` and
    `is_last` mark the ends of the chronicle.

    Scores are counted of those that have any. If they are too few in a column, others are taken in the order of dates.
    """
    dated = entries.exclude(kind=Kind.GOAL).filter(sort_earliest__isnull=False).order_by()
    is_related = functools.reduce(
        operator.or_, (Exists(rows()) for found in RELATIONS.values() for rows in found)
    )
    related = with_scores(dated.filter(is_related), story)
    quality = (F("score").desc(), "sort_earliest", "slug")
    first, last = dated.chronological().values("pk")[:1], dated.chronological().reverse().values("pk")[:1]
    wanted = dated.filter(
        Q(pk__in=_best_keys(related, axis, quality))
        | Q(pk__in=_best_keys(dated, axis, ("sort_earliest", "slug")))
        | Q(slug__in=story)
        | Q(pk__in=first)
        | Q(pk__in=last)
    )
    dates = {
        "kind": OuterRef("kind"),
        "sort_earliest": OuterRef("sort_earliest"),
        "sort_latest": OuterRef("sort_latest"),
    }
    of_day = _number(entries.filter(**dates).order_by())
    return [
        *with_scores(wanted, story)
        .annotate(
            same_day=Case(When(sort_earliest=F("sort_latest"), then=of_day), default=Value(1)),
            is_first=_is_one_of(first),
            is_last=_is_one_of(last),
        )
        .for_pictures()
    ]


def _best_keys(entries: EntryQuerySet, axis: Axis, order: Sequence[str | OrderBy]) -> QuerySet[Model, object]:
    """The keys of the first entries in this order of each kind and column."""
    starts = [datetime.date(column.first, 1, 1) for column in axis.columns[1:]]
    column = Case(
        *(When(sort_earliest__lt=start, then=Value(number)) for number, start in enumerate(starts)),
        default=Value(axis.size - 1),
        output_field=IntegerField(),
    )
    rank = Window(RowNumber(), partition_by=["kind", column], order_by=[*order])
    return entries.annotate(rank=rank).filter(rank__lte=MAX_LOADED).values("pk")


def _is_one_of(keys: QuerySet[Model, object]) -> Case:
    return Case(When(pk__in=keys, then=Value(True)), default=Value(False))


def _number(rows: QuerySet[Model]) -> Subquery:
    """How many rows there are, of which the condition refers to the outer query."""
    size = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(size=size).values("size"), output_field=IntegerField())


def load_goals(entries: EntryQuerySet, today: datetime.date) -> list[Goal]:
    """The goals due nearest to today, with their assessments."""
    due = entries.filter(kind=Kind.GOAL, goal__due_by__isnull=False)
    coming = due.filter(goal__due_by__gte=today).order_by("goal__due_by", "pk")
    past = due.filter(goal__due_by__lt=today).order_by("-goal__due_by", "-pk")
    keys = (Q(pk__in=goals.values("pk")[:MAX_GOALS]) for goals in (coming, past))
    found: Iterable[Goal] = (
        Goal.objects.filter(next(keys) | next(keys)).for_pictures("target", "due_by").with_newest_assessment()
    )
    return sorted(found, key=lambda goal: (abs((goal.due_by or today) - today), goal.slug))[:MAX_GOALS]
