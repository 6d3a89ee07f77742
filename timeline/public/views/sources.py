"""The pages of sources, with what cites each place in them."""

from typing import Any

from django.views.generic import ListView

from timeline.models import Source
from timeline.public.source_usage import cited_places, source_counts, usage_counts
from timeline.public.views.base import SlugDetailView


class SourceList(ListView):
    """All sources, by number of citations in descending order."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"source_counts": source_counts(list(context["object_list"]))}


class SourceDetail(SlugDetailView):
    """A source, with what cites each place in it."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = cited_places(self.object)
        return super().get_context_data(**kwargs) | {
            "places": found,
            "counts": usage_counts(found),
            "differing_count": sum(place.differing_count for place in found),
        }
