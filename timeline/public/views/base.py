"""Pages of records with current or former slugs, and long lists in pages."""

import functools
from collections.abc import Callable
from typing import Any

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


def page_of(rows: Any, number: object) -> Page[Any]:
    """The page of these rows with that number; the nearest where there is none."""
    return Paginator(rows, PAGE_SIZE).get_page(number)  # type: ignore[arg-type]


def page_query(page: Page[Any]) -> str:
    """The canonical query string of the page; "" for the first."""
    return f"?page={page.number}" if page.number > 1 else ""


def view_for(base: Any, model: type[Model]) -> Any:
    """The view of a model's pages: the subclass of `base` for that model where there is one, else `base` itself."""
    own = next((view for view in base.__subclasses__() if view.model is model), base)
    return own.as_view(model=model)


class KeptFragmentsMixin(View):
    """A view whose template may keep fragments of the page (`{% kept %}`)."""

    # What kept fragments are valid for; "" to keep none.
    edition: str

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Read before the content, so that no fragment is kept under a later version than that of its content.
        version = content_version.current().identifier
        # The states of goals and the day of access change with the day.
        self.edition = f"{version} {current_language()} {timezone.localdate()}"


def lazily(**values: Callable[[], Any]) -> dict[str, Any]:
    """Values that a template calls when it first displays them, which it does not within a kept fragment."""
    return {name: functools.cache(value) for name, value in values.items()}


class SlugDetailView(KeptFragmentsMixin, DetailView):
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
