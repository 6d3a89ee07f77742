"""The position of an entry: its neighbours in time and in each of its topics, and a picture of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Subquery

from timeline.models import Entry, Goal, Phase, Topic
from timeline.models.shortlists import first_of
from timeline.models.timeline_position import timeline_sort_key
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.strip import Strip, draw_strip

# The height of a phase's band, in CSS pixels.
BAND = 22
# The most topics of an entry.
MAX_TOPICS = 20


@dataclass(frozen=True)
class Neighbours:
    """The previous and next published entries, within a topic or (without one) among all."""

    topic: Topic | None
    previous: Entry | None
    next: Entry | None


@dataclass(frozen=True)
class EntryPosition:
    """The picture, None if the entry has neither date nor phase, and the numbers for its description."""

    strip: Strip | None
    total: int
    first_year: int
    last_year: int


def neighbours(entry: Entry, moved_goals: Sequence[Goal] = ()) -> list[Neighbours]:
    """The neighbours among all entries and in each topic, in as many queries as for one topic.

    `moved_goals` are goals in a preview whose unsaved date is that of the entry.
    """
    # Without the entry itself, whose date may be unsaved too.
    public = Entry.objects.published().exclude(pk__in=[entry.pk, *(goal.pk for goal in moved_goals)])
    of_topic = public.filter(topics=OuterRef("pk"))
    topics = first_of(
        entry.topics.annotate(
            previous_entry=Subquery(of_topic.before(entry).values("pk")[:1]),
            next_entry=Subquery(of_topic.after(entry).values("pk")[:1]),
        ),
        MAX_TOPICS,
    )
    keys = {key for topic in topics for key in (topic.previous_entry, topic.next_entry)}
    found = public.in_bulk(keys - {None})
    return [
        Neighbours(None, public.before(entry).first(), _first(public.after(entry).first(), moved_goals)),
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


def entry_position(entry: Entry, phases: Sequence[Phase], moved_goals: Sequence[Goal] = ()) -> EntryPosition:
    """The position of an entry among all published and dated ones; `moved_goals` as in `neighbours`."""
    dated = Entry.objects.published().exclude(sort_earliest=None).order_by()
    dated = dated.exclude(pk__in=[entry.pk, *(goal.pk for goal in moved_goals)])
    # A row for each day on which entries begin, of which there are only so many.
    days = dated.values_list("sort_earliest").annotate(Max("sort_latest"), Count("pk"))
    known = [(Span(None, first, last), size) for first, last, size in days]
    here = _span(entry, entry.sort_earliest, entry.sort_latest)
    # With their unsaved dates, which may differ from the stored ones.
    for own in (entry, *moved_goals):
        if own.is_public and (span := _span(own, own.sort_earliest, own.sort_latest)):
            known.append((span, 1))
    due = None
    if isinstance(entry, Goal) and entry.target:
        due = _span(entry, entry.target.earliest, entry.target.latest)
    picture = None
    if here or due or entry.phase_id is not None:
        picture = draw_strip(
            [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases],
            [span for span, _number in known],
            here,
            due,
            band=BAND,
        )
    years = [span.first.year for span, _number in known]
    total = sum(size for _day, size in known)
    return EntryPosition(picture, total, min(years, default=0), max(years, default=0))


def _span(entry: Entry, first: datetime.date | None, last: datetime.date | None) -> Span | None:
    return None if first is None or last is None else Span(entry, first, last)
