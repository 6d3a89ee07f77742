"""The overview picture: which entries are drawn and which only counted, so that it does not grow with them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.filters.conditions import UNDATED, YEAR_PARAMETERS, Pairs
from timeline.filters.entries import query_string
from timeline.i18n.display import localized_html
from timeline.i18n.languages import current_language
from timeline.models import Entry, Goal, GoalState, Kind, Phase
from timeline.models.entries import EntryQuerySet
from timeline.public.counts import EntryCount, count_entries
from timeline.public.pictures.geometry import Scale, Span
from timeline.public.pictures.goal_lines import GoalSpan
from timeline.public.pictures.tracks import (
    MAX_UNDATED,
    Cluster,
    CountedYears,
    Picture,
    Track,
    TrackContent,
    column_capacity,
    draw_picture,
    picture_scale,
    years_per_column,
)

# The height of a phase's band, in CSS pixels.
BAND = 26
# Goals have a track of their own type: each is drawn from the date it was set to the date it is due.
TRACK_KINDS = tuple(kind for kind in Kind if kind is not Kind.GOAL)
# The most links in the tracks of these kinds together, where there are no more columns than that.
MAX_LINKS = 48
# The most goals that are drawn.
MAX_GOALS = 16
# A goal without any date is in the undated track, not in that of goals.
_IN_GOAL_TRACK = Q(kind=Kind.GOAL) & (Q(sort_earliest__isnull=False) | Q(goal__due_by__isnull=False))
_IN_UNDATED_TRACK = Q(sort_earliest=None) & (~Q(kind=Kind.GOAL) | Q(goal__due_by=None))


@dataclass(frozen=True)
class DrawnEntry:
    """An entry in the picture: the texts of its mark, the tone of its phase, and the state of a goal."""

    key: int
    # In the language of the page.
    address: str
    title: str
    date: str
    tone: str
    state: str
    is_filtered_out: bool

    @property
    def matching(self) -> int:
        return int(not self.is_filtered_out)


@dataclass(frozen=True)
class CountedEntries:
    """Entries that are not drawn: the number that the filter leaves."""

    matching: int


@dataclass(frozen=True)
class TrackHeading:
    """The label of a track, the condition that its entries meet, and the conditions that this one replaces."""

    label: str
    pair: tuple[str, str]
    replaced: tuple[str, ...]

    def query(self, cluster: Cluster, pairs: Pairs) -> str:
        """The query string for the entries of the cluster, under these conditions."""
        years = []
        if cluster.first_year:
            years = [("from", str(cluster.first_year)), ("to", str(cluster.last_year))]
        return query_string([self.pair, *(pair for pair in pairs if pair[0] not in self.replaced), *years])


@dataclass
class _Column:
    """The entries of one kind that begin in the same years of the axis."""

    kind: str
    first: int
    last: int
    size: int = 0
    matching: int = 0

    def add(self, count: EntryCount, year: int) -> None:
        self.first, self.last = min(self.first, year), max(self.last, year)
        self.size += count.size


def draw_overview(
    entries: EntryQuerySet,
    phases: Sequence[Phase],
    matching: EntryQuerySet | None = None,
    is_part: bool = False,
    pairs: Pairs = (),
    counts: Sequence[EntryCount] | None = None,
    matching_counts: Sequence[EntryCount] | None = None,
) -> Picture:
    """Draw public entries; those that are not `matching`, which a filter leaves, are marked as filtered out.

    With `is_part`, the axis begins with these entries and their phases. `pairs` are the conditions that links to
    counted entries keep. Only entries that are drawn are loaded. A caller that has counted the entries passes the
    counts.
    """
    if counts is None:
        counts = count_entries(entries, phases)
    if matching is None:
        matching_counts = counts
    elif matching_counts is None:
        matching_counts = count_entries(matching, phases)
    in_goal_track = entries.filter(_IN_GOAL_TRACK)
    goal_count = in_goal_track.count() if any(count.kind == Kind.GOAL for count in counts) else 0
    goals = _load_goals(in_goal_track, goal_count)
    spans = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    phase_keys = {count.phase_id for count in counts}
    own = [span for span in spans if span.subject.pk in phase_keys] if is_part else None
    scale, spans = picture_scale(spans, [*_extents(counts), *_due_extents(goals)], own)
    drawn_columns, counted_columns = _columns(counts, matching_counts, scale)
    dated = _load_columns(entries, drawn_columns)
    undated_count = sum(count.size for count in counts if count.year is None) - (
        goal_count - sum(count.size for count in counts if count.kind == Kind.GOAL and count.year is not None)
    )
    undated: list[Entry] = []
    if undated_count:
        undated = [*entries.filter(_IN_UNDATED_TRACK).chronological().for_pictures()[:MAX_UNDATED]]
    every = [*dated, *goals, *undated]
    shown = {entry.pk for entry in every}
    if matching is not None:
        shown = {*matching.filter(pk__in=shown).order_by().values_list("pk", flat=True)}
    tones = {phase.pk: phase.tone for phase in phases}

    def drawn(entry: Entry) -> DrawnEntry:
        return DrawnEntry(
            entry.pk,
            entry.get_absolute_url(),
            localized_html(entry, "title"),
            entry.timeline_date.display(current_language()) if entry.timeline_date else "",
            tones.get(entry.phase_id or 0, ""),
            entry.state().value if isinstance(entry, Goal) else "",
            entry.pk not in shown,
        )

    def others(of_track: Q, size: int, loaded: Sequence[Entry]) -> list[CountedYears]:
        """The entries of a track that are not loaded, counted together."""
        left = size - len(loaded)
        if not left:
            return []
        if matching is None:
            return [CountedYears(CountedEntries(left), 0, 0, left)]
        keys = [entry.pk for entry in loaded]
        of_filter = matching.filter(of_track).exclude(pk__in=keys).count()
        return [CountedYears(CountedEntries(of_filter), 0, 0, left)]

    picture = draw_picture(
        scale,
        spans,
        [
            TrackContent(
                TrackHeading(str(kind.label), ("kind", kind.value), ("kind", *YEAR_PARAMETERS)),
                [_span(drawn(entry), entry) for entry in dated if entry.kind == kind],
                [
                    CountedYears(CountedEntries(column.matching), column.first, column.last, column.size)
                    for column in counted_columns
                    if column.kind == kind
                ],
            )
            for kind in TRACK_KINDS
        ],
        TrackContent(
            TrackHeading(str(Kind.GOAL.label), ("kind", Kind.GOAL.value), ("kind",)),
            [_goal_span(drawn(goal), goal) for goal in goals],
            others(_IN_GOAL_TRACK, goal_count, goals),
        ),
        TrackContent(
            TrackHeading(_("Date not recorded"), (UNDATED, "1"), YEAR_PARAMETERS),
            [drawn(entry) for entry in undated],
            others(_IN_UNDATED_TRACK, undated_count, undated),
        ),
        band=BAND,
    )
    picture = replace(picture, tracks=[_linked(track, pairs) for track in picture.tracks])
    return replace(picture, legend_items=frozenset(_legend_items(picture)))


def _extents(counts: Iterable[EntryCount]) -> Iterator[tuple[datetime.date, datetime.date]]:
    """The years over which the dates of the counted entries extend, as days."""
    for count in counts:
        if count.year is not None:
            # The last day of all stands for an unknown end.
            last = datetime.date(min(count.last_year, datetime.MAXYEAR), 12, 30)
            yield datetime.date(count.year, 1, 1), last


def _due_extents(goals: Iterable[Goal]) -> Iterator[tuple[datetime.date, datetime.date]]:
    return ((goal.target.earliest, goal.target.latest) for goal in goals if goal.target)


def _columns(
    counts: Iterable[EntryCount], matching_counts: Iterable[EntryCount], scale: Scale
) -> tuple[list[_Column], list[_Column]]:
    """The columns of kinds whose entries are drawn, those with the fewest first, and those that are counted."""
    step = years_per_column(scale)
    columns: dict[tuple[str, int], _Column] = {}
    for count in counts:
        if count.year is not None and count.kind != Kind.GOAL:
            place = (count.kind, count.year // step)
            columns.setdefault(place, _Column(count.kind, count.year, count.year)).add(count, count.year)
    for count in matching_counts:
        if count.year is not None and (column := columns.get((count.kind, count.year // step))):
            column.matching += count.size
    drawn: list[_Column] = []
    counted: list[_Column] = []
    links, capacity = len(columns), column_capacity(scale)
    for column in sorted(columns.values(), key=lambda column: (column.size, column.first, column.kind)):
        if column.size <= capacity and links + column.size - 1 <= MAX_LINKS:
            links += column.size - 1
            drawn.append(column)
        else:
            counted.append(column)
    return drawn, counted


def _load_columns(entries: EntryQuerySet, columns: Iterable[_Column]) -> list[Entry]:
    """The entries of these columns, in chronological order."""
    years: dict[str, Q] = defaultdict(Q)
    for column in columns:
        first, last = datetime.date(column.first, 1, 1), datetime.date(column.last, 12, 31)
        years[column.kind] |= Q(sort_earliest__range=(first, last))
    found = Q(pk__in=[])
    for kind, of_kind in years.items():
        found |= Q(kind=kind) & of_kind
    return [*entries.filter(found).chronological().for_pictures()]


def _load_goals(in_track: EntryQuerySet, size: int) -> list[Goal]:
    """The goals that are drawn, in chronological order: those due nearest to today, then others."""
    if not size:
        return []
    keys: Any = in_track.order_by().values("pk")
    if size > MAX_GOALS:
        today = timezone.localdate()
        due = in_track.values_list("goal__due_by", "pk")
        coming = due.filter(goal__due_by__gte=today).order_by("goal__due_by", "pk")[:MAX_GOALS]
        past = due.filter(goal__due_by__lt=today).order_by("-goal__due_by", "-pk")[:MAX_GOALS]
        nearest = sorted((abs(day - today), key) for day, key in [*coming, *past])
        without = in_track.filter(goal__due_by=None).chronological().values_list("pk", flat=True)
        keys = [*(key for _distance, key in nearest), *without[:MAX_GOALS]][:MAX_GOALS]
    goals = Goal.objects.filter(pk__in=keys).chronological().for_pictures("target", "due_by")
    return [*goals.prefetch_related("assessments")]


def _linked(track: Track, pairs: Pairs) -> Track:
    """The track with links of its counts to the matching entries, or to the others where the filter leaves none."""
    clusters = []
    for cluster in track.clusters:
        matching = sum(subject.matching for subject in cluster.subjects)
        query = track.heading.query(cluster, pairs if matching else ())
        clusters.append(
            replace(cluster, count=matching or cluster.count, query=query, is_filtered_out=not matching)
        )
    return replace(track, clusters=clusters)


def _legend_items(drawing: Picture) -> Iterator[str]:
    """The names of the drawn symbols that need an explanation."""
    for track in drawing.tracks:
        marked: list[Any] = [*track.marks, *track.lines]
        drawn: list[DrawnEntry] = [mark.subject for mark in marked]
        if drawing.bands and not all(one.tone for one in drawn):
            yield "unphased"
        if any(one.is_filtered_out for one in drawn) or any(one.is_filtered_out for one in track.clusters):
            yield "left_out"
        begun = [*track.marks, *(line.declared for line in track.lines if line.declared)]
        if track.is_undated:
            yield "undated"
        elif begun:
            yield from ("day" if mark.is_day else "period" for mark in begun)
        for line in track.lines:
            if line.due:
                yield "due"
                if line.declared and line.subject.state == GoalState.UNASSESSED.value:
                    yield "unassessed"


def _span(drawn: DrawnEntry, entry: Any) -> Span:
    return Span(drawn, entry.sort_earliest, entry.sort_latest)


def _goal_span(drawn: DrawnEntry, goal: Goal) -> GoalSpan:
    due = Span(drawn, goal.target.earliest, goal.target.latest) if goal.target else None
    return GoalSpan(drawn, _span(drawn, goal) if goal.sort_earliest else None, due)
