"""Pages of records with current or former slugs, and long lists in pages."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.generic import DetailView, View

from timeline.i18n.languages import current_language
from timeline.models import content_version

# The number of records on a page of a list.
PAGE_SIZE = 50

Part = TypeVar("Part")


def page_query(page: Page[Any]) -> str:
    """The canonical query string of the page; "" for the first."""
    return f"?page={page.number}" if page.number > 1 else ""


def view_for(base: Any, model: type[Model]) -> Any:
    """The view of a model's pages: the subclass of `base` for that model where there is one, else `base` itself."""
    own = next((view for view in base.__subclasses__() if view.model is model), base)
    return own.as_view(model=model)


class KeptPartsMixin(View):
    """A view that keeps fragments of the page (`{% kept %}`) and counts until the content changes."""

    # What kept parts are valid for; "" to keep none.
    edition: str

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Read before the content, so that no part is kept under a later version than that of its content.
        version = content_version.current().identifier
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

    def page_of(self, rows: Any, number: Any) -> Page[Any]:
        """The page of these rows with that number; the nearest where there is none. Their number is kept by address."""
        pages: Paginator[Any] = Paginator(rows, PAGE_SIZE)
        pages.count = self.kept("size", [self.request.path], lambda: pages.count)
        return pages.get_page(number)


def lazily(**values: Callable[[], Any]) -> dict[str, Any]:
    """Values that a template calls when it first displays them, which it does not within a kept fragment."""
    return {name: functools.cache(value) for name, value in values.items()}


class SlugDetailView(KeptPartsMixin, DetailView):
    """The page of a record by its slug; a former slug redirects permanently to the current one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            records: Any = self.get_queryset()
            moved = records.with_former_slug(kwargs["slug"]).first()
            if moved is None:
                raise
            # Not cached: a browser would cache it forever, and loop after a slug is changed back.
            return HttpResponsePermanentRedirect(
                moved.get_absolute_url(), headers={"Cache-Control": "no-cache"}
            )
