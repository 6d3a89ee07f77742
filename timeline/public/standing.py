"""Where an entry stands: what comes before and after it, in time and in each of its topics, and a picture of its place."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from timeline.models import Entry, Goal, Phase, Topic
from timeline.public.charts import Ribbon, Span, ribbon

# The height of a phase's strip, in CSS pixels.
BAND = 22


@dataclass(frozen=True)
class Neighbours:
    """What stands next to an entry in time, within a topic or, without one, among all; only what is public."""

    topic: Topic | None
    previous: Entry | None
    next: Entry | None


@dataclass(frozen=True)
class Standing:
    """The picture, which is None where neither date nor phase says anything, and what it is drawn of."""

    ribbon: Ribbon | None
    total: int
    first_year: int
    last_year: int


def neighbours(entry: Entry) -> list[Neighbours]:
    """Among all, and in each topic of the entry, in as many queries as for one topic."""
    public = Entry.objects.published()
    of_topic = public.filter(topics=OuterRef("pk"))
    topics = list(
        Topic.objects.filter(entries=entry.pk).annotate(
            previous_entry=Subquery(of_topic.before(entry).values("pk")[:1]),
            next_entry=Subquery(of_topic.after(entry).values("pk")[:1]),
        )
    )
    keys = {key for topic in topics for key in (topic.previous_entry, topic.next_entry)}
    found = public.in_bulk(keys - {None})
    return [
        Neighbours(None, public.before(entry).first(), public.after(entry).first()),
        *(
            Neighbours(topic, found.get(topic.previous_entry), found.get(topic.next_entry))
            for topic in topics
        ),
    ]


def standing(entry: Entry, phases: Sequence[Phase]) -> Standing:
    """The place of an entry among all that are public and dated."""
    dated = Entry.objects.published().exclude(sort_earliest=None).order_by()
    sizes = dated.values_list("sort_earliest", "sort_latest").annotate(size=Count("pk"))
    known, total = [], 0
    for first, last, size in sizes:
        known.append(Span(None, first, last))
        total += size
    here = _span(entry, entry.sort_earliest, entry.sort_latest)
    due = None
    if isinstance(entry, Goal) and entry.target:
        due = _span(entry, entry.target.earliest, entry.target.latest)
    picture = None
    if here or due or entry.phase_id is not None:
        picture = ribbon(
            [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases],
            known,
            here,
            due,
            band=BAND,
        )
    years = [span.first.year for span in known]
    return Standing(picture, total, min(years, default=0), max(years, default=0))


def _span(entry: Entry, first: datetime.date | None, last: datetime.date | None) -> Span | None:
    return None if first is None or last is None else Span(entry, first, last)
