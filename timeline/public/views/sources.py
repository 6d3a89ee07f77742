"""The sources, and what rests on each place in them."""

from typing import Any

from django.views.generic import ListView

from timeline.models import Source
from timeline.public.source_usage import places, sizes, weighed
from timeline.public.views.base import Addressed


class SourceList(ListView):
    """Every source, that on which most rests first."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"weights": weighed(list(context["object_list"]))}


class SourceDetail(Addressed):
    """A source, and for each place in it what rests on that."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = places(self.object)
        return super().get_context_data(**kwargs) | {
            "places": found,
            "counts": sizes(found),
            "differing": sum(place.differing for place in found),
        }
