"""The overview picture of the front page: selects its entries, phases and goals."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from timeline.i18n.display import localized_html
from timeline.i18n.languages import current_language
from timeline.models import Entry, Goal, GoalState, Kind, Phase
from timeline.public.pictures.geometry import Span
from timeline.public.pictures.goal_lines import GoalSpan
from timeline.public.pictures.tracks import Picture, draw_picture

# The height of a phase's band, in CSS pixels.
BAND = 26
# Goals have a track of their own type: each is drawn from the date it was set to the date it is due.
TRACK_KINDS = tuple(kind for kind in Kind if kind is not Kind.GOAL)


@dataclass
class DrawnEntry:
    """An entry in the picture, and whether the filter excludes it. Its texts are fetched once it is placed."""

    key: int
    is_filtered_out: bool = False
    state: str = ""
    tone: str = ""
    # In the language of the page.
    address: str = ""
    title: str = ""
    date: str = ""

    def describe(self, entry: Entry) -> None:
        """Set the texts of the mark."""
        self.address = entry.get_absolute_url()
        self.title = localized_html(entry, "title")
        self.date = entry.timeline_date.display(current_language()) if entry.timeline_date else ""


@dataclass(frozen=True)
class TrackHeading:
    """The label of a track, and the query string for its entries if they are counted instead of drawn."""

    label: str
    query: str


def draw_overview(
    entries: Iterable[Any],
    phases: Sequence[Phase],
    goals: Mapping[int, Goal],
    matching: Collection[int] | None = None,
    *,
    is_part: bool = False,
) -> Picture:
    """Draw the entries, given in order; those not `matching` a filter are marked as filtered out.

    With `is_part`, the axis begins with these entries and their phases. The entries need the fields of
    `for_layout()`; the text of marks is fetched for drawn entries only.
    """
    kinds: dict[Kind, list[Span]] = {kind: [] for kind in TRACK_KINDS}
    tones = {phase.pk: phase.tone for phase in phases}
    goal_spans: list[GoalSpan] = []
    undated: list[DrawnEntry] = []
    phase_keys = set()
    for entry in entries:
        phase_keys.add(entry.phase_id)
        goal = goals.get(entry.pk)
        drawn = DrawnEntry(
            entry.pk,
            matching is not None and entry.pk not in matching,
            str(goal.state().value) if goal else "",
            tones[entry.phase_id] if entry.phase_id else "",
        )
        begun = _span(drawn, entry)
        if goal is not None and (begun or goal.target):
            due = Span(drawn, goal.target.earliest, goal.target.latest) if goal.target else None
            goal_spans.append(GoalSpan(drawn, begun, due))
        elif begun is None:
            undated.append(drawn)
        else:
            kinds[Kind(entry.kind)].append(begun)
    periods = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    drawing = draw_picture(
        periods,
        {_heading(kind): spans for kind, spans in kinds.items()},
        # A goal is drawn at its due date too, which may be its only date.
        TrackHeading(str(Kind.GOAL.label), "kind=goal&undated=1"),
        goal_spans,
        TrackHeading(_("Date not recorded"), "undated=1"),
        undated,
        own=[period for period in periods if period.subject.pk in phase_keys] if is_part else None,
        band=BAND,
    )
    marked: list[Any] = [mark for track in drawing.tracks for mark in (*track.marks, *track.lines)]
    placed: list[DrawnEntry] = [mark.subject for mark in marked]
    records = Entry.objects.for_pictures().in_bulk([drawn.key for drawn in placed])
    for drawn in placed:
        drawn.describe(records[drawn.key])
    return replace(drawing, legend_items=frozenset(_legend_items(drawing)))


def _legend_items(drawing: Picture) -> Iterator[str]:
    """The names of the drawn symbols that need an explanation."""
    for track in drawing.tracks:
        marked: list[Any] = [*track.marks, *track.lines]
        drawn: list[DrawnEntry] = [mark.subject for mark in marked]
        if drawing.bands and not all(one.tone for one in drawn):
            yield "unphased"
        if any(one.is_filtered_out for one in drawn):
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


def _heading(kind: Kind) -> TrackHeading:
    return TrackHeading(str(kind.label), f"kind={kind.value}")


def _span(drawn: DrawnEntry, entry: Any) -> Span | None:
    if entry.sort_earliest is None or entry.sort_latest is None:
        return None
    return Span(drawn, entry.sort_earliest, entry.sort_latest)
