"""The chronicle at a glance: which entries, phases and goals the picture of the front page is drawn of."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from timeline.models import Entry, Goal, GoalState, Kind, Phase
from timeline.public.pictures.geometry import Picture, Promise, Span, picture

# The height of a phase's strip, in CSS pixels.
BAND = 26
# Policies first, as a reader meets them.
LANES = (Kind.POLICY, Kind.PILOT_DESIGNATION, Kind.MILESTONE)


@dataclass
class Drawn:
    """An entry in the picture, and whether the filter leaves it out; what it says is fetched once it has its place."""

    key: int
    is_left_out: bool = False
    state: str = ""
    tone: str = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Heading:
    """What a lane holds, and the part of an address that asks for it where marks are counted instead of drawn."""

    label: str
    query: str


def overview(
    entries: Iterable[Any],
    phases: Sequence[Phase],
    goals: Mapping[int, Goal],
    kept: Collection[int] | None = None,
    *,
    is_part: bool = False,
) -> Picture:
    """All of the entries, in their order; those not `kept` by a filter are marked as left out.

    Where they are a part of the chronicle, the picture begins with them and the phases that they belong to.
    Of the entries this needs what `for_layout()` gives; what a mark says is fetched for those that are drawn.
    """
    kinds: dict[Kind, list[Span]] = {kind: [] for kind in LANES}
    tones = {phase.pk: phase.tone for phase in phases}
    promises: list[Promise] = []
    undated: list[Drawn] = []
    met = set()
    for entry in entries:
        met.add(entry.phase_id)
        goal = goals.get(entry.pk)
        drawn = Drawn(
            entry.pk,
            kept is not None and entry.pk not in kept,
            str(goal.state().value) if goal else "",
            tones[entry.phase_id] if entry.phase_id else "",
        )
        begun = _span(drawn, entry)
        if goal is not None and (begun or goal.target):
            due = Span(drawn, goal.target.earliest, goal.target.latest) if goal.target else None
            promises.append(Promise(drawn, begun, due))
        elif begun is None:
            undated.append(drawn)
        else:
            kinds[Kind(entry.kind)].append(begun)
    periods = [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases]
    drawing = picture(
        periods,
        {_heading(kind): spans for kind, spans in kinds.items()},
        # A goal is drawn where it is due, too, which may be all that is known of it.
        (Heading(str(Kind.GOAL.label), "kind=goal&undated=1"), promises),
        (Heading(_("Date not recorded"), "undated=1"), undated),
        own=[period for period in periods if period.of.pk in met] if is_part else None,
        band=BAND,
    )
    marked: list[Any] = [mark for lane in drawing.lanes for mark in (*lane.marks, *lane.lines)]
    placed: list[Drawn] = [mark.of for mark in marked]
    records = Entry.objects.for_pictures().in_bulk([drawn.key for drawn in placed])
    for drawn in placed:
        drawn.entry = records[drawn.key]
    return replace(drawing, signs=frozenset(_signs(drawing)))


def _signs(drawing: Picture) -> Iterator[str]:
    """What is to be seen, as far as nobody knows it without being told."""
    for lane in drawing.lanes:
        marked: list[Any] = [*lane.marks, *lane.lines]
        drawn: list[Drawn] = [mark.of for mark in marked]
        if drawing.bands and not all(one.tone for one in drawn):
            yield "unphased"
        if any(one.is_left_out for one in drawn):
            yield "left_out"
        begun = [*lane.marks, *(line.declared for line in lane.lines if line.declared)]
        if lane.is_undated:
            yield "undated"
        elif begun:
            yield from ("day" if mark.is_day else "stretch" for mark in begun)
        for line in lane.lines:
            if line.due:
                yield "due"
                if line.declared and line.of.state == GoalState.UNASSESSED.value:
                    yield "unassessed"


def _heading(kind: Kind) -> Heading:
    return Heading(str(kind.label), f"kind={kind.value}")


def _span(drawn: Drawn, entry: Any) -> Span | None:
    if entry.sort_earliest is None or entry.sort_latest is None:
        return None
    return Span(drawn, entry.sort_earliest, entry.sort_latest)
