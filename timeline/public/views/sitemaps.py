"""The sitemap, an index with parts: every public page in every language."""

from collections.abc import Sequence

from django.core.paginator import InvalidPage
from django.http import Http404
from django.views.generic import TemplateView

from timeline.i18n.languages import language_versions_of
from timeline.models import Chronicle
from timeline.public.sitemaps import SitemapPart, pages_of, sitemap_parts


class SitemapIndexView(TemplateView):
    """The addresses of all parts."""

    template_name = "timeline/sitemap_index.xml"
    content_type = "application/xml; charset=utf-8"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        absolute = self.request.build_absolute_uri
        parts = [(absolute(part.address), part.changed_at) for part in sitemap_parts()]
        return super().get_context_data(**kwargs) | {"parts": parts}


class SitemapPartView(TemplateView):
    """The pages of a part, each in every language with its alternates, as the pages name them."""

    template_name = "timeline/sitemap.xml"
    content_type = "application/xml; charset=utf-8"
    # The names of the addresses that belong to no record.
    url_names: Sequence[str] = ()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        part = SitemapPart(self.kwargs["section"], self.kwargs["number"])
        try:
            pages = pages_of(part, self.url_names)
        except InvalidPage:
            raise Http404 from None
        chronicle = Chronicle.objects.current()
        return super().get_context_data(**kwargs) | {
            "pages": [
                (language_versions_of(self.request, chronicle, page.address), page.changed_at)
                for page in pages
            ]
        }
