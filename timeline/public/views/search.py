"""The page of all reference records that a search finds."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from timeline.filters.conditions import SearchCondition
from timeline.public.metadata.trails import Breadcrumb
from timeline.public.named_records import count_named, grouped, load_named
from timeline.public.views.base import PAGE_SIZE, PageMixin
from timeline.search.query import Hit, Hits


class NamedRecordList(PageMixin, TemplateView):
    """The reference records that contain every word, in pages by rank."""

    parameters = ("q", "page")
    template_name = "timeline/named_record_list.html"

    def trail(self) -> Sequence[Breadcrumb]:
        # Found by a search only: nothing leads to it.
        return []

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        text = SearchCondition().read(self.request.GET.get("q")).text
        condition = urlencode({"q": text})
        # The stubs require more of the hits than Django does: slices and a count.
        hits: Paginator[Hit] = Paginator(Hits(text), PAGE_SIZE)  # type: ignore[arg-type]
        hits.count = self.kept("named-size", [text], lambda: count_named(text))
        page = hits.get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "search_query": text,
            "first_page": f"{self.request.path}?{condition}",
            "condition": f"{condition}&",
            "page": page,
            "groups": grouped(load_named([*page.object_list])),
        }
