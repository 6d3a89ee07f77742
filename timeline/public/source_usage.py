"""What cites a source, in the natural order of its places, with the values in which the source differs."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.models import CITATIONS, Citation, Entry, Goal, GoalAssessment, Kind, Phase, Source
from timeline.models.evidence import SourceReference
from timeline.models.locators import PlaceInSource, locator_anchor
from timeline.values.natural_order import natural_sort_key
from timeline.values.partial_date import PartialDate

REFERENCE_CITATIONS = [model for model in CITATIONS if model is not Citation]
# What cites one place stands in this order.
CITING_MODELS: tuple[type[PlaceInSource], ...] = (*REFERENCE_CITATIONS, Citation, GoalAssessment)
# The columns of `usage_keys`: the order, and what finds the record that cites.
_ORDER = ("locator_order", "rank", "earliest", "-latest", "-kind", "slug", "number", "pk")


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


def _citing(model: type[PlaceInSource], source: Source) -> Any:
    """The public records of this model that cite the source."""
    rows: Any = model._default_manager
    rows = rows.filter(source=source)
    if model is Citation:
        return rows.filter(entry__in=Entry.objects.published())
    return rows.filter(goal__in=Goal.objects.published()) if model is GoalAssessment else rows


def usage_keys(source: Source, before: str | None = None) -> QuerySet[Any]:
    """Everything public that cites the source, as keys in order, those of entries in that of the timeline.

    `before` limits them to the places before this locator.
    """
    never = Value(datetime.date.max)
    branches = []
    for rank, model in enumerate(CITING_MODELS):
        rows = _citing(model, source)
        if before is not None:
            rows = rows.filter(locator_order__lt=natural_sort_key(before))
        columns: dict[str, Any] = {"earliest": never, "latest": never, "kind": Value(""), "slug": Value("")}
        if model not in REFERENCE_CITATIONS:
            entry = model.OWNER_FIELD
            columns = {
                "earliest": Coalesce(f"{entry}__sort_earliest", never),
                "latest": Coalesce(f"{entry}__sort_latest", never),
                "kind": F(f"{entry}__kind"),
                "slug": F(f"{entry}__slug"),
            }
        if model is GoalAssessment:
            columns["number"] = Value(1)
        names = [name.removeprefix("-") for name in _ORDER]
        branches.append(rows.order_by().annotate(rank=Value(rank), **columns).values_list(*names, named=True))
    return branches[0].union(*branches[1:], all=True).order_by(*_ORDER)


def cited_places(keys: Iterable[Any]) -> list[CitedPlace]:
    """The places that these `usage_keys` cite, in a query for each model."""
    keys = list(keys)
    found: dict[tuple[int, Any], Any] = {}
    for rank, model in enumerate(CITING_MODELS):
        is_reference = model in REFERENCE_CITATIONS
        rows = model._default_manager.select_related(
            model.OWNER_FIELD if is_reference else f"{model.OWNER_FIELD}__phase"
        )
        of_model = rows.in_bulk([key.pk for key in keys if key.rank == rank])
        found |= {(rank, pk): citing for pk, citing in of_model.items()}
    in_order = [found[key.rank, key.pk] for key in keys]
    return [
        CitedPlace(locator, [_usage(citing) for citing in of_place])
        for locator, of_place in groupby(in_order, lambda citing: citing.locator)
    ]


def _usage(citing: Any) -> Usage:
    if isinstance(citing, GoalAssessment):
        goal = citing.goal
        return Usage(_("Assessment"), goal, goal.phase, goal.timeline_date, assessment=citing)
    if isinstance(citing, Citation):
        entry = citing.entry
        kind = entry.get_kind_display()
        return Usage(kind, entry, entry.phase, entry.timeline_date, citing.date, citing.wording)
    record = getattr(citing, citing.OWNER_FIELD)
    phase = record if isinstance(record, Phase) else None
    date = phase.period if phase else None
    return Usage(_noun(type(citing)), record, phase, date, citing.date, citing.wording)


def usage_counts(source: Source) -> list[tuple[str, int]]:
    """The number of records by kind that cite the source, however often."""
    counts = [
        (_noun(model), _citing(model, source).values(model.OWNER_FIELD).distinct().count())
        for model in REFERENCE_CITATIONS
    ]
    cited = _citing(Citation, source).order_by()
    of_kind = dict(cited.values_list("entry__kind").annotate(Count("entry", distinct=True)))
    counts += [(str(kind.label), of_kind.get(kind, 0)) for kind in Kind]
    counts.append((_("Assessment"), _citing(GoalAssessment, source).values("goal").distinct().count()))
    return [(kind, count) for kind, count in counts if count]


def differing_count(source: Source) -> int:
    """How often the source gives another date than what cites it."""
    return sum(_citing(model, source).differing().count() for model in CITATIONS)


def _noun(model: type[SourceReference]) -> str:
    """What the records are called that cite by this model."""
    return capfirst(str(model.owner_model()._meta.verbose_name))


@dataclass(frozen=True)
class SourceCount:
    """A source with the number of entries and of other records that cite it."""

    source: Source
    entries: int
    others: int


def most_cited_first(sources: QuerySet[Source]) -> QuerySet[Any]:
    """The sources by the number of public entries that cite them, each with it as `entry_count`."""
    public = Q(citations__entry__in=Entry.objects.published())
    counted = sources.annotate(entry_count=Count("citations__entry", filter=public, distinct=True))
    return counted.order_by("-entry_count", F("published").asc(nulls_first=True), "slug")


def source_counts(sources: Sequence[Any]) -> list[SourceCount]:
    """These sources of `most_cited_first`; one query for each further model that cites."""
    others: Counter[int] = Counter()
    querysets: list[tuple[Any, str]] = [
        *((model.objects.all(), model.OWNER_FIELD) for model in REFERENCE_CITATIONS),
        (GoalAssessment.objects.filter(goal__in=Goal.objects.published()), "pk"),
    ]
    for rows, cited in querysets:
        of_sources = rows.filter(source__in=[source.pk for source in sources]).order_by()
        others.update(dict(of_sources.values_list("source").annotate(Count(cited, distinct=True))))
    return [SourceCount(source, source.entry_count, others[source.pk]) for source in sources]
