"""The pages of sources, with what cites each place in them."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.views.generic import ListView

from timeline.models import Source
from timeline.public.cited_works import cited_source
from timeline.public.metadata.trails import Breadcrumb, list_trail
from timeline.public.source_usage import (
    cited_places,
    differing_count,
    most_cited_first,
    rank_and_key,
    source_counts,
    usage_counts,
    usage_keys,
)
from timeline.public.views.base import PAGE_SIZE, PageMixin, RecordDetail, lazily, page_query
from timeline.values.bibliography.metadata import work_metadata


class SourceList(PageMixin, ListView):
    """All sources, by number of citations in descending order."""

    model = Source
    parameters = ("page",)

    def trail(self) -> Sequence[Breadcrumb]:
        return list_trail(Source)

    def get_queryset(self) -> QuerySet[Source]:
        return most_cited_first(Source.objects.published())

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        page = self.page_of(self.get_queryset(), self.request.GET.get("page"))
        return (
            super().get_context_data(**kwargs)
            | {"page": page, "page_query": page_query(page)}
            | lazily(source_counts=lambda: source_counts(page))
        )


class SourceDetail(RecordDetail):
    """A source, with what cites each place in it. `place` leads to the page of a locator."""

    model = Source
    parameters = ("page", "place")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        source, path = self.object, self.request.path
        page = self.page_of(usage_keys(source), self.page_number())
        work = cited_source(_("This source"), source)
        return super().get_context_data(**kwargs) | {
            "cited_works": [work],
            "citation_meta": work_metadata(work.record),
            "url_prefix": "timeline:source" if source.is_public else "",
            "page": page,
            "page_query": page_query(page),
            "places": cited_places(
                source, self.kept("usage-keys", [path, page.number], lambda: rank_and_key(page))
            ),
            "counts": self.kept("usages", [path], lambda: usage_counts(source)),
            "differing_count": self.kept("differing", [path], lambda: differing_count(source)),
        }

    def page_number(self) -> str | int | None:
        """The page that the address names, or that of its place."""
        place = self.request.GET.get("place")
        if place is None:
            return self.request.GET.get("page")
        return usage_keys(self.object, before=place).count() // PAGE_SIZE + 1
