"""The pages of entries."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Case, Model, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.i18n.languages import permalink
from timeline.models import (
    Area,
    Chronicle,
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Milestone,
    Organization,
    Phase,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.models.entries import CITATION_ORDER
from timeline.models.kinds import fields_naming_entries
from timeline.models.shortlists import first_of_each
from timeline.public.chronology import OUTSIDE_TITLES, outside_anchor
from timeline.public.entry_position import entry_position, neighbours
from timeline.public.facts import facts_of
from timeline.public.public_history import public_changes, public_moments
from timeline.public.related_entries import RelatedEntry, Relation
from timeline.public.views.base import SlugDetailView, lazily, view_for
from timeline.values import bibliography
from timeline.workflow import transition_to

# The most entries under each heading, and the most citations, assessments, topics and facts of one kind.
MAX_RELATED = 20
MAX_PARTS = 50
# The most changes of the history.
MAX_CHANGES = 20


def first_facts(name: str, model: type[Model]) -> Prefetch:
    """To be prefetched of one entry: the first records of a many-to-many column."""
    return Prefetch(
        name, first_of_each(model._default_manager.all(), MAX_PARTS, [*map(str, model._meta.ordering or ())])
    )


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
        cited = Citation.objects.select_related("source")
        return [Prefetch("citations", first_of_each(cited, MAX_PARTS, CITATION_ORDER, "entry"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, chronicle = self.object, Chronicle.objects.current()
        address = permalink(self.request, entry)
        phases = functools.cache(lambda: list(Phase.objects.all()))
        pairs = functools.cache(lambda: neighbours(entry, self.moved_goals))
        moments = functools.cache(lambda: public_moments(entry))
        # The page outside the kept fragment displays only the record itself, as `object`.
        return (
            super().get_context_data(**kwargs)
            | {
                "chronicle": chronicle,
                "permanent_url": address,
                # No part of what is not public has an address.
                "url_prefix": f"timeline:{self.model.KIND.url_prefix}" if entry.is_public else "",
            }
            | lazily(
                entry=self.with_related_records,
                phase_label=lambda: self.phase_label(phases()),
                position=lambda: entry_position(entry, phases(), self.moved_goals),
                facts=lambda: list(facts_of(entry)),
                topics=lambda: [pair.topic for pair in pairs() if pair.topic],
                neighbours=lambda: [pair for pair in pairs() if pair.previous or pair.next],
                related=lambda: [
                    found for one in self.relations() if (found := one.first(MAX_RELATED)).related
                ],
                dated_citations=lambda: [
                    citation
                    for citation in entry.citations.all()
                    if citation.date and entry.differing_citations
                ],
                missing_facts=lambda: [str(label) for label, value in self.expected_facts() if not value],
                changes=lambda: public_changes(entry, moments()[:MAX_CHANGES]),
                earlier_changes=lambda: len(moments()[MAX_CHANGES:]),
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

    def relations(self) -> list[Relation]:
        """The ways in which published entries refer to this one or it refers to them."""
        named = [
            Relation(
                field.name,
                self.related_headings.get(field.name, capfirst(str(field.verbose_name))),
                self._named_entries(field).chronological(),
            )
            for field in fields_naming_entries(self.model)
        ]
        goals = self.object.goals_declared.published().exclude(pk__in=[goal.pk for goal in self.moved_goals])
        moved = [RelatedEntry(goal) for goal in self.moved_goals]
        return [*named, Relation("goals", _("Goals set by this"), goals.chronological(), at_hand=moved)]

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
        return [*super().prefetched(), first_facts("issuers", Organization)]

    def relations(self) -> list[Relation]:
        policy, public = self.object, Policy.objects.published()
        own = Q(from_policy=policy, to_policy__in=public)
        inverse = Q(to_policy=policy, from_policy__in=public)
        # In a preview the policy has relations at hand that are not stored.
        unsaved = getattr(policy, "_prefetched_objects_cache", {}).get("relations")
        rows = PolicyRelation.objects.filter(inverse if unsaved is not None else own | inverse)
        own_first = Case(When(from_policy=policy, then=Value(0)), default=Value(1))
        rows = rows.order_by(own_first, "type", "to_policy_id", "from_policy_id")
        at_hand = [
            self.related_policy(relation)
            for relation in sorted(unsaved or (), key=lambda one: (one.type, one.to_policy_id))
            if relation.to_policy.is_public
        ]
        return [
            Relation(
                "policies",
                _("Related policies"),
                rows.select_related("from_policy", "to_policy"),
                self.related_policy,
                at_hand,
            ),
            *super().relations(),
            Relation(
                "milestones",
                _("Milestones that refer to this policy"),
                policy.milestones.published().chronological(),
            ),
        ]

    def related_policy(self, relation: PolicyRelation) -> RelatedEntry:
        """The other policy of the relation."""
        if relation.from_policy_id == self.object.pk:
            return RelatedEntry(relation.to_policy, relation.get_type_display())
        return RelatedEntry(relation.from_policy, relation.inverse_label)

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
        return [*super().prefetched(), first_facts("areas", Area)]

    def relations(self) -> list[Relation]:
        others = PilotDesignation.objects.published().filter(programme=self.object.programme)
        others = others.exclude(pk=self.object.pk).chronological()
        return [
            Relation("programme", _("Other designations of the programme"), others),
            *super().relations(),
        ]


class MilestoneDetail(EntryDetail):
    model = Milestone
    related_headings = {"policies": gettext_lazy("Policies concerned")}

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), first_facts("organizations", Organization)]


def public_origin_of_goals(assessments: int) -> list[str | Prefetch]:
    """To be prefetched of goals: so many of their newest assessments, and `declared_by`, None unless published."""
    newest = first_of_each(
        GoalAssessment.objects.select_related("source"), assessments, ("-date", "-source__slug"), "goal"
    )
    return [Prefetch("declared_by", Entry.objects.published()), Prefetch("assessments", newest)]


class GoalDetail(EntryDetail):
    model = Goal

    def prefetched(self) -> list[str | Prefetch]:
        return [*super().prefetched(), *public_origin_of_goals(MAX_PARTS)]

    def preview(self, entry: Any, notice: Mapping[str, str]) -> HttpResponse:
        if entry.declared_by and not entry.declared_by.is_public:
            # As above: `declared_by_id` remains, by which the page says that its origin is not public.
            Goal._meta.get_field("declared_by").set_cached_value(entry, None)
        return super().preview(entry, notice)

    def relations(self) -> list[Relation]:
        origin = self.object.declared_by
        if origin is None:
            return []
        others = Goal.objects.published().filter(declared_by=origin).exclude(pk=self.object.pk)
        return [
            Relation("declared-by", _("Set by"), Entry.objects.none(), at_hand=[RelatedEntry(origin)]),
            Relation("goals", _("Other goals set with it"), others.chronological()),
        ]


def detail_view(request: HttpRequest, model: type[Entry]) -> EntryDetail:
    """The view of the pages of this kind, set up for the request."""
    view: EntryDetail = view_for(EntryDetail, model).view_class(model=model)
    view.setup(request)
    return view


def preview_entry(request: HttpRequest, entry: Any, *, message: str, back_url: str) -> HttpResponse:
    """The page of an entry that is not public as it is, for the admin, which has checked who requests it."""
    notice = {"message": message, "back_url": back_url}
    return detail_view(request, type(entry)).preview(entry, notice)
