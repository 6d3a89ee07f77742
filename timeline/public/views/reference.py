"""The pages of phases, topics, organizations and areas, with the entries that belong to each."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.views.generic import ListView

from timeline.models import Area, Entry, Organization, Phase, Topic
from timeline.public.chronology import by_year, undated
from timeline.public.views.addressed import Addressed


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
