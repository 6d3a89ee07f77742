"""The pages of reference records with their entries, and the pages that list them."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from timeline.filters.conditions import Pairs
from timeline.i18n.languages import permalink
from timeline.models import Area, Entry, Kind, Organization, Phase, Topic
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.evidence import cites_sources
from timeline.models.records import RecordQuerySet
from timeline.models.reference import Reference
from timeline.models.shortlists import first_of, left_out, read_first_related
from timeline.models.source_references import SourceReference
from timeline.public.activity import activity_chart, entry_counts
from timeline.public.cards import ListedEntry, listed_entries, positions_of
from timeline.public.chronology import TimelineSection, make_section
from timeline.public.cited_works import CitedWork, bibliographic_record, content_day, reference_files
from timeline.public.counts import count_entries, kind_sizes, noun_of
from timeline.public.designations import designation_tables
from timeline.public.metadata.trails import Breadcrumb, list_trail
from timeline.public.pictures.overview import Picture, draw_overview
from timeline.public.pictures.texts import ListLinks
from timeline.public.views.base import PAGE_SIZE, PageMixin, RecordDetail, lazily, page_query
from timeline.public.views.downloads import spreadsheet_links
from timeline.public.views.goals import due_year_addresses
from timeline.values.bibliography.metadata import work_metadata

# The number of topics on the page of one that shares entries with them.
MAX_SHARING_TOPICS = 12


class ReferenceList(PageMixin, ListView):
    """All records of a model with the years of the entries that refer to them."""

    model: type[Reference]
    template_name = "timeline/reference_list.html"
    parameters = ("page",)

    def get_queryset(self) -> QuerySet:
        return self.model.objects.published()

    def trail(self) -> Sequence[Breadcrumb]:
        return list_trail(self.model)

    @cached_property
    def page(self) -> Page[Reference]:
        return self.page_of(self.get_queryset(), self.request.GET.get("page"))

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        page = self.page
        return (
            super().get_context_data(**kwargs)
            | {
                "title": capfirst(self.model._meta.verbose_name_plural),
                "introduction": self.model.INTRODUCTION,
                "page": page,
                "page_query": page_query(page),
            }
            | lazily(activity=lambda: activity_chart(page, list(Phase.objects.published())))
        )


class AreaList(ReferenceList):
    """All areas: the tables of their pilot designations on the first page, then each with the number of its entries."""

    model = Area
    template_name = "timeline/area_list.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return (
            super().get_context_data(**kwargs)
            | {"spreadsheets": spreadsheet_links()}
            | lazily(designations=designation_tables, places=lambda: entry_counts(self.page))
        )


class ReferenceDetail(RecordDetail):
    """A reference record with its entries, in pages, and a link to the filtered front page."""

    parameters = ("page",)

    # By kind of entry, the anchor and the heading of its section, if they differ from those of the kind.
    HEADINGS: ClassVar[Mapping[str, tuple[str, str | Promise]]] = {}

    def get_template_names(self) -> list[str]:
        return [*super().get_template_names(), "timeline/reference_detail.html"]

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        record, prefix = self.object, str(self.model._meta.model_name)
        work = bibliographic_record(record, self.chronicle, permalink(self.request, record))
        return (
            super().get_context_data(**kwargs)
            | {
                # No part of what is not public has an address.
                "cited_works": [
                    CitedWork(
                        _("This page"),
                        work,
                        reference_files(prefix, record.slug) if record.is_public else [],
                    )
                ],
                "citation_meta": work_metadata(work, content_day()),
                "noun": capfirst(self.model._meta.verbose_name),
                "url_prefix": f"timeline:{prefix}" if record.is_public else "",
                "filter_query": urlencode(self.pairs),
                "counts": self.counts(),
                "page": self.page,
                "page_query": page_query(self.page),
                "groups": [section for section in self.sections() if section.size],
                "citations": self.citations(),
            }
            | lazily(picture=self.picture)
        )

    @property
    def pairs(self) -> Pairs:
        """The condition of the front page that the entries of the record meet."""
        return [(str(self.model._meta.model_name), self.object.slug)]

    def published_entries(self) -> EntryQuerySet:
        """The published entries that refer to the record, as a queryset."""
        return Entry.objects.published().naming(self.object)

    @cached_property
    def page(self) -> Page[Entry]:
        """The page of the published entries in chronological order."""
        return self.page_of(self.published_entries().chronological(), self.request.GET.get("page"))

    @cached_property
    def entries(self) -> list[ListedEntry]:
        """The entries of the page."""
        page = self.page
        positions = self.kept(
            "positions", [self.request.path, page.number], lambda: positions_of(page.object_list)
        )
        return listed_entries(positions, Entry.objects.published().for_cards().with_relations())

    def counts(self) -> list[tuple[str, int]]:
        """The number of the published entries of each kind, without empty kinds."""
        sizes = self.kept("kinds", [self.request.path], lambda: kind_sizes(self.published_entries()))
        return [(noun_of(kind.model, sizes[kind]), sizes[kind]) for kind in Kind if kind in sizes]

    def citations(self) -> Iterable[SourceReference]:
        """The first citations of the record; none if such records cite nothing."""
        if not cites_sources(self.model):
            return []
        read_first_related(
            self.object, "citations", PAGE_SIZE, self.object.citations.select_related("source")
        )
        return self.object.citations.all()

    @property
    def phase(self) -> Phase | None:
        """The phase all of whose years the picture shows, if the record is one."""
        return None

    def picture(self) -> Picture | None:
        """The picture of the entries; None if no entry has a date."""
        entries, phases = self.published_entries(), list(Phase.objects.published())
        links = ListLinks(reverse("timeline:timeline"), due_year_addresses(self), self.pairs)
        return draw_overview(entries, phases, count_entries(entries, phases), links, of_phase=self.phase)

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

    @property
    def phase(self) -> Phase:
        return self.object

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        phase = self.phase
        others = (
            Phase.objects.published()
            .exclude(pk=phase.pk)
            .filter(sort_earliest__lte=phase.sort_latest, sort_latest__gte=phase.sort_earliest)
        )
        return super().get_context_data(**kwargs) | {
            "shared": [(other, phase.period.intersection(other.period)) for other in others[:PAGE_SIZE]],
            "adjacent": adjacent(phase),
            "topics": first_of(phase.topics.published(), PAGE_SIZE),
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

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return (
            super().get_context_data(**kwargs)
            | {
                # Whatever a public topic names is public; the preview of a draft names what becomes public with it.
                "phases": first_of(self.object.phases.all(), PAGE_SIZE),
                "adjacent": adjacent(self.object),
            }
            | lazily(others=self.others)
        )

    def others(self) -> list[tuple[Topic, int]]:
        """The topics that share most entries with this one, each with their number."""
        entries = self.published_entries().order_by().values("pk")
        others = Topic.objects.published().exclude(pk=self.object.pk).filter(entries__in=entries)
        counted = others.annotate(size=Count("entries")).order_by("-size", "position", "slug")
        return [(topic, topic.size) for topic in counted[:MAX_SHARING_TOPICS]]

    def sections(self) -> list[TimelineSection]:
        return [make_section("years", _("Through the years"), self.entries)]


class OrganizationDetail(ReferenceDetail):
    """An organization: the policies it issued, the designations it announced, the entries it took part in."""

    model = Organization
    HEADINGS = {
        Kind.POLICY: ("issued", gettext_lazy("Documents issued")),
        Kind.PILOT_DESIGNATION: ("designated", gettext_lazy("Designations announced")),
        Kind.MILESTONE: ("involved", gettext_lazy("Took part in")),
    }


class AreaDetail(ReferenceDetail):
    """An area: its designations, the area it belongs to and the areas in it, each with the number of its entries."""

    model = Area
    HEADINGS = {Kind.PILOT_DESIGNATION: ("designations", gettext_lazy("Pilot designations"))}

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().select_related("parent")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        parts = functools.cache(lambda: list(first_of(self.object.parts.published(), PAGE_SIZE)))
        return super().get_context_data(**kwargs) | lazily(
            parts=lambda: entry_counts(parts()), parts_left_out=lambda: left_out(parts())
        )


def is_plan(entry: ListedEntry) -> bool:
    """Whether the entry is of a kind that is a plan, not an event."""
    return bool(Kind(entry.kind).model.IS_PLAN)


def adjacent(record: Reference) -> tuple[Reference | None, Reference | None]:
    """The previous and the next record in the order of the model, None at the ends."""
    records = type(record)._default_manager.published()
    return records.before(record).first(), records.after(record).first()
