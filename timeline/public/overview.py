"""The chronicle at a glance: which entries, phases and goals the picture of the front page is drawn of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline.models import Entry, Goal, Kind, Phase
from timeline.public.charts import Picture, Promise, Span, picture

# Room for what hovering and focus tell, and the height of a phase's strip: CSS pixels.
HEAD = 64
BAND = 26
# Policies first, as a reader meets them.
LANES = (Kind.POLICY, Kind.PILOT_DESIGNATION, Kind.MILESTONE)


@dataclass(frozen=True)
class Drawn:
    """An entry in the picture, and whether the filter leaves it out."""

    entry: Entry
    is_left_out: bool = False
    state: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Heading:
    """What a lane holds, and the part of an address that asks for it where marks are counted instead of drawn."""

    label: str
    query: str


def overview(
    entries: Iterable[Entry],
    phases: Sequence[Phase],
    goals: Mapping[int, Goal],
    kept: Collection[int] | None = None,
) -> Picture:
    """All of the entries, in their order; those not `kept` by a filter are marked as left out."""
    kinds: dict[Kind, list[Span]] = {kind: [] for kind in LANES}
    tones = {phase.pk: phase.tone for phase in phases}
    promises: list[Promise] = []
    undated: list[Drawn] = []
    for entry in entries:
        goal = goals.get(entry.pk)
        drawn = Drawn(
            entry,
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
    return picture(
        [Span(phase, phase.sort_earliest, phase.sort_latest) for phase in phases],
        {_heading(kind): spans for kind, spans in kinds.items()},
        # A goal is drawn where it is due, too, which may be all that is known of it.
        (Heading(str(Kind.GOAL.label), "kind=goal&undated=1"), promises),
        (Heading(_("Date not recorded"), "undated=1"), undated),
        head=HEAD,
        band=BAND,
    )


def _heading(kind: Kind) -> Heading:
    return Heading(str(kind.label), f"kind={kind.value}")


def _span(drawn: Drawn, entry: Entry) -> Span | None:
    if entry.sort_earliest is None or entry.sort_latest is None:
        return None
    return Span(drawn, entry.sort_earliest, entry.sort_latest)
