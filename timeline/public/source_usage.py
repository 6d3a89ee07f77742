"""What rests on a source, place by place: entries, phases, topics and assessments, with what it says differently."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F
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
from timeline.models.evidence import anchor_of
from timeline.values.partial_date import PartialDate


@dataclass(frozen=True)
class Resting:
    """One thing that rests on a place: what it is, its own date, and the date and the words that stand there.

    A date there that takes in its own is less exact; any other differs.
    """

    kind: str
    of: Any
    phase: Phase | None
    date: PartialDate | None
    date_there: PartialDate | None = None
    wording: str = ""
    assessment: GoalAssessment | None = None

    @property
    def is_entry(self) -> bool:
        return isinstance(self.of, Entry)

    @property
    def is_less_exact(self) -> bool:
        return bool(
            self.date_there
            and self.date
            and self.date_there != self.date
            and self.date_there.takes_in(self.date)
        )

    @property
    def differs(self) -> bool:
        if self.date_there is None or not (self.date or self.is_entry):
            return False
        return self.date_there != self.date and not self.is_less_exact


@dataclass(frozen=True)
class Place:
    """A place in a source, "" for the source as a whole, and what rests on it."""

    locator: str
    resting: list[Resting] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return anchor_of(self.locator)

    @property
    def differing(self) -> int:
        return sum(each.differs for each in self.resting)


def places(source: Source) -> list[Place]:
    """Every place in the source on which something public rests, in the order in which a reader comes to them."""
    found: dict[str, Place] = {}
    for locator, resting in _resting(source):
        found.setdefault(locator, Place(locator)).resting.append(resting)
    return [found[locator] for locator in sorted(found, key=natural)]


def sizes(found: Iterable[Place]) -> list[tuple[str, int]]:
    """How much of each kind rests on these places, each record counted once."""
    records = {(each.kind, each.of.pk) for place in found for each in place.resting}
    counts = Counter(kind for kind, _key in records)
    order = [_("Phase"), _("Topic"), *(str(kind.label) for kind in Kind), _("Assessment")]
    return [(kind, counts[kind]) for kind in order if counts[kind]]


def _resting(source: Source) -> Iterator[tuple[str, Resting]]:
    for of_phase in PhaseCitation.objects.filter(source=source).select_related("phase"):
        phase = of_phase.phase
        yield (
            of_phase.locator,
            Resting(_("Phase"), phase, phase, phase.period, of_phase.date, of_phase.wording),
        )
    for of_topic in TopicCitation.objects.filter(source=source).select_related("topic"):
        yield (
            of_topic.locator,
            Resting(_("Topic"), of_topic.topic, None, None, of_topic.date, of_topic.wording),
        )
    cited = Citation.objects.filter(source=source, entry__in=Entry.objects.published())
    for citation in cited.select_related("entry__phase").order_by(
        F("entry__sort_earliest").asc(nulls_last=True), "-entry__kind", "entry__slug", "number"
    ):
        entry = citation.entry
        yield (
            citation.locator,
            Resting(
                entry.get_kind_display(),
                entry,
                entry.phase,
                entry.place,
                citation.date,
                citation.wording,
            ),
        )
    of_goals = GoalAssessment.objects.filter(source=source, goal__in=Goal.objects.published())
    for assessment in of_goals.select_related("goal__phase").order_by("date", "goal__slug"):
        goal = assessment.goal
        yield (
            assessment.locator,
            Resting(_("Assessment"), goal, goal.phase, goal.place, assessment=assessment),
        )


@dataclass(frozen=True)
class Weight:
    """A source, and how many entries, and how many other records, rest on it."""

    source: Source
    entries: int
    others: int


def weighed(sources: list[Source]) -> list[Weight]:
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
    weights = [Weight(source, entries.get(source.pk, 0), others[source.pk]) for source in sources]
    return sorted(weights, key=lambda weight: (-weight.entries, str(weight.source.published or "")))


def natural(locator: str) -> list[tuple[int, str]]:
    """A key by which ¶9 stands before ¶10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", locator)
    ]
