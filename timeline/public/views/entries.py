"""The pages of entries."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.i18n.languages import permalink
from timeline.models import (
    Chronicle,
    Entry,
    Goal,
    Milestone,
    Phase,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.models.kinds import fields_naming_entries
from timeline.models.timeline_position import timeline_sort_key
from timeline.public.chronology import OUTSIDE_TITLES, outside_anchor
from timeline.public.entry_position import entry_position, neighbours
from timeline.public.facts import facts_of
from timeline.public.public_history import public_history_of
from timeline.public.views.base import SlugDetailView, lazily, view_for
from timeline.values import bibliography
from timeline.workflow import transition_to


@dataclass(frozen=True)
class RelatedEntry:
    """A related entry, with its relation if the heading does not say it."""

    entry: Entry
    relation: str = ""


@dataclass(frozen=True)
class RelatedEntries:
    """The entries of one type of relation."""

    heading: str
    related: list[RelatedEntry]


def related_entries(heading: str, entries: Iterable[Entry]) -> RelatedEntries:
    return RelatedEntries(heading, [RelatedEntry(entry) for entry in entries])


class EntryDetail(SlugDetailView):
    """An entry with its position, sources and related entries; a notice if its publication has ended.

    The page is the same for everybody, whoever is logged in, so that any cache may store it.
    """

    context_object_name = "entry"
    # The headings above entries that a column names, where they are not the name of the column.
    related_headings: ClassVar[Mapping[str, Any]] = {}
    # In a preview, the public goals whose date is the unsaved one of the entry.
    moved_goals: Sequence[Goal] = ()

    def get_template_names(self) -> list[str]:
        """The template of the kind where it has one, else the one that all kinds extend."""
        return [*super().get_template_names(), "timeline/entry_detail.html"]

    def get_queryset(self) -> QuerySet:
        return self.model.objects.published_or_ended().select_related("phase")

    def prefetched(self) -> list[str | Prefetch]:
        """The related records that the page displays."""
        return ["citations__source"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, chronicle = self.object, Chronicle.objects.current()
        address = permalink(self.request, entry)
        phases = functools.cache(lambda: list(Phase.objects.all()))
        pairs = functools.cache(lambda: neighbours(entry, self.moved_goals))
        # The page outside the kept fragment displays only the record itself, as `object`.
        return (
            super().get_context_data(**kwargs)
            | {"chronicle": chronicle, "permanent_url": address}
            | lazily(
                entry=self.with_related_records,
                phase_label=lambda: self.phase_label(phases()),
                position=lambda: entry_position(entry, phases(), self.moved_goals),
                facts=lambda: list(facts_of(entry)),
                topics=lambda: [pair.topic for pair in pairs() if pair.topic],
                neighbours=lambda: [pair for pair in pairs() if pair.previous or pair.next],
                related=lambda: [found for found in self.related() if found.related],
                dated_citations=lambda: [
                    citation
                    for citation in entry.citations.all()
                    if citation.date and entry.differing_citations
                ],
                missing_facts=lambda: [str(label) for label, value in self.expected_facts() if not value],
                public_history=lambda: public_history_of(entry),
                bibliography=lambda: self.bibliography(chronicle, address),
            )
        )

    def with_related_records(self) -> Any:
        """The entry with the related records that the page displays."""
        prefetch_related_objects([self.object], *self.prefetched())
        return self.object

    def phase_label(self, phases: Sequence[Phase]) -> str:
        """What the page says of the phase of an entry without one."""
        if self.object.phase_id is not None:
            return ""
        if self.object.sort_earliest is None:
            return _("The sources do not say.")
        return str(OUTSIDE_TITLES[outside_anchor(self.object, phases)])

    def related(self) -> list[RelatedEntries]:
        """The published entries that refer to this one or that it refers to."""
        named = [
            related_entries(
                self.related_headings.get(field.name, capfirst(str(field.verbose_name))),
                self._named_entries(field).chronological(),
            )
            for field in fields_naming_entries(self.model)
        ]
        moved_goals = {goal.pk: goal for goal in self.moved_goals}
        goals = [
            moved_goals.get(goal.pk, goal) for goal in self.object.goals_declared.published().chronological()
        ]
        if moved_goals:
            goals.sort(key=timeline_sort_key)
        return [*named, related_entries(_("Goals set by this"), goals)]

    def _named_entries(self, field: Any) -> Any:
        """The public entries that this names in a column."""
        if field.many_to_many:
            return getattr(self.object, field.name).published()
        named: Any = field.related_model
        return named.objects.published().filter(pk=getattr(self.object, field.attname))

    def expected_facts(self) -> list[tuple[str, Any]]:
        """The facts that readers expect: the page says so if the sources lack one."""
        return []

    def bibliography(self, chronicle: Chronicle, address: str) -> list[tuple[str, Any]]:
        """The citable documents, each with its name."""
        entry, local = self.object, timezone.localdate
        page = bibliography.WebPage(
            bibliography.citation_key(entry.kind, entry.slug),
            chronicle.title,
            entry.title,
            address,
            local(entry.changed_at),
            local(),
        )
        return [(_("This page"), page)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.object.is_public:
            return self.render_to_response(self.get_context_data())
        ended = date_format(timezone.localtime(self.object.withdrawn_at), "DATE_FORMAT")
        notice = transition_to(self.object.status).public_notice % {"date": ended}
        self.template_name = "timeline/entry_ended.html"
        return self.render_to_response({"entry": self.object, "notice": notice}, status=410)

    def preview(self, entry: Any, notice: Mapping[str, str]) -> HttpResponse:
        """The page as if the entry, which may be unsaved, were public. For editors only, never cached."""
        self.object, self.edition = entry, ""
        self.moved_goals = list(entry.goals_declared.published().filter(date=None).prefetch_related("topics"))
        for goal in self.moved_goals:
            goal.take_timeline_date_of(entry)
        response = self.render_to_response(self.get_context_data(preview=notice))
        add_never_cache_headers(response)
        return response


class PolicyDetail(EntryDetail):
    model = Policy

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), "issuers", "relations"]

    def related(self) -> list[RelatedEntries]:
        public = Policy.objects.published()
        relations = sorted(self.object.relations.all(), key=lambda one: (one.type, one.to_policy_id))
        others = public.in_bulk([relation.to_policy_id for relation in relations])
        inverse = PolicyRelation.objects.filter(to_policy=self.object, from_policy__in=public)
        related = [
            RelatedEntry(others[relation.to_policy_id], relation.get_type_display())
            for relation in relations
            if relation.to_policy_id in others
        ] + [
            RelatedEntry(relation.from_policy, relation.inverse_label)
            for relation in inverse.select_related("from_policy")
        ]
        return [
            RelatedEntries(_("Related policies"), related),
            *super().related(),
            related_entries(
                _("Milestones that refer to this policy"), self.object.milestones.published().chronological()
            ),
        ]

    def expected_facts(self) -> list[tuple[str, Any]]:
        policy = self.object
        return [
            (_("Document number"), policy.document_number),
            (_("Issued by"), policy.issuers.all()),
            # The entry's own date is one of these, whichever the sources mean.
            (_("Date of the document"), policy.issued or policy.date),
            (_("Date of publication"), policy.published_on or policy.date),
            (_("In effect from"), policy.effective_from),
            (_("Validity"), policy.validity),
        ]

    def bibliography(self, chronicle: Chronicle, address: str) -> list[tuple[str, Any]]:
        policy = self.object
        document = bibliography.OfficialDocument(
            bibliography.citation_key(policy.kind, policy.slug, "document"),
            [issuer.title for issuer in policy.issuers.all()],
            policy.title,
            str(policy.document_number or ""),
            policy.issued or policy.published_on or policy.date,
            policy.official_url,
            timezone.localdate(),
        )
        found = super().bibliography(chronicle, address)
        return [*found, (_("The document itself"), document)] if document.is_citable() else found


class PilotDesignationDetail(EntryDetail):
    model = PilotDesignation

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("designee", "authority")

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), "areas"]

    def related(self) -> list[RelatedEntries]:
        others = PilotDesignation.objects.published().filter(programme=self.object.programme).chronological()
        return [
            related_entries(_("Other designations of the programme"), others.exclude(pk=self.object.pk)),
            *super().related(),
        ]


class MilestoneDetail(EntryDetail):
    model = Milestone
    related_headings = {"policies": gettext_lazy("Policies concerned")}

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), "organizations"]


def public_origin_of_goals() -> list[str | Prefetch]:
    """To be prefetched of goals: their assessments, and `declared_by`, which is None unless published."""
    return [Prefetch("declared_by", Entry.objects.published()), "assessments__source"]


class GoalDetail(EntryDetail):
    model = Goal

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), *public_origin_of_goals()]

    def preview(self, entry: Any, notice: Mapping[str, str]) -> HttpResponse:
        if entry.declared_by and not entry.declared_by.is_public:
            # As above: `declared_by_id` remains, by which the page says that its origin is not public.
            Goal._meta.get_field("declared_by").set_cached_value(entry, None)
        return super().preview(entry, notice)

    def related(self) -> list[RelatedEntries]:
        origin = self.object.declared_by
        if origin is None:
            return []
        others = (
            Goal.objects.published().filter(declared_by=origin).exclude(pk=self.object.pk).chronological()
        )
        return [related_entries(_("Set by"), [origin]), related_entries(_("Other goals set with it"), others)]


def preview_entry(request: HttpRequest, entry: Any, *, message: str, back_url: str) -> HttpResponse:
    """The page of an entry that is not public as it is, for the admin, which has checked who requests it."""
    view = view_for(EntryDetail, type(entry)).view_class(model=type(entry))
    view.setup(request)
    return view.preview(entry, {"message": message, "back_url": back_url})
