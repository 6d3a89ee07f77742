"""What cites a source, grouped by paragraph or page, with the values in which the source differs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.models import CITATIONS, Citation, Entry, Goal, GoalAssessment, Kind, Phase, Source
from timeline.models.evidence import SourceReference, locator_anchor
from timeline.models.timeline_position import timeline_order
from timeline.values.partial_date import PartialDate

REFERENCE_CITATIONS = [model for model in CITATIONS if model is not Citation]


@dataclass(frozen=True)
class Usage:
    """A record that cites a place: its kind, its own date, and the date and quotation of the citation.

    A cited date that includes the record's own is less precise; any other date differs.
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
    """A place in a source, "" for the source as a whole, with the records that cite it."""

    locator: str
    usages: list[Usage] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return locator_anchor(self.locator)

    @property
    def differing_count(self) -> int:
        return sum(each.differs for each in self.usages)


def cited_places(source: Source) -> list[CitedPlace]:
    """Every place in the source that something public cites, in natural order."""
    found: dict[str, CitedPlace] = {}
    for locator, usage in _usages(source):
        found.setdefault(locator, CitedPlace(locator)).usages.append(usage)
    return [found[locator] for locator in sorted(found, key=natural_sort_key)]


def usage_counts(found: Iterable[CitedPlace]) -> list[tuple[str, int]]:
    """The number of records by kind that cite these places, without duplicates."""
    records = {(each.kind, each.subject.pk) for place in found for each in place.usages}
    counts = Counter(kind for kind, _key in records)
    order = [*map(_noun, REFERENCE_CITATIONS), *(str(kind.label) for kind in Kind), _("Assessment")]
    return [(kind, counts[kind]) for kind in order if counts[kind]]


def _noun(model: type[SourceReference]) -> str:
    """What the records are called that cite by this model."""
    return capfirst(str(model.owner_model()._meta.verbose_name))


def _usages(source: Source) -> Iterator[tuple[str, Usage]]:
    for model in REFERENCE_CITATIONS:
        for cited in model.objects.filter(source=source).select_related(model.OWNER_FIELD):
            record = getattr(cited, model.OWNER_FIELD)
            phase = record if isinstance(record, Phase) else None
            date = phase.period if phase else None
            yield cited.locator, Usage(_noun(model), record, phase, date, cited.date, cited.wording)
    of_entries = Citation.objects.filter(source=source, entry__in=Entry.objects.published())
    for citation in of_entries.select_related("entry__phase").order_by(*timeline_order("entry__"), "number"):
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
    """A source with the number of entries and of other records that cite it."""

    source: Source
    entries: int
    others: int


def source_counts(sources: list[Source]) -> list[SourceCount]:
    """The sources by number of citations, in descending order; one query for each model that cites."""
    of_entries = Citation.objects.filter(entry__in=Entry.objects.published())
    entries = dict(of_entries.order_by().values_list("source").annotate(Count("entry", distinct=True)))
    others: Counter[int] = Counter()
    for rows, cited in (
        *((model.objects.all(), model.OWNER_FIELD) for model in REFERENCE_CITATIONS),
        (GoalAssessment.objects.filter(goal__in=Goal.objects.published()), "pk"),
    ):
        others.update(dict(rows.order_by().values_list("source").annotate(Count(cited, distinct=True))))
    weights = [SourceCount(source, entries.get(source.pk, 0), others[source.pk]) for source in sources]
    return sorted(weights, key=lambda weight: (-weight.entries, str(weight.source.published or "")))


def natural_sort_key(locator: str) -> list[tuple[int, str]]:
    """The sort key of natural order: ¶9 before ¶10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", locator)
    ]
