"""The public pages: a queryset and a template each."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView

from timeline.models import (
    Area,
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Kind,
    Milestone,
    Organization,
    Phase,
    PhaseCitation,
    PilotDesignation,
    Policy,
    PolicyRelation,
    Source,
    Topic,
    TopicCitation,
)
from timeline.public.chronology import by_year, lay_out, outside_phases, undated


class Timeline(TemplateView):
    """Everything that happened, by phase and year."""

    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().in_order().for_cards())
        phases = list(Phase.objects.all())
        return super().get_context_data(**kwargs) | {
            "stretches": lay_out(entries, phases),
            "total": len(entries),
        }


class Addressed(DetailView):
    """A page found by its slug, or by one that it once had, which leads on for good to the present one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            named: Any = self.get_queryset()
            moved = named.formerly_at(kwargs["slug"]).first()
            if moved is None:
                raise
            # Asked anew each time: a browser would keep it without limit, and run in a circle after a move back.
            return HttpResponsePermanentRedirect(
                moved.get_absolute_url(), headers={"Cache-Control": "no-cache"}
            )


class EntryDetail(Addressed):
    """One entry with what it cites and what refers to it; a withdrawn one only says that it was withdrawn."""

    context_object_name = "entry"

    def get_queryset(self) -> QuerySet:
        return (
            self.model.objects.with_address_for(self.request.user)
            .select_related("phase")
            .prefetch_related("topics", "citations__source")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outside = ""
        if self.object.phase_id is None:
            dated = self.object.sort_earliest is not None
            outside = (
                outside_phases(self.object, list(Phase.objects.all()[:1]))
                if dated
                else _("The sources do not say.")
            )
        return super().get_context_data(**kwargs) | {
            "outside": outside,
            "goals_declared": self.object.goals_declared.published().in_order(),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        # The desk shows a working copy on this page before it is public, and says so.
        preview = getattr(request, "desk_preview", None)
        if self.object.is_public and not preview:
            return self.render_to_response(self.get_context_data())
        if self.model.objects.visible_to(request.user).filter(pk=self.object.pk).exists():
            preview = preview or {
                "words": _("Only editors see this page: %(status)s.")
                % {"status": self.object.get_status_display()},
                "back": reverse("admin:timeline_entry_change", args=[self.object.pk]),
            }
            response = self.render_to_response(self.get_context_data(preview=preview))
            add_never_cache_headers(response)
            return response
        self.template_name = "timeline/entry_withdrawn.html"
        return self.render_to_response({"entry": self.object}, status=410)


class PolicyDetail(EntryDetail):
    model = Policy

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Policy.objects.published()
        relations = PolicyRelation.objects.select_related("from_policy", "to_policy")
        return super().get_context_data(**kwargs) | {
            "issuers": self.object.issuers.all(),
            "relations": relations.filter(from_policy=self.object, to_policy__in=public),
            "inverse_relations": relations.filter(to_policy=self.object, from_policy__in=public),
            "milestones": self.object.milestones.published().in_order(),
        }


class PilotDesignationDetail(EntryDetail):
    model = PilotDesignation

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("designee", "authority")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = PilotDesignation.objects.published().filter(programme=self.object.programme).in_order()
        return super().get_context_data(**kwargs) | {
            "areas": self.object.areas.all(),
            "others": others.exclude(pk=self.object.pk),
        }


class MilestoneDetail(EntryDetail):
    model = Milestone

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "policies": self.object.policies.published().in_order(),
            "organizations": self.object.organizations.all(),
        }


def goals_with_public_origin(goals: QuerySet) -> QuerySet:
    """Goals whose `declared_by` is None where what declares them is not public, with their assessments."""
    return goals.prefetch_related(Prefetch("declared_by", Entry.objects.published()), "assessments__source")


class GoalDetail(EntryDetail):
    model = Goal

    def get_queryset(self) -> QuerySet:
        return goals_with_public_origin(super().get_queryset())


class GoalList(ListView):
    """Every goal: declared when and by what, due when, and what is known of it."""

    context_object_name = "goals"

    def get_queryset(self) -> QuerySet:
        return goals_with_public_origin(Goal.objects.published().in_order())


class PhaseDetail(Addressed):
    model = Phase

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().filter(phase=self.object).in_order().for_cards())
        return super().get_context_data(**kwargs) | {
            "years": by_year(entries),
            "undated": undated(entries),
            "topics": self.object.topics.all(),
            "citations": self.object.citations.select_related("source"),
        }


class TopicList(ListView):
    def get_queryset(self) -> QuerySet:
        public = Entry.objects.published()
        return Topic.objects.annotate(size=Count("entries", filter=Q(entries__in=public))).order_by(
            "position", "slug"
        )


class TopicDetail(Addressed):
    model = Topic

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().filter(topics=self.object).in_order().for_cards())
        return super().get_context_data(**kwargs) | {
            "years": by_year(entries),
            "undated": undated(entries),
            "phases": self.object.phases.all(),
            "citations": self.object.citations.select_related("source"),
        }


class OrganizationList(ListView):
    model = Organization


class OrganizationDetail(Addressed):
    model = Organization

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published().in_order().for_cards()
        groups = [
            (_("Documents issued"), public.issued_by(self.object)),
            (_("Designations made"), public.designated_by(self.object)),
            (_("Took part in"), public.involving(self.object)),
        ]
        return super().get_context_data(**kwargs) | {"groups": groups}


class AreaList(ListView):
    queryset = Area.objects.select_related("parent")


class AreaDetail(Addressed):
    queryset = Area.objects.select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = [
            (
                _("Pilot designations"),
                Entry.objects.published().designating(self.object).in_order().for_cards(),
            )
        ]
        return super().get_context_data(**kwargs) | {"groups": groups, "parts": self.object.parts.all()}


class SourceList(ListView):
    model = Source


class SourceDetail(Addressed):
    """A source, and for each place in it what rests on that."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        of_phases = PhaseCitation.objects.filter(source=self.object).select_related("phase")
        of_topics = TopicCitation.objects.filter(source=self.object).select_related("topic")
        of_entries = Citation.objects.filter(source=self.object, entry__in=public).select_related("entry")
        of_goals = GoalAssessment.objects.filter(
            source=self.object, goal__in=Goal.objects.published()
        ).select_related("goal")
        resting: dict[str, list[tuple[str, Any, Any]]] = defaultdict(list)
        rests: Iterator[tuple[str, Any, Any]] = chain(
            ((_("Phase"), citation.phase, citation) for citation in of_phases),
            ((_("Topic"), citation.topic, citation) for citation in of_topics),
            ((citation.entry.get_kind_display(), citation.entry, citation) for citation in of_entries),
            ((_("Assessment"), assessment.goal, assessment) for assessment in of_goals),
        )
        for kind, cited, reference in rests:
            resting[reference.locator].append((kind, cited, reference))
        return super().get_context_data(**kwargs) | {
            "places": [(locator, resting[locator]) for locator in sorted(resting, key=natural)]
        }


def natural(locator: str) -> list[tuple[int, str]]:
    """A key by which ¶9 stands before ¶10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", locator)
    ]


class About(TemplateView):
    """What the record is, its sources, and how to send a correction."""

    template_name = "timeline/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sizes = dict(Entry.objects.published().values_list("kind").annotate(Count("pk")))
        return super().get_context_data(**kwargs) | {
            "sources": Source.objects.all(),
            "counts": [(kind.label, sizes.get(kind, 0)) for kind in Kind],
        }
