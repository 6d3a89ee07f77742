"""Pages of records with current or former slugs, and long lists in pages."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.generic import DetailView, View
from django.views.generic.base import ContextMixin
from django.views.generic.detail import SingleObjectMixin

from timeline.i18n import disambiguation
from timeline.i18n.languages import current_language
from timeline.models import Chronicle, content_version
from timeline.models.records import Record, RecordQuerySet
from timeline.public.cited_works import content_day
from timeline.public.counts import noun_of
from timeline.public.metadata.json_ld import Node
from timeline.public.metadata.pages import PageMetadata, description_of, page_metadata
from timeline.public.metadata.trails import Breadcrumb, record_trail
from timeline.public.public_history import last_public_titles, public_changes, public_moments
from timeline.values.bibliography.metadata import day_metadata
from timeline.workflow import transition_to

# The number of records on a page of a list.
PAGE_SIZE = 50
# The most changes of the history on the page of a record.
MAX_CHANGES = 20

ModelView = TypeVar("ModelView", bound=View)
Part = TypeVar("Part")
Row = TypeVar("Row")


def page_query(page: Page[Row]) -> str:
    """The canonical query string of the page; "" for the first."""
    return f"?page={page.number}" if page.number > 1 else ""


def view_class_for(base: type[ModelView], model: type[Model]) -> type[ModelView]:
    """The view of a model's pages: the subclass of `base` for that model where there is one, else `base` itself."""
    return next((view for view in base.__subclasses__() if getattr(view, "model", None) is model), base)


def view_for(base: type[ModelView], model: type[Model]) -> Callable[..., HttpResponseBase]:
    """The same for URL patterns."""
    return view_class_for(base, model).as_view(model=model)


class KeptPartsMixin(View):
    """A view that keeps fragments of the page (`{% kept %}`) and counts until the content changes."""

    # What kept parts are valid for; "" to keep none.
    edition: str

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        # Read before the content, so that no part is kept under a later version than that of its content; and once, so
        # that none is kept under a later one than that of the titles in it.
        version = disambiguation.edition() or content_version.current().identifier
        # The states of goals and the day of access change with the day.
        self.edition = f"{version} {current_language()} {timezone.localdate()}"

    def kept(self, name: str, varies_on: Iterable[object], compute: Callable[[], Part]) -> Part:
        """The part with this name, computed once for each edition and these values, on which alone it depends.

        It is plain: text, numbers, tuples of these, never a record.
        """
        if not self.edition:
            return compute()
        key = make_template_fragment_key(name, [self.edition, *varies_on])
        part: Any = caches["template_fragments"].get_or_set(key, compute)
        return part

    def page_of(self, rows: QuerySet[Model, Row] | Sequence[Row], number: str | int | None) -> Page[Row]:
        """The page of these rows with that number; the nearest where there is none. Their number is kept by address."""
        pages: Paginator[Row] = Paginator(rows, PAGE_SIZE)
        pages.count = self.kept("size", [self.request.path], lambda: pages.count)
        return pages.get_page(number)


def lazily(**values: Callable[[], object]) -> dict[str, object]:
    """Values that a template calls when it first displays them, which it does not within a kept fragment."""
    return {name: functools.cache(value) for name, value in values.items()}


class PageMixin(ContextMixin, KeptPartsMixin):
    """A page with what its head tells programs, which the template asks for as `metadata`."""

    # What the page is by Open Graph.
    metadata_type = "website"

    @functools.cached_property
    def chronicle(self) -> Chronicle:
        return Chronicle.objects.current()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        # The chronicle is in place of that of the context processor, which would be read once more.
        context = {"chronicle": self.chronicle} | lazily(
            metadata=self.metadata, citation_meta=lambda: day_metadata(content_day())
        )
        return super().get_context_data(**kwargs) | context

    def metadata(self) -> PageMetadata:
        return page_metadata(
            self.request, self.chronicle, self.trail(), self.nodes(), type=self.metadata_type
        )

    def trail(self) -> Sequence[Breadcrumb]:
        """The pages below the front page that lead to this one, itself included."""
        raise NotImplementedError

    def nodes(self) -> Iterable[Node]:
        """The structured data of the page besides its trail."""
        return []


class FormerSlugMixin(SingleObjectMixin, View):
    """What has the address of a record: a former slug redirects permanently to the same below the current one."""

    model: type[Record]

    def get_queryset(self) -> RecordQuerySet:
        return self.model._default_manager.published()

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            moved = self.get_queryset().with_former_slug(self.kwargs["slug"]).first()
            match = request.resolver_match
            if moved is None or match is None:
                raise
            address = reverse(match.view_name, kwargs=kwargs | {"slug": moved.slug})
            # Not cached: a browser would cache it forever, and loop after a slug is changed back.
            return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})


class SlugDetailView(FormerSlugMixin, PageMixin, DetailView):
    """The page of a record by its slug, current or former."""

    metadata_type = "article"

    def metadata(self) -> PageMetadata:
        description = description_of(self.object)
        return page_metadata(
            self.request,
            self.chronicle,
            self.trail(),
            self.nodes(),
            type=self.metadata_type,
            description=description,
        )

    def trail(self) -> Sequence[Breadcrumb]:
        return record_trail(self.object)


class RecordDetail(SlugDetailView):
    """The page of a record, with its change history; a notice if its publication has ended.

    The page is the same for everybody, whoever is logged in, so that any cache may store it.
    """

    def get_queryset(self) -> RecordQuerySet:
        return self.model._default_manager.published_or_ended()

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        self.object = self.get_object()
        if self.object.is_public:
            return self.render_to_response(self.get_context_data())
        ended = date_format(timezone.localtime(self.object.withdrawn_at), "DATE_FORMAT")
        notice = transition_to(self.object.status).public_notice % {"date": ended}
        self.template_name = "timeline/record_ended.html"
        for name, title in last_public_titles(self.object).items():
            setattr(self.object, name, title)
        context = {"object": self.object, "noun": noun_of(self.model, 1), "notice": notice}
        return self.render_to_response(context, status=410)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        record = self.object
        moments = functools.cache(lambda: public_moments(record))
        return super().get_context_data(**kwargs) | lazily(
            changes=lambda: public_changes(record, moments()[:MAX_CHANGES]),
            earlier_changes=lambda: len(moments()[MAX_CHANGES:]),
        )
