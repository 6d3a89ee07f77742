"""The pages of reference records with their entries, and the pages that list them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from timeline.filters.conditions import Pairs
from timeline.models import CITATIONS, Area, Entry, Kind, Organization, Phase, Topic
from timeline.models.kinds import fields_naming, path_from_entry
from timeline.models.reference import Reference
from timeline.public.activity import DatedEntry, activity_chart
from timeline.public.chronology import TimelineSection, make_section
from timeline.public.pictures.overview import draw_overview
from timeline.public.pictures.tracks import Picture
from timeline.public.views.base import SlugDetailView


class ReferenceList(ListView):
    """All records of a model with the years of the entries that refer to them."""

    model: type[Reference]
    template_name = "timeline/reference_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        records, phases = context["object_list"], list(Phase.objects.all())
        return context | {
            "title": capfirst(records.model._meta.verbose_name_plural),
            "introduction": records.model.INTRODUCTION,
            "activity": activity_chart(records, dated_entries(records.model), phases),
        }


class ReferenceDetail(SlugDetailView):
    """A reference record with its entries, and a link to the filtered front page."""

    # By kind of entry, the anchor and the heading of its section, if they differ from those of the kind.
    HEADINGS: ClassVar[Mapping[str, tuple[str, Any]]] = {}

    def get_template_names(self) -> list[str]:
        return [*super().get_template_names(), "timeline/reference_detail.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cites_sources = any(citation.owner_model() is self.model for citation in CITATIONS)
        return super().get_context_data(**kwargs) | {
            "noun": capfirst(self.model._meta.verbose_name),
            "filter_query": urlencode(self.pairs),
            "counts": count_by_kind(self.entries),
            "picture": self.picture(),
            "groups": [section for section in self.sections() if section.size],
            "citations": self.object.citations.select_related("source") if cites_sources else [],
        }

    @property
    def pairs(self) -> Pairs:
        """The condition of the front page that the entries of the record meet."""
        return [(str(self.model._meta.model_name), self.object.slug)]

    def published_entries(self) -> Any:
        """The published entries that refer to the record, as a queryset."""
        return Entry.objects.published().naming(self.object)

    @cached_property
    def entries(self) -> list[Entry]:
        """The published entries in chronological order, with everything that the page displays."""
        return list(self.published_entries().chronological().for_cards())

    @cached_property
    def phases(self) -> list[Phase]:
        return list(Phase.objects.all())

    def picture(self) -> Picture | None:
        """The picture of the entries; None if no entry has a date."""
        picture = draw_overview(self.published_entries(), self.phases, is_part=True, pairs=self.pairs)
        return picture if any(not track.is_undated for track in picture.tracks) else None

    def sections(self) -> list[TimelineSection]:
        """The entries in a section for each kind."""
        found = []
        for kind in Kind:
            anchor, heading = self.HEADINGS.get(kind, (kind.value, kind.model._meta.verbose_name_plural))
            of_kind = [entry for entry in self.entries if entry.kind == kind]
            found.append(make_section(anchor, capfirst(str(heading)), of_kind))
        return found


class PhaseDetail(ReferenceDetail):
    """A phase: its plans, its events, and the adjacent phases."""

    model = Phase

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "shared": [
                (phase, shared)
                for phase in self.phases
                if phase != self.object and (shared := self.object.period.intersection(phase.period))
            ],
            "adjacent": adjacent(self.object, self.phases),
            "topics": self.object.topics.all(),
        }

    def sections(self) -> list[TimelineSection]:
        plans = [entry for entry in self.entries if is_plan(entry)]
        events = [entry for entry in self.entries if not is_plan(entry)]
        return [
            make_section("plans", _("What was set out"), plans),
            make_section("events", _("What happened"), events),
        ]


class TopicDetail(ReferenceDetail):
    """A topic: its entries by year, and topics that share entries with it."""

    model = Topic

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = Counter(
            topic for entry in self.entries for topic in entry.topics.all() if topic.pk != self.object.pk
        )
        return super().get_context_data(**kwargs) | {
            "phases": self.object.phases.all(),
            "others": sorted(others.items(), key=lambda other: (-other[1], other[0].position)),
            "adjacent": adjacent(self.object, list(Topic.objects.all())),
        }

    def sections(self) -> list[TimelineSection]:
        return [make_section("years", _("Through the years"), self.entries)]


class OrganizationDetail(ReferenceDetail):
    """An organization: the policies it issued, the designations it made, the entries it took part in."""

    model = Organization
    HEADINGS = {
        Kind.POLICY: ("issued", gettext_lazy("Documents issued")),
        Kind.PILOT_DESIGNATION: ("designated", gettext_lazy("Designations made")),
        Kind.MILESTONE: ("involved", gettext_lazy("Took part in")),
    }


class AreaDetail(ReferenceDetail):
    """An area: its designations, the area it belongs to and the areas in it."""

    model = Area
    HEADINGS = {Kind.PILOT_DESIGNATION: ("designations", gettext_lazy("Pilot designations"))}

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"parts": self.object.parts.all()}


def is_plan(entry: Entry) -> bool:
    """Whether the entry is of a kind that is a plan, not an event."""
    return bool(Kind(entry.kind).model.IS_PLAN)


def dated_entries(model: type[Model]) -> list[DatedEntry]:
    """The published entries that refer to records of this model, each with the record, its year and the tone of its phase."""
    public = Entry.objects.published().order_by()
    return [
        place
        for path in map(path_from_entry, fields_naming(model))
        for place in public.exclude(**{path: None}).values_list(
            path, "pk", "sort_earliest__year", "phase__tone"
        )
    ]


def count_by_kind(entries: Sequence[Entry]) -> list[tuple[Any, int]]:
    """The number of entries of each kind, without empty kinds."""
    sizes = Counter(entry.kind for entry in entries)
    return [(kind.label, sizes[kind]) for kind in Kind if sizes[kind]]


def adjacent(record: Any, records: Sequence[Any]) -> tuple[Any, Any]:
    """The previous and the next of these records, None at the ends."""
    place = records.index(record)
    return (
        records[place - 1] if place else None,
        records[place + 1] if place + 1 < len(records) else None,
    )
