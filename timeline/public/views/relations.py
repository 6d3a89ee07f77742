"""The page that lists the relations between entries."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from timeline.public.metadata.trails import Breadcrumb
from timeline.public.relations import public_relations, related_pairs
from timeline.public.views.base import PageMixin, lazily, page_query


class RelationList(PageMixin, TemplateView):
    """All public relations in pages, in the order of the entries that state them."""

    parameters = ("page",)
    template_name = "timeline/relation_list.html"

    def trail(self) -> Sequence[Breadcrumb]:
        return [Breadcrumb(_("Relations"), self.request.path)]

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        page = self.page_of(public_relations(), self.request.GET.get("page"))
        return (
            super().get_context_data(**kwargs)
            | {"page": page, "page_query": page_query(page)}
            | lazily(pairs=lambda: related_pairs(page))
        )
