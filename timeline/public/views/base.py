"""Pages found by their address, of today or of former days."""

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
    """A page found by its slug, or by one that it once had, which leads on for good to the present one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            named: Any = self.get_queryset()
            moved = named.with_former_slug(kwargs["slug"]).first()
            if moved is None:
                raise
            # Asked anew each time: a browser would keep it without limit, and run in a circle after a move back.
            return HttpResponsePermanentRedirect(
                moved.get_absolute_url(), headers={"Cache-Control": "no-cache"}
            )
