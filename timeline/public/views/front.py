"""The front page, and what the record is."""

from typing import Any

from django.db.models import Count
from django.views.generic import TemplateView

from timeline.models import Entry, Goal, Kind, Phase, Source
from timeline.public.chronology import lay_out
from timeline.public.filters import EntryFilter
from timeline.public.overview import overview
from timeline.public.paging import in_pages


class Timeline(TemplateView):
    """Everything that happened, by phase and year."""

    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        chosen = EntryFilter(self.request.GET, public)
        phases = list(Phase.objects.all())
        entries = list(public.in_order().for_layout())
        kept = chosen.keys
        outline = lay_out([entry for entry in entries if entry.pk in kept], phases)
        pages = in_pages(outline, self.request.GET.get("page", ""), chosen.pairs)
        cards = list(public.filter(pk__in=pages.current.keys).in_order().for_cards())
        goals = Goal.objects.published().only("target", "due_by").prefetch_related("assessments").in_bulk()
        return super().get_context_data(**kwargs) | {
            "filter": chosen,
            "words": chosen.typed["q"],
            "pages": pages,
            # A phase without entries is told of where everything is.
            "stretches": [
                stretch
                for stretch in lay_out(cards, phases)
                if stretch.size or not (chosen.pairs or pages.links)
            ],
            "size": len(kept),
            "total": len(entries),
            "picture": overview(entries, phases, goals, kept),
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
