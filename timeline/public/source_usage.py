"""What cites a source, in the natural order of its places, with the values in which the source differs."""

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from timeline.models import (
    CITATIONS,
    REFERENCE_CITATIONS,
    AssessmentCitation,
    Citation,
    Entry,
    GoalAssessment,
    Kind,
    Phase,
    Source,
)
from timeline.models.locators import locator_anchor
from timeline.models.named import TitleSlugModel
from timeline.models.source_references import CitationQuerySet, SourceReference
from timeline.public.counts import noun_of
from timeline.values.natural_order import natural_sort_key
from timeline.values.partial_date import PartialDate

# The columns of `usage_keys`: the order, and what finds the record that cites.
_ORDER = ("locator_order", "rank", "earliest", "-latest", "-kind", "slug", "number", "pk")


@dataclass(frozen=True)
class Usage:
    """A record that cites a place: its kind, its own date, and its citations of the place, of which at most one has a date.

    A cited date that includes the record's own is less precise; any other date differs. `is_dated_elsewhere` tells of an
    entry whose date is known to be that of another source.
    """

    kind: str
    subject: TitleSlugModel
    phase: Phase | None
    date: PartialDate | None
    citations: tuple[SourceReference, ...]
    is_dated_elsewhere: bool = False
    assessment: GoalAssessment | None = None

    @property
    def source_date(self) -> PartialDate | None:
        return next((citation.date for citation in self.citations if citation.date), None)

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
        if self.source_date is None or self.assessment or not (self.date or self.is_entry):
            return False
        return self.source_date != self.date and not self.is_less_exact


def _joined(usages: Iterable[Usage]) -> list[Usage]:
    """These usages, with those of one record that follow each other as one, unless they give several dates."""
    found: list[Usage] = []
    for usage in usages:
        last = found[-1] if found else None
        if (
            last
            and (last.subject, last.assessment) == (usage.subject, usage.assessment)
            and not (last.source_date and usage.source_date)
        ):
            found[-1] = replace(last, citations=last.citations + usage.citations)
        else:
            found.append(usage)
    return found


@dataclass(frozen=True)
class CitedPlace:
    """A place in a source, "" for the source as a whole, with the records that cite it."""

    locator: str
    usages: list[Usage] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return locator_anchor(self.locator)


def _citing(model: type[SourceReference], source: Source) -> CitationQuerySet:
    """The public records of this model that cite the source."""
    rows: CitationQuerySet = model._default_manager.all()
    return rows.of_public_records().filter(source=source)


def usage_keys(source: Source, before: str | None = None) -> QuerySet:
    """Everything public that cites the source, as keys in order, those of entries in that of the timeline.

    `before` limits them to the places before this locator.
    """
    never = Value(datetime.date.max)
    branches = []
    for rank, model in enumerate(CITATIONS):
        rows = _citing(model, source)
        if before is not None:
            rows = rows.filter(locator_order__lt=natural_sort_key(before))
        columns: dict[str, Combinable] = {
            "earliest": never,
            "latest": never,
            "kind": Value(""),
            "slug": Value(""),
        }
        if model not in REFERENCE_CITATIONS:
            entry = model.OWNER_FIELD
            columns = {
                "earliest": Coalesce(f"{entry}__sort_earliest", never),
                "latest": Coalesce(f"{entry}__sort_latest", never),
                "kind": F(f"{entry}__kind"),
                "slug": F(f"{entry}__slug"),
            }
        names = [name.removeprefix("-") for name in _ORDER]
        branches.append(rows.order_by().annotate(rank=Value(rank), **columns).values_list(*names, named=True))
    return branches[0].union(*branches[1:], all=True).order_by(*_ORDER)


def rank_and_key(keys: Iterable[Any]) -> list[tuple[int, int]]:
    """What finds the records of these `usage_keys`: the rank of the model and the primary key."""
    return [(key.rank, key.pk) for key in keys]


def cited_places(source: Source, keys: Sequence[tuple[int, int]]) -> list[CitedPlace]:
    """The places in the source that these records cite, by rank and key, in their order; a query for each model and one
    for the dates of entries.

    Keys of records that no longer cite it, or are no longer public, are left out.
    """
    found: dict[tuple[int, int], SourceReference] = {}
    for rank, model in enumerate(CITATIONS):
        is_reference = model in REFERENCE_CITATIONS
        related = [model.OWNER_FIELD if is_reference else f"{model.OWNER_FIELD}__phase"]
        if model is AssessmentCitation:
            related.append("assessment")
        rows = _citing(model, source).select_related(*related)
        of_model = rows.in_bulk([pk for of_rank, pk in keys if of_rank == rank])
        found |= {(rank, pk): citing for pk, citing in of_model.items()}
    in_order = [found[key] for key in keys if key in found]
    elsewhere = _dated_elsewhere(source, [citing for citing in in_order if isinstance(citing, Citation)])
    return [
        CitedPlace(locator, _joined(_usage(citing, elsewhere) for citing in of_place))
        for locator, of_place in groupby(in_order, lambda citing: citing.locator)
    ]


def _dated_elsewhere(source: Source, cited: Sequence[Citation]) -> set[int]:
    """The keys of the entries of these citations whose date a citation of another source carries, and none of this one.

    Of an entry whose date no citation carries, nothing is known; nor of one for which this source is quoted with the year,
    or with the month and day.
    """
    entries = {citation.entry_id for citation in cited} - {
        citation.entry_id
        for citation in cited
        if not citation.date and (date := citation.entry.timeline_date) and _quotes_date(citation, date)
    }
    giving = Citation.objects.filter(
        entry__in=entries, date_earliest=F("entry__sort_earliest"), date_latest=F("entry__sort_latest")
    ).order_by()
    given = giving.values("entry").annotate(given_here=Count("pk", filter=Q(source=source)))
    return set(given.filter(given_here=0).values_list("entry", flat=True))


def _quotes_date(citation: Citation, date: PartialDate) -> bool:
    """Whether the quotation has the year of the date, or its month and day."""
    day = date.earliest
    written = [str(day.year)]
    if date.earliest == date.latest:
        written.append(f"{day.month}月{day.day}日")
    return any(re.search(rf"(?<![0-9]){text}", citation.quotation) for text in written)


def _usage(citing: SourceReference, elsewhere: Collection[int]) -> Usage:
    if isinstance(citing, AssessmentCitation):
        goal = citing.goal
        return Usage(_("Assessment"), goal, goal.phase, None, (citing,), assessment=citing.assessment)
    if isinstance(citing, Citation):
        entry = citing.entry
        kind, date = entry.get_kind_display(), entry.timeline_date
        return Usage(kind, entry, entry.phase, date, (citing,), is_dated_elsewhere=entry.pk in elsewhere)
    record = getattr(citing, citing.OWNER_FIELD)
    phase = record if isinstance(record, Phase) else None
    return Usage(noun_of(citing.owner_model(), 1), record, phase, phase.period if phase else None, (citing,))


def usage_counts(source: Source) -> list[tuple[str, int]]:
    """The number of records by kind that cite the source, however often."""
    counts = []
    for model in REFERENCE_CITATIONS:
        size = _citing(model, source).values(model.OWNER_FIELD).distinct().count()
        counts.append((noun_of(model.owner_model(), size), size))
    cited = _citing(Citation, source).order_by()
    of_kind = dict(cited.values_list("entry__kind").annotate(Count("entry", distinct=True)))
    counts += [(noun_of(kind.model, size), size) for kind in Kind for size in [of_kind.get(kind, 0)]]
    assessed = _citing(AssessmentCitation, source).values("goal").distinct().count()
    counts.append((_("Assessment") if assessed == 1 else _("Assessments"), assessed))
    return [(noun, count) for noun, count in counts if count]


def differing_count(source: Source) -> int:
    """How often the source gives another date than what cites it."""
    return sum(_citing(model, source).differing().count() for model in CITATIONS)


@dataclass(frozen=True)
class SourceCount:
    """A source with the number of entries and of other records that cite it."""

    source: Source
    entries: int
    others: int


def most_cited_first(sources: QuerySet[Source]) -> QuerySet:
    """The sources by the number of public entries that cite them, each with it as `entry_count`."""
    public = Q(citations__entry__in=Entry.objects.published())
    counted = sources.annotate(entry_count=Count("citations__entry", filter=public, distinct=True))
    return counted.order_by("-entry_count", F("published").asc(nulls_first=True), "slug")


def source_counts(sources: Sequence[Any]) -> list[SourceCount]:
    """These sources of `most_cited_first`; one query for each further model that cites."""
    others: Counter[int] = Counter()
    querysets: list[tuple[CitationQuerySet, str]] = [
        *((model.objects.all(), model.OWNER_FIELD) for model in REFERENCE_CITATIONS),
        (AssessmentCitation.objects.all(), "assessment__pk"),
    ]
    for rows, cited in querysets:
        of_sources = rows.of_public_records().filter(source__in=[source.pk for source in sources]).order_by()
        others.update(dict(of_sources.values_list("source").annotate(Count(cited, distinct=True))))
    return [SourceCount(source, source.entry_count, others[source.pk]) for source in sources]
