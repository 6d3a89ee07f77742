"""Pages of records with current or former slugs."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.views.generic import DetailView


def view_for(base: Any, model: type[Model]) -> Any:
    """The view of a model's pages: the subclass of `base` for that model where there is one, else `base` itself."""
    own = next((view for view in base.__subclasses__() if view.model is model), base)
    return own.as_view(model=model)


class SlugDetailView(DetailView):
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
