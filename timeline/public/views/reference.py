"""The pages of phases, topics, organizations and areas, with the entries that belong to each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.views.generic import ListView

from timeline.models import Area, Entry, Goal, Kind, Organization, Phase, Topic
from timeline.public.activity import DatedEntry, activity_chart
from timeline.public.chronology import TimelineSection, make_section
from timeline.public.pictures.geometry import Picture
from timeline.public.pictures.overview import draw_overview
from timeline.public.views.base import SlugDetailView

# What is set out, as against what happens.
PLAN_KINDS = (Kind.POLICY, Kind.GOAL)


class EntryListDetailView(SlugDetailView):
    """A record and the entries that belong to it, by which the front page can be filtered too."""

    facet = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "filter_query": urlencode({self.facet: self.object.slug})
        }


class PhaseDetail(EntryListDetailView):
    """A phase: what was set out in it, what happened in it, and the phases beside it."""

    facet = "phase"
    model = Phase

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published().filter(phase=self.object)
        entries = list(public.chronological().for_cards())
        phases = list(Phase.objects.all())
        return super().get_context_data(**kwargs) | {
            "counts": count_by_kind(entries),
            "picture": overview_of(entries, phases, Goal.objects.filter(pk__in=public.values("pk"))),
            "groups": non_empty(
                make_section(
                    "plans", _("What was set out"), [entry for entry in entries if entry.kind in PLAN_KINDS]
                ),
                make_section(
                    "events", _("What happened"), [entry for entry in entries if entry.kind not in PLAN_KINDS]
                ),
            ),
            "shared": [
                (phase, shared)
                for phase in phases
                if phase != self.object and (shared := self.object.period.intersection(phase.period))
            ],
            "adjacent": adjacent(self.object, phases),
            "topics": self.object.topics.all(),
            "citations": self.object.citations.select_related("source"),
        }


class TopicList(ListView):
    """Every topic with the years in which entries speak of it."""

    model = Topic

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        public = Entry.objects.published().exclude(topics=None)
        places = public.order_by().values_list("topics", "pk", "sort_earliest__year", "phase__tone")
        return context | {
            "activity": activity_chart(context["object_list"], places, list(Phase.objects.all()))
        }


class TopicDetail(EntryListDetailView):
    """A topic: its entries through the years, and the topics of which they speak too."""

    facet = "topic"
    model = Topic

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published().filter(topics=self.object)
        entries = list(public.chronological().for_cards())
        others = Counter(
            topic for entry in entries for topic in entry.topics.all() if topic.pk != self.object.pk
        )
        return super().get_context_data(**kwargs) | {
            "counts": count_by_kind(entries),
            "picture": overview_of(
                entries, list(Phase.objects.all()), Goal.objects.filter(pk__in=public.values("pk"))
            ),
            "groups": non_empty(make_section("years", _("Through the years"), entries)),
            "phases": self.object.phases.all(),
            "others": sorted(others.items(), key=lambda other: (-other[1], other[0].position)),
            "adjacent": adjacent(self.object, list(Topic.objects.all())),
            "citations": self.object.citations.select_related("source"),
        }


class OrganizationList(ListView):
    """Every organization with the years in which it issued, designated or took part."""

    model = Organization

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places = dated_entries("policy__issuers", "pilotdesignation__authority", "milestone__organizations")
        return context | {
            "activity": activity_chart(context["object_list"], places, list(Phase.objects.all()))
        }


class OrganizationDetail(EntryListDetailView):
    """An organization: what it issued, what it designated, in what it took part."""

    facet = "organization"
    model = Organization

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().naming(self.object).chronological().for_cards())
        parts = [
            ("issued", _("Documents issued"), Kind.POLICY),
            ("designated", _("Designations made"), Kind.PILOT_DESIGNATION),
            ("involved", _("Took part in"), Kind.MILESTONE),
        ]
        return super().get_context_data(**kwargs) | {
            "groups": non_empty(
                *(
                    make_section(anchor, title, [entry for entry in entries if entry.kind == kind])
                    for anchor, title, kind in parts
                )
            ),
            "counts": count_by_kind(entries),
            "picture": overview_of(entries, list(Phase.objects.all())),
        }


class AreaList(ListView):
    """Every area with the years of its designations."""

    queryset = Area.objects.select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places = dated_entries("pilotdesignation__designee", "pilotdesignation__areas")
        return context | {
            "activity": activity_chart(context["object_list"], places, list(Phase.objects.all()))
        }


class AreaDetail(EntryListDetailView):
    """An area: its designations, what it lies in and what lies in it."""

    facet = "area"
    queryset = Area.objects.select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().naming(self.object).chronological().for_cards())
        return super().get_context_data(**kwargs) | {
            "groups": non_empty(make_section("designations", _("Pilot designations"), entries)),
            "counts": count_by_kind(entries),
            "picture": overview_of(entries, list(Phase.objects.all())),
            "parts": self.object.parts.all(),
        }


def dated_entries(*relations: str) -> list[DatedEntry]:
    """Where the published entries stand that lead to a record by one of these relations."""
    public = Entry.objects.published().order_by()
    return [
        place
        for relation in relations
        for place in public.exclude(**{relation: None}).values_list(
            relation, "pk", "sort_earliest__year", "phase__tone"
        )
    ]


def count_by_kind(entries: Sequence[Entry]) -> list[tuple[Any, int]]:
    """How many there are of each kind of which there are any."""
    sizes = Counter(entry.kind for entry in entries)
    return [(kind.label, sizes[kind]) for kind in Kind if sizes[kind]]


def overview_of(
    entries: Sequence[Entry], phases: Sequence[Phase], goals: QuerySet | None = None
) -> Picture | None:
    """The picture of these entries, goals as far as they are among them; None where no time is known of any."""
    known = {} if goals is None else goals.prefetch_related("assessments").in_bulk()
    dated = any(entry.timeline_date or entry.pk in known and known[entry.pk].target for entry in entries)
    return draw_overview(entries, phases, known, is_part=True) if dated else None


def non_empty(*parts: TimelineSection) -> list[TimelineSection]:
    return [part for part in parts if part.size]


def adjacent(record: Any, records: Sequence[Any]) -> tuple[Any, Any]:
    """What stands before the record among these and what after it, None where nothing does."""
    place = records.index(record)
    return (
        records[place - 1] if place else None,
        records[place + 1] if place + 1 < len(records) else None,
    )
