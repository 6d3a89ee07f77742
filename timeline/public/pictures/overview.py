"""The picture of the chronicle, or of a part of it: one value for both renderings, across and down, whatever the number of entries."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from timeline.i18n.languages import current_language
from timeline.models import Kind, Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.counts import EntryCount
from timeline.public.goal_pages import count_by_due_year
from timeline.public.pictures import texts
from timeline.public.pictures.arc_curves import Box
from timeline.public.pictures.arcs import MAX_ARCS, Arcs, draw_arcs
from timeline.public.pictures.axis import PLOT, PLOT_ENGLISH, Axis, rem
from timeline.public.pictures.candidates import load_best, load_goals
from timeline.public.pictures.down import CountLink, PictureDown, RowEntries, draw_down
from timeline.public.pictures.due_goals import GoalTrack, draw_goal_track, in_order
from timeline.public.pictures.goal_rings import rings_by_due_year
from timeline.public.pictures.naming import DISTINCTION
from timeline.public.pictures.phase_bands import (
    FADE,
    PhasePlace,
    PhaseText,
    gist_across,
    name_across,
    place_phases,
    polygon_across,
)
from timeline.public.pictures.picture_entries import PictureEntry, with_distinctions
from timeline.public.pictures.text_width import text_width
from timeline.public.pictures.texts import ListLinks
from timeline.public.pictures.tracks import Track, TrackEntries, draw_tracks
from timeline.public.relations import relations_among

# The most links of the picture across.
MAX_LINKS = 100
# By kind, the heading of its track, and its rows in Chinese and in English, where the story above takes more lines. Goals
# have a track of another form.
TRACKS: Mapping[str, tuple[Promise, int, int]] = {
    Kind.POLICY: (pgettext_lazy("track", "Policies"), 3, 2),
    Kind.PILOT_DESIGNATION: (pgettext_lazy("track", "Pilots"), 2, 1),
    Kind.MILESTONE: (pgettext_lazy("track", "Milestones"), 2, 2),
}
# Rem: where a gist begins in its band, its top and bottom.
_GIST_LEFT, _GIST_TOP, _GIST_BOTTOM = 0.5, 2.1, 3
# Rem: the width of the names of the tracks, to the left of the plot, in Chinese and in English; their top and bottom in a track.
_MARGIN, _MARGIN_ENGLISH = 3.75, 5.75
_LABEL_TOP, _LABEL_BOTTOM = 0.4, 2.7
# Rem: the top of the bands, their height and distance, the line of gists below them, and the air below all.
_TOP, _BAND, _BAND_GAP, _GIST, _AIR = 1.65, 1.7, 0.15, 1.65, 0.35


@dataclass(frozen=True)
class AxisLabel:
    """The label of a column; no address if it has no entries."""

    text: str
    x: str
    address: str
    label: str


@dataclass(frozen=True)
class Band:
    """The band of a phase across; lengths as SVG writes them. `fade_x` is "" unless its end is open."""

    phase: PhaseText
    x: str
    width: str
    y: str
    points: str
    name: str
    gist: str
    text_x: str
    name_y: str
    gist_y: str
    fade_x: str
    fade_width: str


@dataclass(frozen=True)
class Picture:
    """The picture across, with `down` for narrow windows; `signs` names what the key explains."""

    height: str
    labels: list[AxisLabel]
    is_labelled_at_start: bool
    lines: list[str]
    opening: str
    bands: list[Band]
    tracks: list[Track]
    goals: GoalTrack | None
    goals_left: CountLink | None
    undue: CountLink | None
    undated: CountLink | None
    down: PictureDown
    signs: frozenset[str]
    arcs: Arcs


def draw_overview(
    entries: EntryQuerySet,
    phases: Sequence[Phase],
    counts: Sequence[EntryCount],
    links: ListLinks,
    *,
    opening: str = "",
    story: Collection[str] = (),
    of_phase: Phase | None = None,
    today: datetime.date | None = None,
) -> Picture | None:
    """Draw public entries, which are counted; None if none has a date.

    `opening` names the years before the first phase; `story` are the slugs of the entries that it links to.
    If they are those `of_phase`, all its years are on the axis.
    """
    if all(count.year is None for count in counts):
        return None
    today = today or timezone.localdate()
    is_english = current_language() == "en"
    axis = _axis(counts, of_phase, today, PLOT_ENGLISH if is_english else PLOT)
    sizes = {kind: _sizes((count for count in counts if count.kind == kind), axis) for kind in Kind}
    tones = {phase.pk: phase.tone for phase in phases}
    best = _load_best(entries, axis, phases, story, tones)
    due_years = count_by_due_year(entries, today) if sizes[Kind.GOAL] or _total(counts, Kind.GOAL) else {}
    undue_count = sum(due_years.get(None, {}).values())
    due_count = sum(sum(states.values()) for states in due_years.values()) - undue_count
    found = load_goals(entries, today) if due_count else []
    rings = rings_by_due_year(entries, today) if due_count else {}
    goals = in_order([texts.goal_text(goal, tones, today) for goal in found])
    rows = _rows(axis, best, sizes, links.due_by_column(due_years, rings, axis.column_of), links)
    places = place_phases([texts.phase_text(phase) for phase in phases], axis)
    bands, gist_boxes, top = _bands(places, axis, is_english)
    undue = links.undue(undue_count)
    undated = links.undated(sum(count.size for count in counts if count.year is None))
    others = [row for row in rows if row.address] + [*places, *goals, undue, undated, "the goals left"]
    tracks, bottom = draw_tracks(
        [
            TrackEntries(
                kind,
                str(heading),
                texts.size_text(_total(counts, kind)),
                english_rows if is_english else rows_of_kind,
                [entry for entry in best if entry.track == kind],
                sizes[Kind(kind)],
            )
            for kind, (heading, rows_of_kind, english_rows) in TRACKS.items()
            if sizes[Kind(kind)]
        ],
        axis,
        top,
        MAX_LINKS - len(others),
        texts.shared_name,
        links.more,
        is_english=is_english,
    )
    goal_track = None
    if goals:
        heading, size = pgettext("track", "Goals"), texts.size_text(_total(counts, Kind.GOAL))
        goal_track = draw_goal_track(heading, size, goals, due_count, axis, bottom, is_english=is_english)
        bottom = goal_track.bottom
    arcs = _arcs(tracks, goal_track, gist_boxes, axis, is_english)
    down = draw_down(rows, axis, places, goals, due_count, texts.year_more_label, is_english=is_english)
    return Picture(
        rem(bottom if goal_track else bottom + _AIR),
        [
            AxisLabel(
                str(row.years.first),
                axis.percent(number + (0.5 if axis.step == 1 else 0)),
                row.address,
                row.label,
            )
            for number, row in enumerate(rows)
        ],
        axis.step > 1,
        [axis.percent(number) for number in range(axis.size + 1)],
        opening if places and _has_room(opening, places, axis, is_english) else "",
        bands,
        [
            replace(
                track, names=[replace(name, arcs=arcs.own.get(name.entry.key, ())) for name in track.names]
            )
            for track in tracks
        ],
        replace(
            goal_track,
            goals=[replace(goal, arcs=arcs.own.get(goal.goal.entry.key, ())) for goal in goal_track.goals],
        )
        if goal_track
        else None,
        links.goals_left(goal_track.left) if goal_track else None,
        undue,
        undated,
        down,
        frozenset(_signs(tracks, goal_track)),
        arcs,
    )


def _axis(counts: Iterable[EntryCount], phase: Phase | None, today: datetime.date, plot: float) -> Axis:
    """The axis over the years in which dates begin, those of the past in which they end, and those of a phase, open ends aside."""
    years = set()
    if phase:
        years = {day.year for day in (phase.sort_earliest, phase.sort_latest) if day != datetime.date.max}
    for count in counts:
        if count.year is not None:
            years |= {count.year, max(count.year, min(count.last_year, today.year))}
    return Axis.over(years, plot)


def _total(counts: Iterable[EntryCount], kind: str) -> int:
    return sum(count.size for count in counts if count.kind == kind)


def _sizes(counts: Iterable[EntryCount], axis: Axis) -> dict[int, int]:
    """How many entries begin in each column."""
    sizes: dict[int, int] = defaultdict(int)
    for count in counts:
        if count.year is not None:
            sizes[axis.column_of(count.year)] += count.size
    return dict(sizes)


def _load_best(
    entries: EntryQuerySet,
    axis: Axis,
    phases: Iterable[Phase],
    story: Collection[str],
    tones: Mapping[int, str],
) -> list[PictureEntry]:
    loaded = load_best(entries, axis, story)
    ends = [entry.pk for entry in loaded for is_end in (entry.is_first, entry.is_last) if is_end]
    years = {phase.pk: phase.sort_earliest.year for phase in phases}
    return with_distinctions([texts.entry_text(entry, tones) for entry in loaded], years, ends, DISTINCTION)


def _rows(
    axis: Axis,
    best: Iterable[PictureEntry],
    sizes: Mapping[Kind, Mapping[int, int]],
    due: Mapping[int, CountLink],
    links: ListLinks,
) -> list[RowEntries]:
    """The columns with their entries, as rows of the picture down."""
    columns: dict[int, list[PictureEntry]] = defaultdict(list)
    for entry in sorted(best, key=lambda entry: entry.quality):
        columns[axis.column_of(entry.first.year)].append(entry)
    rows = []
    for number, years in enumerate(axis.columns):
        size = sum(found.get(number, 0) for kind, found in sizes.items() if kind != Kind.GOAL)
        rows.append(
            RowEntries(
                years,
                texts.year_label(years),
                links.year(years) if size or number in sizes[Kind.GOAL] else "",
                columns[number][:2],
                size,
                due.get(number),
            )
        )
    return rows


def _bands(places: Sequence[PhasePlace], axis: Axis, is_english: bool) -> tuple[list[Band], list[Box], float]:
    """The bands of the phases, a row of them with its gists below the other, what the gists cover, and the height at which they end."""
    names = [name_across(place, axis, is_english) for place in places]
    gists = []
    for number, place in enumerate(places):
        following = [other for other in places[number + 1 :] if other.row == place.row]
        gists.append(gist_across(place, following[0] if following else None, axis, is_english))
    tops, top = [], _TOP
    for row in range(max((place.row for place in places), default=-1) + 1):
        has_gist = any(gist for place, gist in zip(places, gists, strict=True) if place.row == row)
        tops.append(top)
        top += _BAND + (_GIST if has_gist else _BAND_GAP)
    bands, boxes = [], []
    for place, name, gist in zip(places, names, gists, strict=True):
        y = tops[place.row]
        fade = min(FADE / axis.step, place.end - place.begin_whole) if place.phase.is_open else 0
        if gist:
            left = place.begin_whole * axis.unit + _GIST_LEFT
            right = left + text_width(gist, is_english=is_english)
            boxes.append(Box(left, right, y + _GIST_TOP, y + _GIST_BOTTOM))
        bands.append(
            Band(
                place.phase,
                axis.percent(place.begin),
                axis.percent(place.end - place.begin),
                rem(y),
                polygon_across(place),
                name,
                gist,
                axis.percent(place.begin_whole),
                rem(y + 1.14),
                rem(y + 2.82),
                axis.percent(place.end - fade) if fade else "",
                axis.percent(fade),
            )
        )
    return bands, boxes, top


def _has_room(opening: str, places: Iterable[PhasePlace], axis: Axis, is_english: bool) -> bool:
    """Whether there is room for this name before the first phase."""
    room = min(place.begin for place in places if place.row == 0) * axis.unit - 0.2
    return text_width(opening, is_english=is_english) <= room


def _arcs(
    tracks: Sequence[Track], goals: GoalTrack | None, gists: Iterable[Box], axis: Axis, is_english: bool
) -> Arcs:
    """The relations between what is named."""
    drawn = {name.entry.key: (name.anchor, name.box) for track in tracks for name in track.names}
    drawn |= {goal.goal.entry.key: (goal.anchor, goal.box) for goal in goals.goals} if goals else {}
    anchors = {key: anchor for key, (anchor, _box) in drawn.items()}
    boxes = {key: box for key, (_anchor, box) in drawn.items()}
    margin = _MARGIN_ENGLISH if is_english else _MARGIN
    others = [box for track in tracks for box in track.foot_boxes]
    others += [_label_box(track, margin, is_english) for track in tracks]
    if goals:
        others.append(_label_box(goals, margin, is_english))
    others += gists
    relations = relations_among(anchors, MAX_ARCS)
    return draw_arcs(relations, anchors, boxes, others, axis, margin=margin, is_english=is_english)


def _label_box(track: Track | GoalTrack, margin: float, is_english: bool) -> Box:
    """What the name of a track and its count cover, in the margin."""
    width = max(
        text_width(track.label, is_english=is_english, is_bold=True),
        text_width(track.count, is_english=is_english),
    )
    return Box(-margin, width - margin, track.top + _LABEL_TOP, track.top + _LABEL_BOTTOM)


def _signs(tracks: Iterable[Track], goals: GoalTrack | None) -> Iterable[str]:
    for track in tracks:
        yield from (name.precision for name in track.names)
        if track.strokes:
            yield "stroke"
    if goals:
        yield "goal"
        yield from (goal.goal.entry.precision for goal in goals.goals if goal.goal.is_set)
