"""The front page and the page about the chronicle."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.views.generic import TemplateView

from timeline.filters.entries import EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.models import Entry, Goal, Kind, Phase, Source
from timeline.public.cards import listed_entries
from timeline.public.chronology import group_by_phase
from timeline.public.paging import paginate_by_year
from timeline.public.pictures.overview import draw_overview
from timeline.public.views.base import KeptFragmentsMixin, lazily
from timeline.public.views.downloads import download_links

# The number of results on a page, by relevance.
HITS_PER_PAGE = 50


class Timeline(KeptFragmentsMixin, TemplateView):
    """All entries by phase and year, or on request search results by relevance."""

    parameters = (*ENTRY_PARAMETERS, "page")
    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        chosen = EntryFilter(self.request.GET, public)
        phases = list(Phase.objects.all())
        entries = list(public.chronological().for_layout())
        matching = chosen.entry_keys
        goals = Goal.objects.published().only("target", "due_by").prefetch_related("assessments")
        shown = (
            self._by_relevance(chosen) if chosen.is_by_relevance else self._by_year(chosen, entries, phases)
        )
        return (
            super().get_context_data(**kwargs)
            | {
                "filter": chosen,
                "search_query": chosen.raw_text["q"],
                "downloads": download_links(),
                "size": len(matching),
                "total": len(entries),
            }
            | lazily(picture=lambda: draw_overview(entries, phases, goals.in_bulk(), matching))
            | shown
        )

    def _by_year(
        self, chosen: EntryFilter, entries: Sequence[Any], phases: Sequence[Phase]
    ) -> dict[str, Any]:
        matching = [entry for entry in entries if entry.pk in chosen.entry_keys]
        pages = paginate_by_year(
            group_by_phase(matching, phases), self.request.GET.get("page", ""), chosen.pairs
        )
        keys = set(pages.current.keys)
        shown = Entry.objects.published().filter(pk__in=keys)
        cards = listed_entries(
            [entry for entry in matching if entry.pk in keys],
            shown.for_hits() if chosen.selected["q"] else shown.for_cards(),
        )
        return {
            "list": "timeline/_by_year.html",
            "pages": pages,
            # An empty phase is displayed only in the complete list.
            "sections": [
                section
                for section in group_by_phase(cards, phases)
                if section.size or not (chosen.pairs or pages.links)
            ],
        }

    def _by_relevance(self, chosen: EntryFilter) -> dict[str, Any]:
        # The stubs require more of the results than Django does: slices and a count.
        hits: Paginator[Entry] = Paginator(chosen.by_relevance, HITS_PER_PAGE)  # type: ignore[arg-type]
        return {"list": "timeline/_by_relevance.html", "hits": hits.get_page(self.request.GET.get("page"))}


class About(TemplateView):
    """The page about the chronicle: its scope, its sources, and how to send a correction."""

    template_name = "timeline/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sizes = dict(Entry.objects.published().values_list("kind").annotate(Count("pk")))
        return super().get_context_data(**kwargs) | {
            "sources": Source.objects.all(),
            "counts": [(kind.label, sizes.get(kind, 0)) for kind in Kind],
        }
