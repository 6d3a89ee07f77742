"""What rests on a source, place by place: entries, phases, topics and assessments, with what it says differently."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from timeline.models import (
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Kind,
    Phase,
    PhaseCitation,
    Source,
    TopicCitation,
)
from timeline.models.evidence import locator_anchor
from timeline.models.timeline_position import timeline_order
from timeline.values.partial_date import PartialDate


@dataclass(frozen=True)
class Usage:
    """One thing that rests on a place: what it is, its own date, and the date and the words that stand there.

    A date there that takes in its own is less exact; any other differs.
    """

    kind: str
    subject: Any
    phase: Phase | None
    date: PartialDate | None
    source_date: PartialDate | None = None
    wording: str = ""
    assessment: GoalAssessment | None = None

    @property
    def is_entry(self) -> bool:
        return isinstance(self.subject, Entry)

    @property
    def is_less_exact(self) -> bool:
        return bool(
            self.source_date
            and self.date
            and self.source_date != self.date
            and self.source_date.contains(self.date)
        )

    @property
    def differs(self) -> bool:
        if self.source_date is None or not (self.date or self.is_entry):
            return False
        return self.source_date != self.date and not self.is_less_exact


@dataclass(frozen=True)
class CitedPlace:
    """A place in a source, "" for the source as a whole, and what rests on it."""

    locator: str
    usages: list[Usage] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return locator_anchor(self.locator)

    @property
    def differing_count(self) -> int:
        return sum(each.differs for each in self.usages)


def cited_places(source: Source) -> list[CitedPlace]:
    """Every place in the source on which something public rests, in the order in which a reader comes to them."""
    found: dict[str, CitedPlace] = {}
    for locator, usage in _usages(source):
        found.setdefault(locator, CitedPlace(locator)).usages.append(usage)
    return [found[locator] for locator in sorted(found, key=natural_sort_key)]


def usage_counts(found: Iterable[CitedPlace]) -> list[tuple[str, int]]:
    """How much of each kind rests on these places, each record counted once."""
    records = {(each.kind, each.subject.pk) for place in found for each in place.usages}
    counts = Counter(kind for kind, _key in records)
    order = [_("Phase"), _("Topic"), *(str(kind.label) for kind in Kind), _("Assessment")]
    return [(kind, counts[kind]) for kind in order if counts[kind]]


def _usages(source: Source) -> Iterator[tuple[str, Usage]]:
    for of_phase in PhaseCitation.objects.filter(source=source).select_related("phase"):
        phase = of_phase.phase
        yield (
            of_phase.locator,
            Usage(_("Phase"), phase, phase, phase.period, of_phase.date, of_phase.wording),
        )
    for of_topic in TopicCitation.objects.filter(source=source).select_related("topic"):
        yield (
            of_topic.locator,
            Usage(_("Topic"), of_topic.topic, None, None, of_topic.date, of_topic.wording),
        )
    cited = Citation.objects.filter(source=source, entry__in=Entry.objects.published())
    for citation in cited.select_related("entry__phase").order_by(*timeline_order("entry__"), "number"):
        entry = citation.entry
        yield (
            citation.locator,
            Usage(
                entry.get_kind_display(),
                entry,
                entry.phase,
                entry.timeline_date,
                citation.date,
                citation.wording,
            ),
        )
    of_goals = GoalAssessment.objects.filter(source=source, goal__in=Goal.objects.published())
    for assessment in of_goals.select_related("goal__phase").order_by("date", "goal__slug"):
        goal = assessment.goal
        yield (
            assessment.locator,
            Usage(_("Assessment"), goal, goal.phase, goal.timeline_date, assessment=assessment),
        )


@dataclass(frozen=True)
class SourceCount:
    """A source, and how many entries, and how many other records, rest on it."""

    source: Source
    entries: int
    others: int


def source_counts(sources: list[Source]) -> list[SourceCount]:
    """The sources, that on which most rests first; in four queries."""
    of_entries = Citation.objects.filter(entry__in=Entry.objects.published())
    entries = dict(of_entries.order_by().values_list("source").annotate(Count("entry", distinct=True)))
    others: Counter[int] = Counter()
    for rows, cited in (
        (PhaseCitation.objects.all(), "phase"),
        (TopicCitation.objects.all(), "topic"),
        (GoalAssessment.objects.filter(goal__in=Goal.objects.published()), "pk"),
    ):
        others.update(dict(rows.order_by().values_list("source").annotate(Count(cited, distinct=True))))
    weights = [SourceCount(source, entries.get(source.pk, 0), others[source.pk]) for source in sources]
    return sorted(weights, key=lambda weight: (-weight.entries, str(weight.source.published or "")))


def natural_sort_key(locator: str) -> list[tuple[int, str]]:
    """A key by which ¶9 stands before ¶10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", locator)
    ]
