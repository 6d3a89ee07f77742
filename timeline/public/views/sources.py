"""The pages of sources, with what cites each place in them."""

from typing import Any

from django.db.models import QuerySet
from django.views.generic import ListView

from timeline.models import Source
from timeline.public.source_usage import (
    cited_places,
    differing_count,
    most_cited_first,
    source_counts,
    usage_counts,
    usage_keys,
)
from timeline.public.views.base import PAGE_SIZE, KeptPartsMixin, SlugDetailView, lazily, page_query


class SourceList(KeptPartsMixin, ListView):
    """All sources, by number of citations in descending order."""

    model = Source
    parameters = ("page",)

    def get_queryset(self) -> QuerySet[Source]:
        return most_cited_first(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page_of(self.object_list, self.request.GET.get("page"))
        return (
            super().get_context_data(**kwargs)
            | {"page": page, "page_query": page_query(page)}
            | lazily(source_counts=lambda: source_counts(page))
        )


class SourceDetail(SlugDetailView):
    """A source, with what cites each place in it. `place` leads to the page of a locator."""

    model = Source
    parameters = ("page", "place")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        source, path = self.object, self.request.path
        page = self.page_of(usage_keys(source), self.page_number())
        return super().get_context_data(**kwargs) | {
            "page": page,
            "page_query": page_query(page),
            "places": cited_places(page.object_list),
            "counts": self.kept("usages", [path], lambda: usage_counts(source)),
            "differing_count": self.kept("differing", [path], lambda: differing_count(source)),
        }

    def page_number(self) -> object:
        """The page that the address names, or that of its place."""
        place = self.request.GET.get("place")
        if place is None:
            return self.request.GET.get("page")
        return usage_keys(self.object, before=place).count() // PAGE_SIZE + 1
