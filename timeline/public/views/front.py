"""The front page and the page about the chronicle."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from timeline.filters.conditions import Pairs
from timeline.filters.entries import EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.models import Entry, Kind, Phase, Source
from timeline.models.entries import EntryQuerySet
from timeline.public.cards import listed_entries, positions_of
from timeline.public.chronology import group_by_phase, outline_by_phase
from timeline.public.counts import EntryCount, count_entries, kind_sizes
from timeline.public.paging import paginate_by_year
from timeline.public.pictures.overview import draw_overview
from timeline.public.views.base import KeptPartsMixin, lazily
from timeline.public.views.downloads import download_links

# The number of results on a page, by relevance.
HITS_PER_PAGE = 50
# The number of sources that the page about the chronicle lists.
MAX_SOURCES = 50


class Timeline(KeptPartsMixin, TemplateView):
    """All entries by phase and year, or on request search results by relevance."""

    parameters = (*ENTRY_PARAMETERS, "page")
    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        chosen = EntryFilter(self.request.GET, public)
        phases = list(Phase.objects.all())
        counts = matching = self.counts(public, [], phases)
        if chosen.pairs:
            matching = self.counts(chosen.qs, chosen.pairs, phases)
        size = sum(count.size for count in matching)
        return (
            super().get_context_data(**kwargs)
            | {
                "filter": chosen,
                "search_query": chosen.raw_text["q"],
                "downloads": download_links(),
                "size": size,
                "total": sum(count.size for count in counts),
            }
            | lazily(
                picture=lambda: draw_overview(
                    public,
                    phases,
                    chosen.qs if chosen.pairs else None,
                    pairs=chosen.pairs,
                    counts=counts,
                    matching_counts=matching,
                ),
                facets=lambda: self.kept("facets", chosen.pairs, lambda: chosen.facets),
                undated_size=lambda: self.kept("undated", chosen.pairs, lambda: chosen.undated_size),
            )
            | (
                self._by_relevance(chosen, size)
                if chosen.is_by_relevance
                else self._by_year(chosen, matching, phases)
            )
        )

    def counts(self, entries: EntryQuerySet, pairs: Pairs, phases: Sequence[Phase]) -> list[EntryCount]:
        """The kept counts of the entries that meet these conditions."""
        return self.kept("counts", pairs, lambda: count_entries(entries, phases))

    def _by_year(
        self, chosen: EntryFilter, matching: Sequence[EntryCount], phases: Sequence[Phase]
    ) -> dict[str, Any]:
        outline = outline_by_phase(matching, phases)
        pages = paginate_by_year(outline, self.request.GET.get("page", ""), chosen.pairs)
        positions = self.kept(
            "positions",
            [*chosen.pairs, pages.current.name],
            lambda: positions_of(pages.current.select(chosen.qs, phases)),
        )
        public = Entry.objects.published()
        cards = listed_entries(positions, public.for_hits() if chosen.selected["q"] else public.for_cards())
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

    def _by_relevance(self, chosen: EntryFilter, size: int) -> dict[str, Any]:
        # The stubs require more of the results than Django does: slices and a count.
        hits: Paginator[Entry] = Paginator(chosen.by_relevance, HITS_PER_PAGE)  # type: ignore[arg-type]
        # Already counted.
        hits.count = size
        page = hits.get_page(self.request.GET.get("page"))
        return {
            "list": "timeline/_by_relevance.html",
            "hits": page,
            "numbers": [*hits.get_elided_page_range(page.number, on_each_side=2, on_ends=1)],
        }


class About(KeptPartsMixin, TemplateView):
    """The page about the chronicle: its scope, its sources, and how to send a correction."""

    template_name = "timeline/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sizes = self.kept("kinds", [], lambda: kind_sizes(Entry.objects.published()))
        sources = list(Source.objects.only("slug", "title", "title_en")[: MAX_SOURCES + 1])
        return super().get_context_data(**kwargs) | {
            "sources": sources[:MAX_SOURCES],
            "has_more_sources": len(sources) > MAX_SOURCES,
            "counts": [(kind.label, sizes.get(kind, 0)) for kind in Kind],
        }
