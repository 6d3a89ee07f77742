"""The front page, and what the record is."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.views.generic import TemplateView

from timeline.filters.entries import EntryFilter
from timeline.models import Entry, Goal, Kind, Phase, Source
from timeline.public.chronology import lay_out
from timeline.public.paging import in_pages
from timeline.public.pictures.overview import overview
from timeline.public.views.downloads import offered

# Hits to a page, where the best stand first.
HITS = 50


class Timeline(TemplateView):
    """Everything that happened, by phase and year; what was searched for, on request, by how well it answers."""

    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        chosen = EntryFilter(self.request.GET, public)
        phases = list(Phase.objects.all())
        entries = list(public.in_order().for_layout())
        kept = chosen.keys
        goals = Goal.objects.published().only("target", "due_by").prefetch_related("assessments").in_bulk()
        shown = (
            self._by_relevance(chosen) if chosen.is_by_relevance else self._by_year(chosen, entries, phases)
        )
        return (
            super().get_context_data(**kwargs)
            | {
                "filter": chosen,
                "words": chosen.typed["q"],
                "downloads": offered(),
                "size": len(kept),
                "total": len(entries),
                "picture": overview(entries, phases, goals, kept),
            }
            | shown
        )

    def _by_year(
        self, chosen: EntryFilter, entries: Sequence[Any], phases: Sequence[Phase]
    ) -> dict[str, Any]:
        outline = lay_out([entry for entry in entries if entry.pk in chosen.keys], phases)
        pages = in_pages(outline, self.request.GET.get("page", ""), chosen.pairs)
        shown = Entry.objects.published().filter(pk__in=pages.current.keys).in_order()
        cards = list(shown.for_hits() if chosen.asked["q"] else shown.for_cards())
        return {
            "list": "timeline/_by_year.html",
            "pages": pages,
            # A phase without entries is told of where everything is.
            "stretches": [
                stretch
                for stretch in lay_out(cards, phases)
                if stretch.size or not (chosen.pairs or pages.links)
            ],
        }

    def _by_relevance(self, chosen: EntryFilter) -> dict[str, Any]:
        hits = Paginator(chosen.qs.ranked(chosen.asked["q"].text).for_hits(), HITS)
        return {"list": "timeline/_by_relevance.html", "hits": hits.get_page(self.request.GET.get("page"))}


class About(TemplateView):
    """What the record is, its sources, and how to send a correction."""

    template_name = "timeline/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sizes = dict(Entry.objects.published().values_list("kind").annotate(Count("pk")))
        return super().get_context_data(**kwargs) | {
            "sources": Source.objects.all(),
            "counts": [(kind.label, sizes.get(kind, 0)) for kind in Kind],
        }
