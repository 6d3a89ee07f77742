"""The front page, and what the record is."""

from typing import Any

from django.db.models import Count
from django.views.generic import TemplateView

from timeline.models import Entry, Goal, Kind, Phase, Source
from timeline.public.chronology import lay_out
from timeline.public.overview import overview


class Timeline(TemplateView):
    """Everything that happened, by phase and year."""

    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(Entry.objects.published().in_order().for_cards())
        phases = list(Phase.objects.all())
        goals = Goal.objects.published().prefetch_related("assessments").in_bulk()
        return super().get_context_data(**kwargs) | {
            "stretches": lay_out(entries, phases),
            "total": len(entries),
            "picture": overview(entries, phases, goals),
        }


class About(TemplateView):
    """What the record is, its sources, and how to send a correction."""

    template_name = "timeline/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sizes = dict(Entry.objects.published().values_list("kind").annotate(Count("pk")))
        return super().get_context_data(**kwargs) | {
            "sources": Source.objects.all(),
            "counts": [(kind.label, sizes.get(kind, 0)) for kind in Kind],
        }
