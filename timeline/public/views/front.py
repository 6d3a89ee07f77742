"""The front page and the page about the chronicle."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from timeline.filters.conditions import Pairs
from timeline.filters.entries import BY_DATE, BY_RELEVANCE, EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.i18n.display import localized_html, translated_text
from timeline.models import Chronicle, Entry, Kind, Phase, Source
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.cards import ListedEntry, Position, listed_entries, positions_of
from timeline.public.chronology import group_by_phase, outline_by_phase
from timeline.public.cited_works import CitedWork, chronicle_records, reference_files
from timeline.public.counts import EntryCount, count_entries, kind_sizes, noun_of
from timeline.public.coverage import coverage, searched_goals
from timeline.public.entry_position import years_of_chronicle
from timeline.public.expected_facts import missing_counts
from timeline.public.metadata.chronicle import dataset, website
from timeline.public.metadata.json_ld import Node
from timeline.public.metadata.trails import Breadcrumb
from timeline.public.named_records import (
    MAX_ENTRIES,
    NamedRecords,
    Proposals,
    count_named,
    find_named,
    find_proposals,
)
from timeline.public.opening import make_opening
from timeline.public.paging import paginate_by_year
from timeline.public.pictures.overview import Picture, draw_overview
from timeline.public.pictures.texts import ListLinks
from timeline.public.searched_years import SearchedYear, find_year, year_of
from timeline.public.story import Story
from timeline.public.views.base import PageMixin, lazily
from timeline.public.views.downloads import distributions, download_links
from timeline.public.views.goals import due_year_addresses
from timeline.search.dates import read_date
from timeline.values.bibliography.metadata import work_metadata

# The number of entries on a page that is not by year.
HITS_PER_PAGE = 40
# The number of sources that the page about the chronicle lists.
MAX_SOURCES = 50
# The number of goals that it lists of which an assessment was searched for and not found.
MAX_SEARCHED = 20


class Timeline(PageMixin, TemplateView):
    """All entries by phase and year, or on request by relevance or by their last change."""

    parameters = (*ENTRY_PARAMETERS, "page")
    template_name = "timeline/timeline.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        public, chronicle = Entry.objects.published(), self.chronicle
        chosen, story = EntryFilter(self.request.GET, public), Story(chronicle)
        phases = list(Phase.objects.published())
        counts = matching = self.counts(public, [], phases)
        if chosen.pairs:
            matching = self.counts(chosen.qs, chosen.pairs, phases)
        size = sum(count.size for count in matching)
        years = [count.year for count in counts if count.year is not None]
        return (
            super().get_context_data(**kwargs)
            | {
                "filter": chosen,
                "is_filtered": bool(chosen.pairs),
                "search_query": chosen.raw_text["q"],
                "downloads": download_links(),
                "size": size,
                "first_year": min(years, default=None),
                "last_year": max(years, default=None),
                "total": sum(count.size for count in counts),
            }
            | lazily(
                opening=lambda: make_opening(story, public, counts, phases),
                picture=lambda: self.picture(chronicle, story, public, phases, counts),
                facets=lambda: self.kept("facets", chosen.pairs, lambda: chosen.facets),
                undated_size=lambda: self.kept("undated", chosen.pairs, lambda: chosen.undated_size),
                named=lambda: self.named(chosen),
                searched_date=lambda: read_date(chosen.selected["q"].text),
                searched_year=lambda: self.searched_year(chosen, public),
                proposals=lambda: self.proposals(chosen),
            )
            | (
                self._by_year(chosen, matching, phases, chronicle)
                if chosen.order is BY_DATE
                else self._by_rank(chosen, size)
            )
        )

    def trail(self) -> Sequence[Breadcrumb]:
        return []

    def nodes(self) -> Iterable[Node]:
        return [website(self.request, self.chronicle)]

    def counts(self, entries: EntryQuerySet, pairs: Pairs, phases: Sequence[Phase]) -> list[EntryCount]:
        """The kept counts of the entries that meet these conditions."""
        return self.kept("counts", pairs, lambda: count_entries(entries, phases))

    def named(self, chosen: EntryFilter) -> NamedRecords:
        """The records that the search finds besides entries; where entries are filtered, only their number."""
        text = chosen.selected["q"].text
        if not text:
            return NamedRecords()
        if chosen.is_narrowed:
            size = self.kept("named-size", [text], lambda: count_named(text))
            return NamedRecords(size=size, is_partial=True)
        # By relevance, the list itself begins with the entries of that name.
        max_entries = 0 if chosen.order is BY_RELEVANCE else MAX_ENTRIES
        return self.kept("named", [text, max_entries], lambda: find_named(text, max_entries))

    def searched_year(self, chosen: EntryFilter, public: EntryQuerySet) -> SearchedYear | None:
        """The year that the search text is, where entries are not filtered otherwise."""
        year = None if chosen.is_narrowed else year_of(chosen.selected["q"].text)
        return self.kept("searched-year", [year], lambda: find_year(year, public)) if year else None

    def proposals(self, chosen: EntryFilter) -> Proposals:
        """What is proposed where the search text alone finds nothing."""
        text = chosen.selected["q"].text
        is_found = not text or self.named(chosen).size or chosen.is_narrowed and chosen.search_size
        return Proposals() if is_found else find_proposals(text)

    def picture(
        self,
        chronicle: Chronicle,
        story: Story,
        public: EntryQuerySet,
        phases: Sequence[Phase],
        counts: Sequence[EntryCount],
    ) -> Picture | None:
        """The picture of all entries, whatever the conditions; its links lead to the complete list."""
        address = reverse("timeline:timeline")
        years = paginate_by_year(outline_by_phase(counts, phases), "", []).years
        addresses = {year: f"{address}{link.query}#{link.anchor}" for year, link in years.items()}
        return draw_overview(
            public,
            phases,
            counts,
            ListLinks(address, due_year_addresses(self), years=addresses),
            opening=translated_text(chronicle, "opening"),
            story=story.slugs,
        )

    def _by_year(
        self,
        chosen: EntryFilter,
        matching: Sequence[EntryCount],
        phases: Sequence[Phase],
        chronicle: Chronicle,
    ) -> dict[str, object]:
        outline = outline_by_phase(matching, phases)
        pages = paginate_by_year(outline, self.request.GET.get("page", ""), chosen.pairs)
        positions = self.kept(
            "positions",
            [*chosen.pairs, pages.current.name],
            lambda: positions_of(pages.current.select(chosen.qs, phases)),
        )
        cards = self.cards(positions, chosen)
        return {
            "list": "timeline/_by_year.html",
            "pages": pages,
            "unknown_page": self.request.GET.get("page", "") if pages.is_other_than_requested else "",
            # An empty phase is displayed only in the complete list.
            "sections": [
                section
                for section in group_by_phase(cards, phases, localized_html(chronicle, "opening"))
                if section.size or not (chosen.pairs or pages.links)
            ],
        }

    def cards(self, positions: Sequence[Position], chosen: EntryFilter) -> list[ListedEntry]:
        """The entries at these positions, with what their cards show."""
        public = Entry.objects.published().with_relations()
        return listed_entries(positions, public.for_hits() if chosen.selected["q"] else public.for_cards())

    def _by_rank(self, chosen: EntryFilter, size: int) -> dict[str, object]:
        found: Any = chosen.by_relevance if chosen.order is BY_RELEVANCE else chosen.by_last_public_change
        hits = Paginator(found, HITS_PER_PAGE)
        # Already counted.
        hits.count = size
        requested = self.request.GET.get("page", "")
        page = hits.get_page(requested)
        if chosen.order is not BY_RELEVANCE:
            page.object_list = self.cards(positions_of(page.object_list), chosen)
        return {
            "list": "timeline/_by_rank.html",
            "hits": page,
            "unknown_page": "" if requested in ("", str(page.number)) else requested,
            "numbers": [*hits.get_elided_page_range(page.number, on_each_side=2, on_ends=1)],
        }


class About(PageMixin, TemplateView):
    """The page about the chronicle: its scope, how it is made, its sources, who publishes it, and how to correct it."""

    template_name = "timeline/about.html"
    metadata_type = "article"

    def trail(self) -> Sequence[Breadcrumb]:
        return [Breadcrumb(_("About this record"), self.request.path)]

    def nodes(self) -> Iterable[Node]:
        years = self.kept("years", [], years_of_chronicle)
        return [dataset(self.request, self.chronicle, distributions(), years)]

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        sizes = self.kept("kinds", [], lambda: kind_sizes(Entry.objects.published()))
        works = chronicle_records(self.request, self.chronicle)
        sources = list(Source.objects.published().only("slug", "title", "title_en")[: MAX_SOURCES + 1])
        return (
            super().get_context_data(**kwargs)
            | {
                "cited_works": [
                    CitedWork(name, works[work], reference_files(work))
                    for work, name in (("chronicle", _("The chronicle")), ("chronicle-data", _("Its data")))
                ],
                "citation_meta": work_metadata(works["chronicle-data"]),
                "sources": sources[:MAX_SOURCES],
                "has_uncited_phases": self.kept(
                    "uncited-phases", [], Phase.objects.published().without_citation().exists
                ),
                "has_more_sources": len(sources) > MAX_SOURCES,
                "counts": [
                    (noun_of(kind.model, size), size) for kind in Kind for size in [sizes.get(kind, 0)]
                ],
            }
            | lazily(
                coverage=coverage,
                missing_counts=missing_counts,
                searched_goals=lambda: searched_goals(MAX_SEARCHED),
            )
        )
