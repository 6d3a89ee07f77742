"""The position of an entry: its neighbours in time and in each of its topics, and a picture of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from timeline.i18n.display import due_text, goal_state_text, translated_text
from timeline.models import Entry, Goal, Phase, Topic
from timeline.models.entry_queryset import is_public
from timeline.models.shortlists import first_of
from timeline.models.timeline_position import timeline_order, timeline_sort_key
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.goal_rings import OPEN_RING, OTHER_RING, goal_ring
from timeline.public.pictures.strip import Strip, draw_strip

# The most topics of an entry, and the most goals of those that it declares.
MAX_TOPICS, MAX_PROMISED = 20, 20
# First and last days, over which years are drawn.
Intervals = Sequence[tuple[datetime.date, datetime.date]]


@dataclass(frozen=True)
class Neighbours:
    """The previous and next published entries, within a topic or (without one) among all."""

    topic: Topic | None
    previous: Entry | None
    next: Entry | None


def neighbours(entry: Entry, moved_goals: Sequence[Goal] = ()) -> list[Neighbours]:
    """The neighbours among all entries and in each topic, in as many queries as for one topic.

    `moved_goals` are goals in a preview whose unsaved date is that of the entry.
    """
    # Without the entry itself, whose date may be unsaved too.
    public = Entry.objects.published().exclude(pk__in=[entry.pk, *(goal.pk for goal in moved_goals)])
    of_topic = public.filter(topics=OuterRef("pk"))
    topics = first_of(
        entry.topics.only("slug", "title", "title_en").annotate(
            previous_entry=Subquery(of_topic.before(entry).values("pk")[:1]),
            next_entry=Subquery(of_topic.after(entry).values("pk")[:1]),
        ),
        MAX_TOPICS,
    )
    if entry.sort_earliest is None:
        return [Neighbours(topic, None, None) for topic in (None, *topics)]
    keys = {key for topic in topics for key in (topic.previous_entry, topic.next_entry)}
    nearest = Q(pk=Subquery(public.before(entry).values("pk")[:1])) | Q(
        pk=Subquery(public.after(entry).values("pk")[:1])
    )
    named = Entry.objects.filter(is_public("pk")).filter(nearest | Q(pk__in=keys - {None}))
    found = {other.pk: other for other in named.for_links()}
    # The nearest of all are the nearest of those found, which are of the whole chronicle and of topics.
    order = timeline_sort_key(entry)
    earlier = [other for other in found.values() if timeline_sort_key(other) < order]
    later = [other for other in found.values() if order < timeline_sort_key(other)]
    return [
        Neighbours(
            None,
            max(earlier, key=timeline_sort_key, default=None),
            _first(min(later, key=timeline_sort_key, default=None), moved_goals),
        ),
        *(
            Neighbours(
                topic,
                found.get(topic.previous_entry),
                _first(
                    found.get(topic.next_entry), [goal for goal in moved_goals if topic in goal.topics.all()]
                ),
            )
            for topic in topics
        ),
    ]


def _first(after: Entry | None, moved_goals: Sequence[Goal]) -> Entry | None:
    """The first of the next stored entry and the entry's unsaved goals."""
    dated = [
        other for other in (after, *moved_goals) if other is not None and other.sort_earliest is not None
    ]
    return min(dated, key=timeline_sort_key, default=None)


def years_of_chronicle() -> tuple[tuple[datetime.date, datetime.date], ...]:
    """The first and the last known day of all published entries, as the only item; none if all are undated."""
    days = Entry.objects.published().aggregate(
        first=Min("sort_earliest"), last=Max("sort_latest", filter=Q(sort_latest__lt=datetime.date.max))
    )
    first, last = days["first"], days["last"]
    return ((first, last or first),) if first else ()


def promised_goals(entry: Entry) -> list[Goal]:
    """The public goals with a due date that the entry declares, those due last first."""
    goals = Goal.objects.published().filter(declared_by=entry.pk, due_by__lt=datetime.date.max)
    return [*goals.order_by("-due_by", *timeline_order()).with_newest_assessment()[:MAX_PROMISED]]


def entry_strip(
    entry: Entry,
    phases: Sequence[Phase],
    years: Intervals,
    promised: Sequence[Goal] = (),
) -> Strip[Phase] | None:
    """The picture of the position of an entry, None if it has neither a date nor a due date.

    A goal leads to its due date, another entry to that of the goals that it `promised`, those due last first.
    """
    here = _span(entry, entry.sort_earliest, entry.sort_latest)
    due, due_labels, ring = None, ("", ""), OPEN_RING
    if isinstance(entry, Goal) and entry.target:
        due = _span(entry, entry.target.earliest, entry.target.latest)
        due_labels, ring = (goal_state_text(entry), due_text(entry)), goal_ring(entry)
    elif promised and here is not None:
        due = _span(promised[0], promised[0].target.earliest, promised[0].target.latest)
        due_labels, ring = _promise(promised)
    if here is None and due is None:
        return None
    return draw_strip(
        [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases],
        years,
        here,
        due,
        names=_names,
        label=_("This entry"),
        due_labels=due_labels,
        due_ring=ring,
    )


def _promise(goals: Sequence[Goal]) -> tuple[tuple[str, str], str]:
    """The labels and the ring of the goals due last, of which they tell only what is known of all."""
    last = [goal for goal in goals if goal.due_by == goals[0].due_by]
    words, rings = {goal_state_text(goal) for goal in last}, {goal_ring(goal) for goal in last}
    due = due_text(goals[0])
    label = _("goal %(due)s") if len(goals) == 1 else _("last goal %(due)s")
    full, short = (label % {"due": text} for text in (words.pop() if len(words) == 1 else due, due))
    return (full, short), rings.pop() if len(rings) == 1 else OTHER_RING


def chronicle_strip(phases: Sequence[Phase], years: Intervals) -> Strip[Phase] | None:
    """The years of the chronicle without an entry, None if nothing has a date."""
    spans = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    return draw_strip(spans, years, None) if spans or years else None


def _names(phase: Phase) -> list[str]:
    """The title of a phase and its short title, as far as they are in the language of the page."""
    return [name for field in ("title", "short_title") if (name := translated_text(phase, field))]


def _span(entry: Entry, first: datetime.date | None, last: datetime.date | None) -> Span | None:
    return None if first is None or last is None else Span(entry, first, last)
