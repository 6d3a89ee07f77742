"""The pages of entries."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from timeline.models import Entry, Goal, Milestone, Phase, PilotDesignation, Policy, PolicyRelation
from timeline.public.chronology import outside_phases
from timeline.public.views.addressed import Addressed


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
